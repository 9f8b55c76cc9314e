#include "base/tally.hpp"

#include <algorithm>
#include <bit>

namespace frontrow {

Tally::Tally(std::size_t entries) {
  const std::size_t sets = std::bit_ceil(std::max<std::size_t>(1, entries / (kWays * kShards)));
  for (std::size_t i = 0; i < kShards; ++i) {
    auto& shard = *shards_.emplace_back(std::make_shared<Shard>());
    const MutexLock lock(shard.mutex);
    shard.sets.resize(sets);
  }
}

std::array<Tally::Entry, Tally::kWays>& Tally::set_of(Shard& shard, std::uint64_t tag) {
  return shard.sets[(tag / kShards) & (shard.sets.size() - 1)];
}

std::optional<Tally::Hold> Tally::add(const LimitKey& key, std::uint32_t most, std::uint32_t* before) {
  const std::uint64_t tag = hash_.of(key);
  const std::shared_ptr<Shard>& shard = shard_of(tag);
  const MutexLock lock(shard->mutex);
  auto& set = set_of(*shard, tag);
  auto at = std::ranges::find_if(set, [&](const Entry& entry) { return entry.tag == tag && entry.count > 0; });
  const std::uint32_t had = at == set.end() ? 0 : at->count;
  if (before != nullptr) *before = had;
  if (had >= most) return std::nullopt;
  if (at == set.end()) at = std::ranges::find(set, 0U, &Entry::count);
  if (at == set.end()) return Hold{};
  *at = {.tag = tag, .count = had + 1};
  return Hold{shard, tag};
}

std::uint32_t Tally::count(const LimitKey& key) const {
  const std::uint64_t tag = hash_.of(key);
  Shard& shard = *shard_of(tag);
  const MutexLock lock(shard.mutex);
  for (const Entry& entry : set_of(shard, tag))
    if (entry.tag == tag) return entry.count;
  return 0;
}

void Tally::release(Shard& shard, std::uint64_t tag) {
  const MutexLock lock(shard.mutex);
  for (Entry& entry : set_of(shard, tag)) {
    if (entry.tag != tag || entry.count == 0) continue;
    --entry.count;
    return;
  }
}

}  // namespace frontrow
