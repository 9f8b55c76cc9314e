// The embedded sale's time against the machine's clock: may a start go on, and is the clock still right while the server runs?
//
// A sale's time never goes back. One start with a clock that is a year ahead would therefore move the sale into next year for good.
// So a start whose stored time is ahead of the machine's clock is refused, unless the operator says that it is meant; and a start
// whose clock is far ahead of the stored time writes nothing by itself, because a long pause and a wrong clock look the same.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace frontrow {

inline constexpr Duration kLongPause = std::chrono::hours{24};

struct StartTimes {
  TimePoint stored;  // the newest time in the store; the epoch: nothing is stored
  TimePoint wall;    // the machine's clock
};

// Why a start is refused, for the operator; nothing: it may go on.
std::optional<std::string> refuse_start(const StartTimes& times, Duration tolerance, bool accepts_stored_time);

// Whether the machine's clock is so far ahead that the sale must not act on it by itself.
bool is_far_ahead(const StartTimes& times);
// What the log says then.
std::string far_ahead_warning(const StartTimes& times);

// "3 d 4 h", "5 min 20 s"
std::string rough(Duration length);

// Says in the log, at once and then every ten minutes, that the sale's time is ahead of the machine's clock, for as long as it is.
// `lead` says how far. Any thread may ask.
class ClockWatch {
 public:
  ClockWatch(const Clock& clock, std::function<Duration()> lead, Duration tolerance)
      : clock_(clock), lead_(std::move(lead)), tolerance_(tolerance) {}
  // Nothing: the clocks agree.
  std::optional<std::string> complaint() const;
  // Once a second or so, on one thread. Returns whether it has logged.
  bool run_once();

 private:
  const Clock& clock_;
  const std::function<Duration()> lead_;
  const Duration tolerance_;
  std::optional<TimePoint> said_at_;
};

}  // namespace frontrow
