#include "base/rate_limiter.hpp"

#include <algorithm>
#include <bit>

namespace frontrow {

namespace {

std::int64_t nanoseconds(std::chrono::steady_clock::time_point time) {
  return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

// The time in which one comes back.
std::int64_t interval(const Rate& rate) {
  return std::max<std::int64_t>(1, std::chrono::nanoseconds(rate.per).count() / rate.count);
}

}  // namespace

RateLimiter::RateLimiter(std::size_t entries) {
  const std::size_t sets = std::bit_ceil(std::max<std::size_t>(1, entries / (kWays * kShards)));
  for (std::size_t i = 0; i < kShards; ++i) {
    auto& shard = *shards_.emplace_back(std::make_unique<Shard>());
    const MutexLock lock(shard.mutex);
    shard.sets.resize(sets);
  }
}

// The key's entry; a new key gets a free one, or that of the key that owes least.
RateLimiter::Entry& RateLimiter::entry_of(Shard& shard, std::uint64_t tag) {
  auto& set = shard.sets[(tag / kShards) & (shard.sets.size() - 1)];
  Entry* least = set.data();
  for (Entry& entry : set) {
    if (entry.tag == tag) return entry;
    if (entry.paid_back_at < least->paid_back_at) least = &entry;
  }
  *least = {.tag = tag, .paid_back_at = 0};
  return *least;
}

std::chrono::nanoseconds RateLimiter::take(const LimitKey& key, const Rate& rate, Time now, std::int64_t cost) {
  if (!rate.is_limited()) return {};
  const std::uint64_t tag = hash_.of(key);
  Shard& shard = shard_of(tag);
  const std::int64_t at = nanoseconds(now), one = interval(rate);
  const std::int64_t wanted = std::min(cost, rate.burst) * one, room = rate.burst * one;
  const MutexLock lock(shard.mutex);
  Entry& entry = entry_of(shard, tag);
  const std::int64_t paid_back_at = std::max(entry.paid_back_at, at) + wanted;
  const std::int64_t too_early = paid_back_at - at - room;
  if (too_early > 0) return std::chrono::nanoseconds(too_early);
  entry.paid_back_at = paid_back_at;
  return {};
}

void RateLimiter::charge(const LimitKey& key, const Rate& rate, Time now, std::int64_t cost) {
  if (!rate.is_limited()) return;
  const std::uint64_t tag = hash_.of(key);
  Shard& shard = shard_of(tag);
  const std::int64_t at = nanoseconds(now), one = interval(rate);
  const std::int64_t most = at + rate.burst * one + std::chrono::nanoseconds(rate.per).count();
  const MutexLock lock(shard.mutex);
  Entry& entry = entry_of(shard, tag);
  entry.paid_back_at = std::min(std::max(entry.paid_back_at, at) + cost * one, most);
}

}  // namespace frontrow
