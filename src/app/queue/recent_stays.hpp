// The people inside whom a thread has lately let pass, so that it lets them pass again without the queue's lock. A fixed
// number of slots, a newer stay takes an older one's.
//
// A thread has one.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/queue.hpp"

namespace frontrow {

// The part of a stay that changes without a commit: the last sign of life. Any thread reads and sets it.
class LiveStay {
 public:
  LiveStay(UserId user, TimePoint admitted_at, TimePoint seen_at) : user(user), admitted_at(admitted_at), seen_at_(seen_at) {}

  const UserId user;
  const TimePoint admitted_at;
  TimePoint seen_at() const { return seen_at_.load(std::memory_order_relaxed); }
  void is_seen(TimePoint now) {
    if (seen_at() < now) seen_at_.store(now, std::memory_order_relaxed);
  }
  // The stay is over, or another object speaks for it: ask the queue.
  bool is_over() const { return is_over_.load(std::memory_order_acquire); }
  void end() { is_over_.store(true, std::memory_order_release); }

 private:
  std::atomic<TimePoint> seen_at_;
  std::atomic<bool> is_over_{false};
};
static_assert(std::atomic<TimePoint>::is_always_lock_free);

class RecentStays {
 public:
  // Null unless kept for this queue and ticket.
  LiveStay* find(std::uint64_t queue, const Ticket& ticket) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[index_of(queue, ticket.number)];
    const bool is_it = slot.queue == queue && slot.number == ticket.number && slot.presence->user == ticket.user;
    return is_it && !slot.presence->is_over() ? slot.presence.get() : nullptr;
  }

  void keep(std::uint64_t queue, TicketNumber number, const std::shared_ptr<LiveStay>& presence) {
    slots_.resize(kSlots);
    slots_[index_of(queue, number)] = {.queue = queue, .number = number, .presence = presence};
  }

 private:
  static constexpr std::size_t kSlots = 1024;
  struct Slot {
    std::uint64_t queue = 0;
    TicketNumber number;
    std::shared_ptr<LiveStay> presence;
  };

  static std::size_t index_of(std::uint64_t queue, TicketNumber number) {
    return (queue * 0x9E37'79B9 + static_cast<std::uint64_t>(number.value)) % kSlots;
  }

  std::vector<Slot> slots_;  // empty until the first is kept
};

}  // namespace frontrow
