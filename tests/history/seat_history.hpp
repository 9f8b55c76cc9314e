// Is what clients saw of one seat possible? Each of them asked at one time and was answered at a later one; somewhere in between
// the seat must have done it, one thing after the other (Herlihy & Wing, 1990). The search is that of Wing & Gong (1993) with
// Lowe's cache of configurations seen before.
//
// Two things are special. A request whose answer nobody read may have happened at any time after it was sent, or never. And a hold
// ends by itself: what needs it alive must come before its deadline, what needs it over at or after it. A deadline is known to
// within the precision with which the sale's clock was read.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace frontrow::test {

using Micros = std::int64_t;  // of the client's steady clock
inline constexpr Micros kNever = std::numeric_limits<Micros>::max();

struct HoldEnd {
  Micros earliest = 0, latest = 0;
};

struct SeatOp {
  enum class Saw : std::uint8_t {
    granted,      // a hold, until `end`
    still_mine,   // asked for a hold, and had it already
    taken,        // asked for a hold, and the seat is somebody's
    given_back,   // gave back, or it was over already
    cannot_give,  // gave back, and it is sold
    paid,
    too_late,     // paid, and the hold is over
    not_payable,  // paid, and it was given back
    shown_free,   // in a seat map; the next two also
    shown_held,
    shown_sold,
  };
  Saw saw;
  Micros asked = 0;
  Micros answered = kNever;       // never: nobody knows
  std::int64_t reservation = 0;   // of the first two, and of giving back and paying
  HoldEnd end = {};               // of `granted`
  bool may_never_happen = false;  // nobody read the answer; `saw` is what it did if it did anything
};

// Why this cannot be what one seat did; nothing when it can. `undecided` after `max_steps` configurations, which is a failure of
// the test and not of the seat.
struct Verdict {
  enum class Kind : std::uint8_t { possible, impossible, undecided } kind;
  std::string why = {};
};
Verdict check_seat(std::span<const SeatOp> ops, std::int64_t max_steps = 2'000'000);

}  // namespace frontrow::test
