// What the store knows of the waiting rooms that all pods share: how far numbers may be given and people called, and what became of
// tickets that seats were bought with. A room that has forgotten is made fit again from it.
//
// Thread safe; each call blocks for a bounded time. Errors: Unavailable("store").
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "ports/waiting_room.hpp"

namespace frontrow {

class QueueMarks {
 public:
  virtual ~QueueMarks() = default;
  // Runs `change` on the stored marks while their row is locked, and stores what it returns; nothing: leaves them as they are. A
  // concert without a row has all zero, of epoch 0. Returns what is stored afterwards. What `change` throws undoes it.
  using Change = std::function<std::optional<RoomMarks>(const RoomMarks&)>;
  virtual RoomMarks update(ConcertId concert, const Change& change) = 0;
  // Tickets that something was paid with and that have no live hold left: COMPLETED.
  virtual std::vector<EndedPlace> completed(ConcertId concert, TimePoint now) = 0;
  // Tickets with a live hold, as people inside: admitted and seen when it was made.
  virtual std::vector<InsidePlace> holding(ConcertId concert, TimePoint now) = 0;
  // What was made with a ticket.
  struct Made {
    std::optional<TimePoint> holds_until;  // the end of its last live hold
    bool has_paid = false;
  };
  virtual Made made_with(ConcertId concert, TicketNumber number, UserId user, TimePoint now) = 0;
};

}  // namespace frontrow
