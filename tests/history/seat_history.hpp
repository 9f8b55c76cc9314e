// Decides whether the clients' answers about one seat are possible. Each request was sent at one time and answered at a
// later one. In between the seat must have carried it out, one request after the other (Herlihy & Wing, 1990). The
// search is that of Wing & Gong (1993) with Lowe's cache of visited configurations.
//
// Two things are special. A request whose answer was not read may have happened at any time after it was sent, or
// never. And a hold ends by itself: requests that need it alive come before its deadline, requests that need it over at
// or after it. A deadline is known only as precisely as the sale's clock was read.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace frontrow::test {

using Micros = std::int64_t;  // on the client's steady clock
inline constexpr Micros kNever = std::numeric_limits<Micros>::max();

struct HoldEnd {
  Micros earliest = 0, latest = 0;
};

struct SeatOp {
  enum class Saw : std::uint8_t {
    granted,      // a hold, until `end`
    still_mine,   // asked for a hold that the user already had
    taken,        // asked for a hold of a seat that another user has
    given_back,   // gave the hold back, or it was over already
    cannot_give,  // gave back a sold seat
    paid,
    too_late,     // paid when the hold was over
    not_payable,  // paid for a hold that was given back
    shown_free,   // in a seat map; so are the next two
    shown_held,
    shown_sold,
  };
  Saw saw;
  Micros asked = 0;
  Micros answered = kNever;       // kNever: the answer was not read
  std::int64_t reservation = 0;   // for the first two, and for giving back and paying
  HoldEnd end = {};               // for `granted`
  bool may_never_happen = false;  // the answer was not read; `saw` is its effect, if it had one
};

// The reason why no sound seat can have this history; nothing if one can. `undecided` after `max_steps` configurations,
// which is a failure of the test and not of the seat.
struct Verdict {
  enum class Kind : std::uint8_t { possible, impossible, undecided } kind;
  std::string why = {};
};
Verdict check_seat(std::span<const SeatOp> ops, std::int64_t max_steps = 2'000'000);

}  // namespace frontrow::test
