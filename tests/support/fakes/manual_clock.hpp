// A clock the test moves.
#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace frontrow {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start = TimePoint{std::chrono::sys_days{std::chrono::July / 1 / 2026}}) : now_(start) {}
  TimePoint now() const override { return now_.load(); }
  void advance(Duration by) { now_.store(now_.load() + by); }
  void set(TimePoint now) { now_.store(now); }

 private:
  std::atomic<TimePoint> now_;
};

}  // namespace frontrow
