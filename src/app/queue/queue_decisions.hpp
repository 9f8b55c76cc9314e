// The decisions of a writer about one concert's queue. An implementation gathers the facts, from memory or from rows under their
// locks; the rule is domain/waiting_room. Each decision reads the committed facts, overlaid with the earlier decisions of its
// batch, and changes the working set only.
#pragma once

#include <optional>

#include "ports/command.hpp"

namespace frontrow {

class QueueDecisions {
 public:
  virtual ~QueueDecisions() = default;

  // The decision to come: it selects the facts that must be in the set.
  enum class Step : std::uint8_t { join, claim, leave, tick };
  virtual void declare(Keys& keys, Step step, std::optional<UserId> user = {}) const = 0;
  // Commands of one lane share batches, those of different lanes never do.
  virtual std::uint64_t lane() const { return 0; }

  // True if joining would find the user's place and give no new one.
  virtual bool has_place(WorkingSet& set, UserId user) const = 0;
  // The user's place; a user without one gets a new place now, and is admitted at once when no ticket waits and there is room.
  // BOOKING_NOT_OPEN after the booking has closed, OVERLOADED when the queue is as long as it may be.
  virtual Result<TicketRow> join(WorkingSet& set, UserId user) = 0;
  virtual std::int64_t tail_in(WorkingSet& set) const = 0;  // the last number given, this batch included
  virtual void claim(WorkingSet& set, TicketNumber number, UserId user) = 0;
  // No number: the user's live ticket, whichever it is.
  virtual void leave(WorkingSet& set, TicketNumber number, UserId user) = 0;
  // Calls the next people, and ends lapsed tickets. `free_seats`: not known, no limit by seats.
  virtual Verdict tick(WorkingSet& set, std::optional<std::int64_t> free_seats) = 0;
};

}  // namespace frontrow
