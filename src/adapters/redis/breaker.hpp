// Refuses at once while the other side is known not to answer, so that a lost server costs its callers no waiting. Thread safe.
//
// After several failures within a window it opens for a while; then one caller a rest is let through, and the first success closes
// it.
#pragma once

#include <chrono>
#include <mutex>

#include "base/clock.hpp"

namespace frontrow::redis {

class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Breaker(int failures, Duration window, Duration rest) : limit_(failures), window_(window), rest_(rest) {}

  bool allows(Time now) {
    const std::lock_guard lock(mutex_);
    if (!is_open_) return true;
    if (now < rests_until_) return false;
    rests_until_ = now + rest_;
    return true;
  }

  void succeeded() {
    const std::lock_guard lock(mutex_);
    is_open_ = false;
    failures_ = 0;
  }

  void failed(Time now) {
    const std::lock_guard lock(mutex_);
    if (failures_ == 0 || now - first_failure_ > window_) first_failure_ = now, failures_ = 0;
    if (++failures_ < limit_ && !is_open_) return;
    is_open_ = true;
    rests_until_ = now + rest_;
  }

  bool is_open() const {
    const std::lock_guard lock(mutex_);
    return is_open_;
  }

 private:
  const int limit_;
  const Duration window_, rest_;
  mutable std::mutex mutex_;  // protects all below
  bool is_open_ = false;
  int failures_ = 0;
  Time first_failure_, rests_until_;
};

}  // namespace frontrow::redis
