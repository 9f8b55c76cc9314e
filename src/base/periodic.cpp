#include "base/periodic.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/boundary.hpp"
#include "base/check.hpp"
#include "base/clock.hpp"

namespace frontrow {

Periodic::Periodic(std::string name, std::chrono::milliseconds interval, std::function<void()> work,
                   std::chrono::milliseconds backoff_max)
    : name_(std::move(name)), interval_(interval), backoff_max_(backoff_max), work_(std::move(work)) {
  CHECK(interval_ >= std::chrono::milliseconds{1});
  thread_ = std::thread([this] { loop(); });
}

Periodic::~Periodic() { stop(); }

void Periodic::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  // The work may stop its own loop. A join from within would never return.
  if (std::this_thread::get_id() == loop_id_.load()) return;
  const MutexLock lock(join_mutex_);
  if (thread_.joinable()) thread_.join();
}

void Periodic::loop() {
  loop_id_ = std::this_thread::get_id();
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  std::chrono::milliseconds rest{0};
  while (pause(rest)) {
    const auto begun = steady_now();
    run_once();
    // 2^14 ms is longer than any backoff.
    const auto gap = failures_in_a_row_ == 0
                         ? interval_
                         : std::max(interval_, std::min(backoff_max_, interval_ * (1 << std::min(failures_in_a_row_, 14))));
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(steady_now() - begun);
    rest = std::max(gap - taken, std::chrono::milliseconds{0});
  }
}

void Periodic::run_once() {
  if (contained(name_, work_)) {
    failures_in_a_row_ = 0;
    return;
  }
  ++failures_in_a_row_;
}

bool Periodic::pause(std::chrono::milliseconds length) {
  MutexLock lock(mutex_);
  wake_.wait_for(lock, length, [this]() REQUIRES(mutex_) { return stopping_; });
  return !stopping_;
}

}  // namespace frontrow
