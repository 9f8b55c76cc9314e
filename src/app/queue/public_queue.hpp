// One concert's queue as the outside uses it. The numbers are kept either by the store through its commits
// (app/queue/concert_queue) or by a waiting room that many machines share.
//
// A look reads memory and never waits. A submitted request is answered once it has been decided, on the thread that decided it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/queue/ticket_view.hpp"
#include "ports/idempotency.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

struct QueueCounts {
  std::int64_t tail = 0, front = 0, waiting = 0, active = 0;
};

struct JoinOutcome {
  TicketRow place;
  bool is_new = true;      // false: the user had a place already; a replay answers with the status of the first time
  bool is_replay = false;  // of a request with this key: nothing was done, and the place may have ended since
};

// What a join shows to a queue that wants a pass for each new place.
struct ShownPass {
  std::optional<Refusal> refusal;  // there is none, or it does not count
  IdempotencyKey use = {};         // under which its one use is remembered
};

class PublicQueue {
 public:
  virtual ~PublicQueue() = default;

  // Counts as a sign of life. `unit` in [0, 1) spreads the polls.
  virtual TicketView look(const Ticket& ticket, TimePoint now, double unit) = 0;
  // Refuses QUEUE_TOKEN_EXPIRED, QUEUE_TOKEN_COMPLETED or QUEUE_TOKEN_NOT_ACTIVE (with position and Retry-After). Counts as a sign
  // of life, except from a called person.
  virtual std::optional<Refusal> refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) = 0;
  // QUEUE_TOKEN_COMPLETED or QUEUE_TOKEN_EXPIRED when the ticket has ended since it was shown at the door. By the writer, on
  // Keys::tickets.
  virtual std::optional<Refusal> refuse_ended(const WorkingSet& set, TicketNumber number, UserId user) const = 0;
  // Can looking and entry be answered truly from memory? If not, `submit_ask` first.
  virtual bool knows(const Ticket& ticket, Purpose purpose, TimePoint now) const = 0;
  virtual QueueCounts counts() const = 0;

  using Joined = std::move_only_function<void(Result<JoinOutcome>)>;
  using Done = std::move_only_function<void(Result<Nothing>)>;
  // `traceparent` is the request's. The event that names the admitted user carries it; it is empty when the client does not trace.
  //
  // The user's place; a user without one gets a new place now. Refuses IDEMPOTENCY_KEY_REUSED; for a new place, if `pass` is
  // wanted, its refusal or JOIN_PASS_USED; BOOKING_NOT_OPEN after the booking has closed, OVERLOADED when the queue takes no more
  // people.
  virtual void submit_join(UserId user, std::optional<Idempotent> idempotent, std::optional<ShownPass> pass,
                           std::string traceparent, Joined done) = 0;
  // A called ticket takes its place if there is room. Never refuses: a ticket that may not come in yet goes on waiting.
  virtual void submit_claim(const Ticket& ticket, std::string traceparent, Done done) = 0;
  // Makes the ticket known, and admits no ticket. A room that has forgotten the number registers it again, and a place whose time
  // is over ends.
  virtual void submit_ask(const Ticket& ticket, Done done) = 0;
  // Leaving twice is leaving. A ticket without a number is the user's live one, whichever it is. `by`: an operator, who leaves a
  // deed; nobody: it is the user.
  virtual void submit_leave(const Ticket& ticket, Actor by, Done done) = 0;
  // Calls the next people, and ends lapsed tickets. Five times a second. `free_seats`: of the concert now, if known.
  virtual void submit_tick(std::optional<std::int64_t> free_seats, TimePoint now) = 0;
  // The sale is over: its tickets end (workers/sale_end). Once a second. A waiting room shared by many machines has its own way.
  virtual void submit_end() {}
  // Would a claim have to wait in vain? Then a poll is better answered from memory.
  virtual bool is_overloaded() const = 0;
};

}  // namespace frontrow
