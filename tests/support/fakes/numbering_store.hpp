// A store of the cluster profile that numbers the feed after each commit, and delivers events before old ones are deleted, as a
// relay would.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "adapters/mysql/store.hpp"

namespace frontrow::test {

class NumberingStore final : public Store {
 public:
  explicit NumberingStore(const mysql::StoreSettings& settings)
      : inner_(mysql::open_store(settings)), outbox_(mysql::open_outbox(settings)), last_(inner_->last_event()) {}

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override {
    constexpr int kMore = 1'000;  // more events than any batch of a test has
    inner_->execute(batch, set, again);
    if (!set.events.empty()) last_ = outbox_->number_events(kMore);
    set.last_event = last_;
  }
  void load(const LoadVisitor& visitor) override { inner_->load(visitor); }
  EventId last_event() override { return inner_->last_event(); }
  std::unique_ptr<StoreReader> open_reader() override { return inner_->open_reader(); }
  Forgotten forget(const KeptSince& since, int limit) override {
    constexpr int kMore = 10'000;
    for (int shard = 0; shard < kOutboxShards; ++shard) {
      std::vector<OutboxId> ids;
      for (const OutboxRow& row : outbox_->pending(shard, kMore)) ids.push_back(row.id);
      outbox_->delivered(shard, ids);
    }
    return inner_->forget(since, limit);
  }
  void tend() override { inner_->tend(); }

 private:
  const std::unique_ptr<Store> inner_;
  const std::unique_ptr<Outbox> outbox_;
  EventId last_;
};

}  // namespace frontrow::test
