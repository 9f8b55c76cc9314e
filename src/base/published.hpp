// A value one thread replaces now and then and many threads read all the time: a board, a settings snapshot.
//
// The value itself is immutable; publishing swaps the pointer under a mutex that is held for that long only.
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

  // Readers see `next` from their next get() on. Thread safe; the old value dies with its last reader.
  void publish(std::shared_ptr<const T> next) {
    CHECK(next != nullptr);
    {
      const MutexLock lock(mutex_);
      current_.swap(next);
    }
    // `next` is now the old value; its destructor, perhaps a long one, runs outside the lock.
  }

  // Thread safe. What was got stays whole and alive for as long as it is kept.
  std::shared_ptr<const T> get() const {
    const MutexLock lock(mutex_);
    return current_;
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> current_ GUARDED_BY(mutex_);
};

}  // namespace frontrow
