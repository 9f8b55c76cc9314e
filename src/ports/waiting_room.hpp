// The waiting rooms that all pods share. A room gives numbers, calls people, lets them in and ends their tickets, by the rules of
// domain/queue.hpp and of app/queue/concert_queue.hpp; what it forgets can be rebuilt from signed tickets, the store and the fence below.
//
// Each operation on one concert is one atomic step, and takes whatever its pod has gathered, a few hundred at most: one round trip.
// Every operation may be repeated: it then finds what the first one did. All times are the store's. Thread safe; each call blocks
// for a bounded time.
//
// Errors: Unavailable("redis"); after one with outcome_unknown it may have happened. RoomNeedsFence, before anything was done, when
// the room may have forgotten something (another server, a restart, an emptied one) or does not exist yet: somebody has to fence
// it.
//
// People who wait cost nothing here: their position is computed from the Board. Only those who are called, inside, or near enough
// to be called before their next polls send anything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/number_set.hpp"
#include "domain/catalog.hpp"
#include "domain/queue.hpp"
#include "ports/unavailable.hpp"

namespace frontrow {

struct RoomNeedsFence : Unavailable {
  RoomNeedsFence() : Unavailable("redis", "the waiting room has to be fenced first") {}
};

struct RoomRules {
  QueueSettings settings;
  BookingWindow booking;
  QueueLimits limits = {};
};

// How far numbers may be given and people called: reserved in the store ahead of use, so that a room that has forgotten the last of
// them does not use one twice. Each fence has the next epoch; marks of an earlier epoch than the room's are passed over, of a later
// one they are RoomNeedsFence. A fence calls everybody up to the front mark: reserve calls for some seconds, not for hours, and
// none while nobody can be called.
struct RoomMarks {
  std::uint16_t epoch = 1;
  std::int64_t tail = 0;
  std::int64_t front = 0;
  friend bool operator==(const RoomMarks&, const RoomMarks&) = default;
};

// Somebody who was let in. ACTIVE ends at admitted_at + limits.active or seen_at + limits.idle, whichever is first; while
// `holds_until` lasts the ticket may still look, pay and give back.
struct InsidePlace {
  TicketNumber number;
  UserId user;
  TimePoint issued_at, admitted_at, seen_at;
  TimePoint holds_until = {};  // the end of the last live hold made with it

  TimePoint may_hold_until(const QueueLimits& limits) const { return std::min(admitted_at + limits.active, seen_at + limits.idle); }
  friend bool operator==(const InsidePlace&, const InsidePlace&) = default;
};

// Numbers that were given, or may have been, and that the room does not know: after < n <= last. Their holders register again by
// claiming.
struct LostNumbers {
  std::int64_t after = 0, last = 0;
};

// What everybody may look at, as of `published_at`. An immutable value.
struct Board {
  std::uint16_t epoch = 0;
  std::int64_t tail = 0, front = 0;
  std::int64_t tail_mark = 0, front_mark = 0;  // nearly used up: reserve more, and pass the new marks
  std::int64_t next_call = 0;                  // who would be called next: above the front, dead and forgotten ones passed over
  double claims_per_second = 0;                // moving average while there is a queue; 0 = nobody has claimed yet
  TimePoint published_at;                      // of the last tick that had effect
  std::shared_ptr<const NumberSet> gone = std::make_shared<NumberSet>();  // left or dead, above the front; below it means nothing
  std::shared_ptr<const std::vector<InsidePlace>> inside = std::make_shared<std::vector<InsidePlace>>();  // by number
  std::vector<LostNumbers> lost;                                                                          // oldest first, a few
  TimePoint lost_until{};  // until then those who wait with a lost number claim at their next poll; later ones by and by
  TimePoint calm_until{};  // nobody is newly called before

