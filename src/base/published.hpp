// A value that one thread replaces now and then and many threads read all the time: a board, a snapshot of settings.
//
// The value is immutable; publishing swaps the pointer under a mutex, which is held only for that.
// (std::atomic<shared_ptr> locks on every load, too.)
#pragma once

#include <memory>
#include <utility>

#include "base/check.hpp"
#include "base/mutex.hpp"

namespace frontrow {

template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> first) : current_(std::move(first)) { CHECK(current_ != nullptr); }

  // Readers see `next` from their next get() on. Thread safe. The old value is destroyed with its last reader.
  void publish(std::shared_ptr<const T> next) {
    CHECK(next != nullptr);
    {
      const MutexLock lock(mutex_);
      current_.swap(next);
    }
    // `next` is the old value now; its destructor may take long, so it runs outside the lock.
  }

  // Thread safe. The value stays whole and alive as long as the caller keeps it.
  std::shared_ptr<const T> get() const {
    const MutexLock lock(mutex_);
    return current_;
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> current_ GUARDED_BY(mutex_);
};

}  // namespace frontrow
