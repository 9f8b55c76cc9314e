// An outbox in memory that several relays share, as they share a database: it does not forget, and gives a shard to one of them.
// Thread safe.
#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "ports/outbox.hpp"

namespace frontrow::test {

class SharedOutbox final : public Outbox {
 public:
  std::vector<OutboxRow> pending(int shard, int limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<OutboxRow> found;
    for (const auto& [id, row] : rows_)
      if (row.shard == shard && std::ssize(found) < limit) found.push_back(row);
    return found;
  }
  void delivered(std::span<const OutboxRow> gone) override {
    const std::lock_guard lock(mutex_);
    for (const OutboxRow& row : gone) rows_.erase(row.event);
  }
  bool take_lease(int shard, std::int64_t owner, Duration ttl) override {
    const std::lock_guard lock(mutex_);
    auto& [holder, until] = leases_[shard];
    const TimePoint now = clock_.now();
    if (holder != owner && now < until) return false;
    holder = owner;
    until = now + ttl;
    return true;
  }
  int number_events(int) override { return 0; }

  void add(std::int64_t reservation, int seq, EventType type, Duration ends_in = {}) {
    const std::lock_guard lock(mutex_);
    const EventId id{++last_};
    rows_[id] = {.shard = static_cast<int>(reservation % kShards),
                 .event = id,
                 .feed = {.id = {},
                          .event = {.type = type, .occurred_at = clock_.now(), .reservation = {reservation}, .seq = seq},
                          .reservation = {.id = {reservation}, .expires_at = clock_.now() + ends_in}}};
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return rows_.size();
  }

 private:
  SystemClock clock_;
  std::mutex mutex_;
  std::map<EventId, OutboxRow> rows_;
  std::map<int, std::pair<std::int64_t, TimePoint>> leases_;
  std::int64_t last_ = 0;
};

}  // namespace frontrow::test
