// The sale learns of the outside world only here and in random.hpp: here, the time.
//
// All times are UTC milliseconds. The sale reads a `Clock`; tests and the simulator pass in a clock that they move
// themselves.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontrow {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Duration>;

// At its deadline itself a hold or a ticket is over. Every rule of the sale asks here.
constexpr bool is_over(TimePoint deadline, TimePoint now) { return deadline <= now; }

class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes back. Thread safe.
  virtual TimePoint now() const = 0;
};

// Starts at the later of the wall clock and `not_before` (the newest time in the store). Then it advances by the time
// that passes, a suspended machine's time included: setting the wall clock moves no deadline. It catches up with a wall
// clock that is ahead, so slowly that no hold ends a second early.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(TimePoint not_before = {});
  TimePoint now() const override;
  // To be called about once a second, by one thread.
  void follow();

 private:
  const TimePoint start_;
  const Duration boot_start_;               // time since the machine started
  std::atomic<std::int64_t> gained_ms_{0};  // added to the time that has passed
  Duration followed_at_;
};

// By how much a clock that is `behind` may be advanced, after `passed`.
Duration catch_up(Duration behind, Duration passed);

// Follows a clock elsewhere: shows the last reading it got, advanced by the steady clock since then.
class FollowedClock final : public Clock {
 public:
  explicit FollowedClock(TimePoint now) { set(now); }
  TimePoint now() const override;
  // Any thread. Never goes back: if the other clock is behind, this clock stands still until the other has caught up.
  void set(TimePoint now);

 private:
  std::atomic<std::int64_t> ahead_ms_{0};  // ahead of the steady clock
  mutable std::atomic<std::int64_t> shown_ms_{0};
};

// For durations only: latency, timeouts.
inline std::chrono::steady_clock::time_point steady_now() { return std::chrono::steady_clock::now(); }

// "2026-07-01T10:00:00.000Z"
std::string iso8601(TimePoint time);
void append_iso8601(std::string& out, TimePoint time);
// Accepts exactly YYYY-MM-DDTHH:MM:SS[.f{1,9}](Z|±HH:MM), years 1970 … 9999; finer than a millisecond is cut off.
std::optional<TimePoint> parse_iso8601(std::string_view text);

}  // namespace frontrow
