// Carries what gathers at a pod's queues to the waiting rooms all pods share, and brings back their boards: one loop, which may
// block. What is asked within two milliseconds goes in one round trip; boards and signs of life every fifth of a second.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <vector>

#include "app/commit/commits.hpp"
#include "app/queue/shared_queue.hpp"
#include "base/clock.hpp"
#include "metrics/metrics.hpp"
#include "ports/queue_marks.hpp"

namespace frontrow {

class SharedRooms {
 public:
  SharedRooms(WaitingRoom& room, QueueMarks& marks, Commits& commits, const Clock& clock, Metrics& metrics)
      : room_(room), marks_(marks), commits_(commits), clock_(clock), metrics_(metrics) {}

  // Any thread. The queue of a concert, made when it is new.
  std::shared_ptr<SharedQueue> queue(const Concert& concert, const QueueLimits& limits);
  void wake();
  // False while the last word of the waiting room was that it is away.
  bool is_up() const { return is_up_.load(std::memory_order_relaxed); }

  void run(std::stop_token stop);
  // One round, by one thread: carries everything; at a tick also the signs of life, and asks for the boards.
  void run_once(bool is_tick);

 private:
  void carry(SharedQueue& queue, SharedQueue::Gathered& gathered);
  void leave(SharedQueue& queue, std::span<SharedQueue::Leave> leaves);
  void join(SharedQueue& queue, std::span<SharedQueue::Join> joins);
  void claim(SharedQueue& queue, std::span<SharedQueue::Claim> claims, bool may_admit);
  void free_holds(SharedQueue& queue, const std::vector<SharedQueue::Freed>& freed);
  void tick(SharedQueue& queue);
  void reserve(SharedQueue& queue, std::int64_t tail);
  void fence(SharedQueue& queue);
  void tell_admitted(ConcertId concert, TicketNumber number, UserId user, std::string traceparent);
  // Runs `work`, fencing the room once when it asks for that. Unavailable when it cannot be done now.
  template <class Work>
  auto with_room(SharedQueue& queue, Work work);

  WaitingRoom& room_;
  QueueMarks& marks_;
  Commits& commits_;
  const Clock& clock_;
  Metrics& metrics_;
  std::atomic<bool> is_up_{true};
  std::map<ConcertId, std::chrono::steady_clock::time_point> left_to_other_until_;  // of that thread as well
  bool was_asked_ = false;  // the room, in this round; of the one thread that runs

  std::mutex mutex_;  // protects all below
  std::condition_variable_any woken_;
  bool is_woken_ = false;
  std::map<ConcertId, std::shared_ptr<SharedQueue>> queues_;
};

}  // namespace frontrow
