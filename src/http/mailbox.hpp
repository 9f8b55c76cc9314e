// How other threads reach an HTTP thread: messages are run on it, in order, and however many arrive at once cost one wake-up.
//
// Outlives the thread it belongs to: after close(), which the thread calls as its last act, messages are destroyed unread.
#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "base/log.hpp"

namespace frontrow::http {

class Mailbox {
 public:
  using Message = std::move_only_function<void()>;

  // `wake` is called, by any thread, when there is something to drain; it must lead to drain() on the owner's thread.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Thread safe. False when closed.
  bool post(Message message) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    incoming_.push_back(std::move(message));
    if (incoming_.size() == 1) wake_();
    return true;
  }

  // By the owner only.
  void drain() {
    {
      const std::lock_guard lock(mutex_);
      batch_.swap(incoming_);
    }
    for (Message& message : batch_) {
      try {
        message();
      } catch (const std::exception& error) {
        log_error("a posted completion failed", {{"reason", error.what()}});
      }
    }
    batch_.clear();
    if (batch_.capacity() > kKept) batch_ = std::vector<Message>();
  }

  // By the owner, or when its thread has ended.
  void close() {
    std::vector<Message> unread;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      unread.swap(incoming_);
    }
    // What dies with them may post again: not under the lock.
  }

 private:
  static constexpr std::size_t kKept = 4096;

  const std::function<void()> wake_;
  std::mutex mutex_;
  bool closed_ = false;            // protected by mutex_
  std::vector<Message> incoming_;  // protected by mutex_
  std::vector<Message> batch_;     // the owner's
};

}  // namespace frontrow::http
