// An outbox in memory that several relays share as they share a database: it keeps its rows, and one relay at a time
// has the lease of a shard. Thread safe.
#pragma once

#include <algorithm>
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
  std::vector<int> take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) override {
    const std::lock_guard lock(mutex_);
    std::vector<int> taken;
    const TimePoint now = clock_.now();
    for (const int shard : shards) {
      auto& [holder, until] = leases_[shard];
      if (holder != owner && now < until) continue;
      holder = owner;
      until = now + ttl;
      taken.push_back(shard);
    }
    return taken;
  }
  bool has_news(std::span<const int> shards) override {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(shards, [&](int shard) { return !shards_[shard].empty(); });
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
