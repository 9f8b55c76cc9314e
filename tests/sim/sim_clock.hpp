// The simulator's time: it moves on command, and can jump between two reads, as for a process that was paused.
#pragma once

#include <utility>

#include "base/clock.hpp"

namespace frontrow::sim {

class SimClock final : public Clock {
 public:
  TimePoint now() const override {
    const TimePoint seen = now_;
    now_ += std::exchange(pause_, Duration{0});
    return seen;
  }
  void advance(Duration by) { now_ += by; }
  void set(TimePoint now) { now_ = std::max(now_, now); }
  // The next read sees the present time, every later one `pause` more.
  void pause_after_next_look(Duration pause) { pause_ = pause; }
  void no_pause() { pause_ = Duration{0}; }

 private:
  mutable TimePoint now_{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  mutable Duration pause_{0};
};

}  // namespace frontrow::sim
