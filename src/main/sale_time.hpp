// The embedded sale's time against the machine's clock: decides whether a start may go on, and watches the clock while
// the server runs.
//
// A sale's time never goes back. So one start with a clock that is a year ahead would move the sale into next year for
// good. Therefore a start whose stored time is ahead of the machine's clock is refused, unless the operator allows it.
// And a start whose clock is far ahead of the stored time writes nothing by itself, because a long pause and a wrong
// clock look the same.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace frontrow {

inline constexpr Duration kLongPause = std::chrono::hours{24};

struct StartTimes {
  TimePoint stored;  // the newest time in the store; the epoch if there is none
  TimePoint wall;    // the machine's clock
};

// The reason of a refused start, for the operator; nothing if the start may go on.
std::optional<std::string> refuse_start(const StartTimes& times, Duration tolerance, bool accepts_stored_time);

// True if the machine's clock is so far ahead that the sale must not act on it by itself.
bool is_far_ahead(const StartTimes& times);
// The log's text for that case.
std::string far_ahead_warning(const StartTimes& times);

// "3 d 4 h", "5 min 20 s"
std::string rough(Duration length);

// Logs that the sale's time is ahead of the machine's clock, at once and then every ten minutes, as long as it is
// ahead. `lead` returns how far. Any thread may ask.
class ClockWatch {
 public:
  ClockWatch(const Clock& clock, std::function<Duration()> lead, Duration tolerance)
      : clock_(clock), lead_(std::move(lead)), tolerance_(tolerance) {}
  // Nothing if the clocks agree.
  std::optional<std::string> complaint() const;
  // To be called about once a second, on one thread. Returns true if it has logged.
  bool run_once();

 private:
  const Clock& clock_;
  const std::function<Duration()> lead_;
  const Duration tolerance_;
  std::optional<TimePoint> said_at_;
};

}  // namespace frontrow
