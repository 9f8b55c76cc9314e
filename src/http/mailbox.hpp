// The way from other threads to an HTTP thread. Messages run on that thread, in order; messages that arrive together
// cost one wake-up. A thread with many messages for the same few mailboxes gathers them in a Group.
//
// Outlives its thread. After close(), the thread's last act, messages are destroyed unread.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "base/boundary.hpp"
#include "base/mutex.hpp"

namespace frontrow::http {

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  using Message = std::move_only_function<void()>;

  // While a Group lives, the messages of its thread are kept. At its end each mailbox gets its messages as one list.
  // One Group at a time on a thread.
  class Group {
   public:
    Group() { current_ = this; }
    ~Group() {
      current_ = nullptr;
      for (auto& [mailbox, messages] : lists_) contained("mailbox", [&] { mailbox->post_all(std::move(messages)); });
    }
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

   private:
    friend class Mailbox;
    std::vector<Message>& list_of(Mailbox& mailbox) {
      const auto at = std::ranges::find(lists_, &mailbox, [](const auto& list) { return list.first.get(); });
      return at != lists_.end() ? at->second : lists_.emplace_back(mailbox.shared_from_this(), std::vector<Message>()).second;
    }

    static inline thread_local Group* current_ = nullptr;
    std::vector<std::pair<std::shared_ptr<Mailbox>, std::vector<Message>>> lists_;  // at most as many as HTTP threads
  };

  // `wake` is called, on any thread, when there is something to drain; it must lead to drain() on the owner's thread.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Thread safe. False if closed. Within a Group the mailbox may close later; then the message is destroyed.
  bool post(Message message) {
    if (Group* group = Group::current_; group != nullptr) {
      if (closed_) return false;
      group->list_of(*this).push_back(std::move(message));
      return true;
    }
    const MutexLock lock(mutex_);
    if (closed_) return false;
    incoming_.push_back(std::move(message));
    wake();
    return true;
  }

  // On the owner's thread only.
  void drain() {
    {
      const MutexLock lock(mutex_);
      is_woken_ = false;
      batch_.swap(incoming_);
    }
    for (Message& message : batch_) {
      contained("posted completion", message);
    }
    batch_.clear();
    if (batch_.capacity() > kKept) batch_ = std::vector<Message>();
  }

  // On the owner's thread, or after that has ended.
  void close() {
    std::vector<Message> unread;
    {
      const MutexLock lock(mutex_);
      closed_ = true;
      unread.swap(incoming_);
    }
    // Objects that die with the messages may post again, so they die without the lock.
  }

 private:
  static constexpr std::size_t kKept = 4096;

  void post_all(std::vector<Message> messages) {
    const MutexLock lock(mutex_);
    if (closed_ || messages.empty()) return;  // they are destroyed after the lock is released
    if (incoming_.empty())
      incoming_.swap(messages);
    else
      std::ranges::move(messages, std::back_inserter(incoming_));
    wake();
  }

  // If a wake-up fails for lack of memory, the next message makes up for it.
  void wake() REQUIRES(mutex_) {
    if (is_woken_) return;
    wake_();
    is_woken_ = true;
  }

  const std::function<void()> wake_;
  Mutex mutex_;
  std::atomic<bool> closed_ = false;  // changed under mutex_
  bool is_woken_ GUARDED_BY(mutex_) = false;
  std::vector<Message> incoming_ GUARDED_BY(mutex_);
  std::vector<Message> batch_;  // only the owner uses it
};

}  // namespace frontrow::http
