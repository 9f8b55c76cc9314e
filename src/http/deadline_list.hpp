// Deadlines of one kind: all are set the same time ahead. So a list in the order of setting is also in the order of due
// times.
//
// Setting, moving and clearing cost O(1) and no memory. One coarse timer asks due() of a few lists, instead of a timer
// for each connection. Not thread safe: an HTTP thread's lists are its own.
#pragma once

#include <chrono>

#include "base/check.hpp"

namespace frontrow::http {

using SteadyTime = std::chrono::steady_clock::time_point;

class DeadlineList;

// An element of a list derives from this; it is in at most one list.
class Deadline {
 public:
  Deadline() = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { clear(); }

  void clear();
  // Its list, or null.
  const DeadlineList* list() const { return list_; }

 private:
  friend class DeadlineList;
  DeadlineList* list_ = nullptr;
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
  SteadyTime due_;
};

class DeadlineList {
 public:
  explicit DeadlineList(std::chrono::nanoseconds ahead) : ahead_(ahead) {}
  DeadlineList(const DeadlineList&) = delete;
  DeadlineList& operator=(const DeadlineList&) = delete;
  ~DeadlineList() { CHECK(first_ == nullptr); }

  // `now` must not go back between calls.
  void set(Deadline& deadline, SteadyTime now) {
    deadline.clear();
    deadline.list_ = this;
    deadline.due_ = now + ahead_;
    deadline.previous_ = last_;
    (last_ != nullptr ? last_->next_ : first_) = &deadline;
    last_ = &deadline;
  }

  // The earliest deadline, or null; the one that was set after `deadline`.
  Deadline* first() const { return first_; }
  static Deadline* next(const Deadline& deadline) { return deadline.next_; }
  // The earliest deadline if it has passed. It stays in the list until it is cleared or set anew.
  Deadline* due(SteadyTime now) const { return first_ != nullptr && first_->due_ <= now ? first_ : nullptr; }

 private:
  friend class Deadline;
  const std::chrono::nanoseconds ahead_;
  Deadline* first_ = nullptr;
  Deadline* last_ = nullptr;
};

inline void Deadline::clear() {
  if (list_ == nullptr) return;
  (previous_ != nullptr ? previous_->next_ : list_->first_) = next_;
  (next_ != nullptr ? next_->previous_ : list_->last_) = previous_;
  list_ = nullptr;
  previous_ = next_ = nullptr;
}

}  // namespace frontrow::http