  // Null when not inside.
  const InsidePlace* find(TicketNumber number) const;
  bool is_gone(TicketNumber number) const { return number.value > front && gone->contains(number.value); }
  bool is_lost(TicketNumber number) const;
  // Of somebody who is not inside: the room has to be asked. Everybody else who waits is answered from the board.
  bool needs_claim(TicketNumber number, TimePoint now) const {
    return number.value <= front || is_gone(number) || (now < lost_until && is_lost(number));
  }
  // People ahead + 1, at least 1: live numbers between the front and this one, itself included.
  std::int64_t position(TicketNumber number) const;
  std::int64_t waiting() const { return tail - front - gone->count_between(front, tail + 1); }
  // From `position` to being called, the time until booking opens included.
  Duration estimated_wait(TicketNumber number, const RoomRules& rules, TimePoint now) const;
  // So near the front that a poll is worth a Sign: the room keeps a place for those who are about to come.
  bool is_near(TicketNumber number, const RoomRules& rules, TimePoint now) const;
};

// Near is soon to be called, or with few people ahead however slow the queue.
inline constexpr Duration kNearWait{5'000};
inline constexpr std::int64_t kNearPlaces = 100;

struct JoinedPlace {
  enum class Outcome : std::uint8_t {
    placed,
    needs_mark,  // no number left below the mark: reserve more and join again
    closed,      // booking has closed: BOOKING_NOT_OPEN
    full,        // as long as a queue may be: OVERLOADED
  };
  Outcome outcome = Outcome::placed;
  // when placed:
  TicketNumber number = {};
  std::uint16_t epoch = 1;
  TimePoint issued_at = {};  // whole seconds
  bool is_new = false;
  bool was_admitted = false;               // by this call: tell queue.activated
  std::optional<InsidePlace> inside = {};  // set = ACTIVE, else WAITING
};

struct Standing {
  TicketStatus status = TicketStatus::waiting;
  bool was_admitted = false;               // by this call: tell queue.activated
  std::optional<InsidePlace> inside = {};  // when ACTIVE
};

struct EndedPlace {
  TicketNumber number;
  UserId user;
  bool was_paid = false;  // COMPLETED, else EXPIRED
};

// A sign of life. Of somebody inside: `seen_at`, which revives nobody whose right to hold has run out. Of somebody who waits or was
// called: `back_by`, the poll they were told to make; to be told within a few hundred milliseconds, or the place is not kept.
struct Sign {
  TicketNumber number;
  TimePoint seen_at;
  TimePoint back_by = {};
  std::optional<TimePoint> holds_until = {};  // of somebody inside: the end of the last live hold now; not set = as it was
};

// Everything the store and a pod still know when a room has forgotten.
struct Fence {
  RoomMarks marks;                           // of the next epoch, reserved above the two below
  std::int64_t given = 0;                    // the tail mark until now: numbers up to it may have been given; new ones are above
  std::int64_t called = 0;                   // the front mark until now: the front goes there, never back
  std::int64_t called_long_ago = 0;          // numbers up to it were called more than return_window ago: unknown ones are EXPIRED
  std::span<const EndedPlace> ended = {};    // paid with, at least those called since, or all
  std::span<const InsidePlace> inside = {};  // inside by the last board, or with a live hold
  const NumberSet* gone = nullptr;           // left or dead by the last board: they are not counted as lost
};

class WaitingRoom {
 public:
  virtual ~WaitingRoom() = default;

  // The users' places, given now to those who had none; in the order asked. Admitted at once when nobody waits and there is room.
  virtual std::vector<JoinedPlace> join(ConcertId concert, const RoomRules& rules, const RoomMarks& marks,
                                        std::span<const UserId> users, TimePoint now) = 0;

  // Holders of genuine tickets (of this concert) come: each is told how the ticket stands. Who was called and finds room is
  // admitted, lowest number first whatever the order asked. A lost number is registered again; of two of one user the lower wins.
  // With the queue off nobody is admitted: WAITING is then as good as ACTIVE.
  virtual std::vector<Standing> claim(ConcertId concert, const RoomRules& rules, std::span<const Ticket> tickets,
                                      TimePoint now) = 0;

  virtual void leave(ConcertId concert, std::span<const Ticket> tickets, TimePoint now) = 0;
  // Ends tickets, after the commit that says so. In any state, known or not.
  virtual void finish(ConcertId concert, std::span<const EndedPlace> ended, TimePoint now) = 0;
  virtual void touch(ConcertId concert, const RoomRules& rules, std::span<const Sign> signs, TimePoint now) = 0;

  // Ends what has lapsed and calls the next people, within the marks. Of all pods' ticks one in 200 ms has effect; each returns the
  // board as it is then.
  virtual std::shared_ptr<const Board> tick(ConcertId concert, const RoomRules& rules, const RoomMarks& marks, TimePoint now) = 0;
  virtual std::shared_ptr<const Board> board(ConcertId concert) = 0;

  // Makes a room fit for use again, or for the first time (all zero). First reserve the marks of the next epoch in the store and
  // commit, then fence; of several who do, the last to have reserved wins, whatever order they come in. No effect on a room of this
  // epoch or a later one. Nobody is newly called for 15 s, unless nothing was ever given; holders of forgotten numbers register
  // again meanwhile.
  virtual void fence(ConcertId concert, const RoomRules& rules, const Fence& fence, TimePoint now) = 0;
};

}  // namespace frontrow
