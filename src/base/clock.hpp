// The only place, with random.hpp, through which the sale learns what it did not decide: here, the time.
//
// All times are UTC milliseconds. A sale reads `Clock`; a test or the simulator hands in one it moves itself.
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

// At its deadline itself a thing is over. Every rule of the sale asks here.
constexpr bool is_over(TimePoint deadline, TimePoint now) { return deadline <= now; }

class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes back. Thread safe.
  virtual TimePoint now() const = 0;
};

// Starts at the later of the wall clock and `not_before` (the newest time the store has seen), then advances by the
// steady clock: setting the machine's clock back or forth does not move a deadline.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(TimePoint not_before = {});
  TimePoint now() const override;

 private:
  const TimePoint start_;
  const std::chrono::steady_clock::time_point steady_start_;
};

// Follows a clock elsewhere: shows what it was last told, advanced by the steady clock since.
class FollowedClock final : public Clock {
 public:
  explicit FollowedClock(TimePoint now) { set(now); }
  TimePoint now() const override;
  // Any thread. What was shown already is not taken back: it stands still until the other clock has caught up.
  void set(TimePoint now);

 private:
  std::atomic<std::int64_t> ahead_ms_{0};  // of the steady clock
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
