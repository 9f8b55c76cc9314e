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

RateLimiter::RateLimiter(std::size_t entries)
    : sets_(kLocks * std::bit_ceil(std::max<std::size_t>(1, entries / (kWays * kLocks)))) {}

// False if the key has no place. Inlined, so that what next() knows stays in registers.
template <class Next>
[[gnu::always_inline]] inline bool RateLimiter::change_known(Set& set, std::uint64_t tag, Next& next) {
  for (std::size_t way = 0; way < kWays; ++way) {
    if (set.tags[way].load(std::memory_order_relaxed) != tag) continue;
    std::atomic<std::int64_t>& number = set.paid_back_at[way];
    std::int64_t before = number.load(std::memory_order_acquire);
    while (set.tags[way].load(std::memory_order_acquire) == tag) {
      if (number.compare_exchange_weak(before, next(before), std::memory_order_acq_rel, std::memory_order_acquire)) return true;
    }
  }
  return false;
}

// In a free place, or in that of the key that owes least.
void RateLimiter::add(Set& set, std::uint64_t tag, std::int64_t paid_back_at) {
  std::size_t least = 0;
  std::int64_t its = INT64_MAX;
  for (std::size_t way = 0; way < kWays; ++way) {
    const std::int64_t number = set.paid_back_at[way].load(std::memory_order_relaxed);
    if (number < its) least = way, its = number;
  }
  set.tags[least].store(0, std::memory_order_relaxed);
  // Another number in any case: a thread that has read the old one for the old key must not exchange it.
  set.paid_back_at[least].store(paid_back_at == its ? paid_back_at + 1 : paid_back_at, std::memory_order_release);
  set.tags[least].store(tag, std::memory_order_release);
}

template <class Next>
void RateLimiter::change(const LimitKey& key, Next next) {
  const std::uint64_t tag = hash_.of(key);
  Set& set = sets_[tag & (sets_.size() - 1)];
  if (change_known(set, tag, next)) return;
  const MutexLock lock(new_keys_[tag % kLocks]);  // the set's, as kLocks divides the number of sets
  if (!change_known(set, tag, next)) add(set, tag, next(0));
}

std::chrono::nanoseconds RateLimiter::take(const LimitKey& key, const Rate& rate, Time now, std::int64_t cost) {
  if (!rate.is_limited()) return {};
  const std::int64_t at = nanoseconds(now), one = interval(rate);
  const std::int64_t wanted = std::min(cost, rate.burst) * one, room = rate.burst * one;
  std::int64_t too_early = 0;
  change(key, [&](std::int64_t paid_back_at) {
    const std::int64_t then = std::max(paid_back_at, at) + wanted;
    too_early = std::max<std::int64_t>(0, then - at - room);
    return too_early > 0 ? paid_back_at : then;
  });
  return std::chrono::nanoseconds(too_early);
}

void RateLimiter::charge(const LimitKey& key, const Rate& rate, Time now, std::int64_t cost) {
  if (!rate.is_limited()) return;
  const std::int64_t at = nanoseconds(now), one = interval(rate);
  const std::int64_t most = at + rate.burst * one + std::chrono::nanoseconds(rate.per).count();
  change(key, [&](std::int64_t paid_back_at) { return std::min(std::max(paid_back_at, at) + cost * one, most); });
}

}  // namespace frontrow
