// Refuses at once while the other side is known not to answer, so that a lost server costs its callers no waiting. Thread safe.
//
// After several failures within a window it opens for a while; then one caller a rest is let through, and the first success closes
// it.
#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace frontrow::redis {

class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Breaker(int failures, Duration window, Duration rest) : limit_(failures), window_(window), rest_(rest) {}

  bool allows(Time now) {
    const MutexLock lock(mutex_);
    if (!is_open_) return true;
    if (now < rests_until_) return false;
    rests_until_ = now + rest_;
    return true;
  }

  void succeeded() {
    const MutexLock lock(mutex_);
    is_open_ = false;
    failures_ = 0;
  }

  void failed(Time now) {
    const MutexLock lock(mutex_);
    if (failures_ == 0 || now - first_failure_ > window_) first_failure_ = now, failures_ = 0;
    if (++failures_ < limit_ && !is_open_) return;
    is_open_ = true;
    rests_until_ = now + rest_;
  }

  bool is_open() const {
    const MutexLock lock(mutex_);
    return is_open_;
  }

 private:
  const int limit_;
  const Duration window_, rest_;
  mutable Mutex mutex_;
  bool is_open_ GUARDED_BY(mutex_) = false;
  int failures_ GUARDED_BY(mutex_) = 0;
  Time first_failure_ GUARDED_BY(mutex_), rests_until_ GUARDED_BY(mutex_);
};

}  // namespace frontrow::redis
