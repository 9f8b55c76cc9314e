// A bound on log lines a second, for events that may happen thousands of times a second. Dropped lines are counted; the
// next written line says how many were dropped. Thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/mutex.hpp"

namespace frontrow {

class LogBudget {
 public:
  explicit LogBudget(int lines_a_second) : lines_a_second_(lines_a_second) {}

  // The number of lines dropped before this one; nothing if this one is dropped, too.
  std::optional<std::int64_t> take(std::chrono::steady_clock::time_point now) {
    const MutexLock lock(mutex_);
    if (now - second_ >= std::chrono::seconds{1}) second_ = now, written_ = 0;
    if (written_ == lines_a_second_) {
      ++left_out_;
      return {};
    }
    ++written_;
    return std::exchange(left_out_, 0);
  }

 private:
  const int lines_a_second_;
  Mutex mutex_;
  std::chrono::steady_clock::time_point second_ GUARDED_BY(mutex_){};
  int written_ GUARDED_BY(mutex_) = 0;
  std::int64_t left_out_ GUARDED_BY(mutex_) = 0;
};

}  // namespace frontrow
