// The rule of the waiting room, for both profiles: which user gets a number, which tickets are called, which may come in, and when
// a place ends.
//
// It decides on facts: the queue's row, the ticket's row, and counts that the keeper of the tickets can give. It knows neither
// memory nor SQL, and it reads no clock. It changes only the row in its arguments, which is a copy until the batch is committed.
//
// The order (rule Q2): people are called by number. A called person who polls at the given interval takes a place only while more
// places are free than called people with lower numbers are still expected. A person who finds none stays called, is expected until
// the next promise, and is next. A late person takes only a place that is reserved for no other person.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/queue.hpp"
#include "domain/wait_estimate.hpp"

namespace frontrow {

enum class TicketState : std::uint8_t { waiting, active, ended };

// A ticket's row.
struct TicketRow {
  TicketNumber number;
  UserId user;
  TicketState state = TicketState::waiting;
  TimePoint issued_at;         // whole seconds: the signed ticket carries no finer time
  TimePoint admitted_at = {};  // when active
  TimePoint back_by = {};      // for a called person who found no place: expected again until then
  TimePoint seen_at = {};      // the last sign of life, where it is stored; mostly it is kept elsewhere
  bool was_paid = false;       // ended: COMPLETED, else EXPIRED
  friend bool operator==(const TicketRow&, const TicketRow&) = default;
};

// The rules in force for one concert.
struct Room {
  QueueSettings settings;
  BookingWindow booking;
  QueueLimits limits;
};

// Everybody up to number `upto` has been called. The people of this call are expected until `until`.
struct Call {
  std::int64_t upto = 0;
  std::int64_t people = 0;
  TimePoint at;
  TimePoint until;
  friend bool operator==(const Call&, const Call&) = default;
};

// The queue's own row.
struct QueueRow {
  std::int64_t tail = 0;      // last number given
  std::int64_t front = 0;     // highest number called
  std::int64_t late = 0;      // the first promises of all numbers up to here are over
  std::int64_t lapsed = 0;    // called up to here, and silent for the return window since: their places end
  std::int64_t active = 0;    // counted by the last tick, and one more for each admission since: never too small
  std::int64_t expected = 0;  // called people who are expected, as the last tick counted them
  std::int64_t admitted = 0;  // ever
  AdmissionBucket bucket;     // of admissions
  Flow flow;
  std::vector<Call> calls = {};     // since `lapsed`, oldest first
  bool is_on = true;                // the queue's switch, as the last decision found it
  std::int64_t free_upto = 0;       // let in while the queue was off: these may claim beyond cap and rate
  TimePoint free_until = {};        // until then
  bool has_free_seats = true;       // of the concert, as the last tick that knew found it
  TimePoint without_seats_at = {};  // the last tick that found none: polls were farther apart then
  // Where several servers share the row:
  std::int64_t version = 0;  // one more with each commit
  std::int64_t ticker = 0;   // the server that ticks, until then
  TimePoint ticker_until = {};
  friend bool operator==(const QueueRow&, const QueueRow&) = default;
};

// The rule's questions to the keeper of the tickets. Each answer is as of now in the batch.
class QueueFacts {
 public:
  virtual ~QueueFacts() = default;
  // Expected called people with numbers below `below`: all waiting numbers above `row.late`, and at or under it the numbers whose
  // `back_by` is not before `now`. May stop counting above `enough`.
  virtual std::int64_t expected_below(const QueueRow& row, std::int64_t below, TimePoint now, std::int64_t enough) const = 0;
};

// Called people who are expected: at their first promise, or again after they found no place. The latter are there.
struct Expected {
  std::int64_t called = 0;
  std::int64_t refused = 0;
};

// The same for a tick, which looks at the whole queue.
class TickFacts : public QueueFacts {
 public:
  virtual Expected expected(const QueueRow& row, TimePoint now) const = 0;
  virtual Inside inside(TimePoint now) const = 0;
  // Called people with after < number <= upto who still wait and have not come once.
  virtual std::int64_t missing(std::int64_t after, std::int64_t upto) const = 0;
  // The `count`-th waiting number above `front`, or the last waiting one when there are fewer.
  struct Reach {
    std::int64_t number = 0;  // `front` when no ticket waits
    std::int64_t people = 0;
  };
  virtual Reach reach(std::int64_t front, std::int64_t count) const = 0;
};

inline constexpr Duration kPromiseGrace{1'000};  // a promised poll may be this late
// A person who found no place asks again after this, up to 30 % later.
inline constexpr Duration kRetryWhenCalled{1'000};
inline constexpr std::int64_t kAllNumbers = INT64_MAX;

// A new ticket for a user without one, admitted at once when no ticket waits and there is room. BOOKING_NOT_OPEN after the booking
// has closed.
Result<TicketRow> join(const Room& room, QueueRow& row, UserId user, const QueueFacts& facts, TimePoint now);

// A called person polls. Admits, or sets `back_by`. False when the ticket may not claim now: nothing was changed.
bool claim(const Room& room, QueueRow& row, TicketRow& ticket, const QueueFacts& facts, TimePoint now);

// Settles promises, counts who is inside, calls the next people. `free_seats`: of the concert, holds that are over included; not
// known, no limit by seats. False when nothing but counts of no consequence would change.
bool tick(const Room& room, QueueRow& row, const TickFacts& facts, std::optional<std::int64_t> free_seats, TimePoint now);

// Nobody waits up to `number`: the front passes it without a promise.
void pass(QueueRow& row, std::int64_t number);

// Notices that the queue was switched off or on, as every decision above does first. False when it was not.
bool follow_switch(const Room& room, QueueRow& row, TimePoint now);

// How long a person who was let in may stay. `seen_at` is the last sign of life, `holds_until` the end of the last live hold.
struct Stay {
  TimePoint admitted_at;
  TimePoint seen_at;
  TimePoint holds_until = {};
};
TimePoint may_hold_until(const Room& room, const Stay& stay);
// Never while the queue is off.
bool has_stay_ended(const Room& room, const Stay& stay, TimePoint now);

// A called place lapses when its owner has been silent for the return window; never one that has not been called.
bool has_place_lapsed(const Room& room, const QueueRow& row, const TicketRow& ticket, TimePoint now);

// The longest time until a person who is called now comes back, if the person polls at the given interval. `ahead` people are
// called before them in this call.
Duration longest_promise(const Room& room, const QueueRow& row, std::int64_t ahead, TimePoint now);

// When to ask again, by how near one is. `unit` in [0, 1) spreads the polls by up to 30 %. With no seat free the interval grows.
Duration poll_interval(const Room& room, std::int64_t people_ahead, bool has_free_seats, double unit);

}  // namespace frontrow
