// A value one thread replaces now and then and many threads read all the time: a board, a settings snapshot.
//
// The value itself is immutable; publishing swaps the pointer. A thread that reads often keeps a `Reader`, which costs one atomic
// load while nothing changed and takes the mutex only when the version moved. (std::atomic<shared_ptr> locks on every load.)
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "base/check.hpp"

namespace frontrow {

template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> first) : current_(std::move(first)) { CHECK(current_ != nullptr); }

  // Readers see `next` from their next get() on. Thread safe; the old value dies with its last reader.
  void publish(std::shared_ptr<const T> next) {
    CHECK(next != nullptr);
    {
      const std::lock_guard lock{mutex_};
      current_.swap(next);
      version_.store(version_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }
    // `next` is now the old value; its destructor, perhaps a long one, runs outside the lock.
  }

  // For the occasional reader. Thread safe.
  std::shared_ptr<const T> get() const {
    const std::lock_guard lock{mutex_};
    return current_;
  }

  // Not thread safe: one a thread. Must not outlive the Published. Keeps the value it last saw alive until its next get().
  class Reader {
   public:
    explicit Reader(const Published& source) : source_(&source) { refresh(); }

    // Valid until the next get() or share() of this reader.
    const T& get() { return *share(); }
    const std::shared_ptr<const T>& share() {
      if (source_->version_.load(std::memory_order_acquire) != seen_) refresh();
      return current_;
    }

   private:
    void refresh() {
      const std::shared_ptr<const T> old = std::move(current_);  // dies after the lock is given back
      const std::lock_guard lock{source_->mutex_};
      current_ = source_->current_;
      seen_ = source_->version_.load(std::memory_order_relaxed);
    }

    const Published* source_;
    std::shared_ptr<const T> current_;
    std::uint64_t seen_ = 0;
  };

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> current_;       // protected by mutex_
  std::atomic<std::uint64_t> version_{0};  // written under mutex_, read without
};

}  // namespace frontrow
