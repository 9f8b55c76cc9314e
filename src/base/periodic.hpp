// A thread that does one thing every so often: the only kind of loop in the house that runs on a clock.
//
// The work runs once at once, then every interval counted from start to start; a run that takes longer is followed by the next
// without a burst to catch up. A run that throws is logged, and the pause doubles, up to `backoff_max`, until one
// succeeds: the loop never dies of its work.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.hpp"

namespace frontrow {

class Periodic {
 public:
  static constexpr std::chrono::milliseconds kBackoffMax{10'000};

  // `name` is for logs and for top(1), which shows its first 15 characters; `interval` at least 1 ms.
  Periodic(std::string name, std::chrono::milliseconds interval, std::function<void()> work,
           std::chrono::milliseconds backoff_max = kBackoffMax);
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;
  ~Periodic();

  // Returns when no run is going on and none will follow; a pause is cut short. Idempotent, thread safe. From within the work
  // itself it only asks: that run is the last.
  void stop();

 private:
  void loop();
  void run_once();
  bool pause(std::chrono::milliseconds length);  // false = stop

  const std::string name_;
  const std::chrono::milliseconds interval_;
  const std::chrono::milliseconds backoff_max_;
  const std::function<void()> work_;

  std::atomic<std::thread::id> loop_id_;
  int failures_in_a_row_ = 0;  // only the loop's own thread

  Mutex mutex_;
  std::condition_variable_any wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  Mutex join_mutex_;
  std::thread thread_ GUARDED_BY(join_mutex_);  // last, so that the loop finds everything else built
};

}  // namespace frontrow
