// An outbox in memory that several relays share as they share a database: it keeps its rows, and one relay at a time
// has the lease of a shard. Thread safe.
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
    for (const auto& [id, row] : shards_[shard]) {
      if (std::ssize(found) == limit) break;
      found.push_back(row);
    }
    return found;
  }
  void delivered(int shard, std::span<const OutboxId> ids) override {
    const std::lock_guard lock(mutex_);
    for (const OutboxId id : ids) shards_[shard].erase(id);
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
  EventId number_events(int) override { return {}; }

  void add(std::int64_t reservation, int seq, EventType type, Duration ends_in = {}) {
    const std::lock_guard lock(mutex_);
    const OutboxId id{++last_};
    shards_[static_cast<int>(reservation % kOutboxShards)][id] = {
        .id = id,
        .event = {.type = type, .occurred_at = clock_.now(), .reservation = {reservation}, .seq = seq},
        .reservation = {.id = {reservation}, .expires_at = clock_.now() + ends_in}};
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    for (const auto& [shard, rows] : shards_) sum += rows.size();
    return sum;
  }

 private:
  SystemClock clock_;
  std::mutex mutex_;
  std::map<int, std::map<OutboxId, OutboxRow>> shards_;
  std::map<int, std::pair<std::int64_t, TimePoint>> leases_;
  std::int64_t last_ = 0;
};

}  // namespace frontrow::test
