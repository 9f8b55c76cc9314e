#include "bench/histogram.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>

namespace frontrow::bench {

int Histogram::bucket_of(std::int64_t value) {
  if (value < kParts) return static_cast<int>(value);
  const int shift = std::bit_width(static_cast<std::uint64_t>(value)) - 1 - kPartBits;
  return (shift + 1) * kParts + static_cast<int>(value >> shift) - kParts;
}

std::int64_t Histogram::end_of(int bucket) {
  if (bucket < kParts) return bucket;
  const int shift = bucket / kParts - 1;
  return ((std::int64_t{bucket % kParts} + kParts + 1) << shift) - 1;
}

void Histogram::record(Value value) {
  const auto bucket = static_cast<std::size_t>(bucket_of(std::clamp(value, Value{0}, kHighest).count()));
  const std::atomic_ref count(counts_[bucket]);
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

Histogram Histogram::since(const Histogram& earlier) const {
  Histogram difference;
  for (std::size_t i = 0; i < counts_.size(); ++i) difference.counts_[i] = counts_[i] - earlier.counts_[i];
  return difference;
}

std::uint64_t Histogram::count() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts_) sum += count;
  return sum;
}

Histogram::Value Histogram::quantile(double share) const {
  const std::uint64_t total = count();
  if (total == 0) return Value{0};
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return Value{end_of(static_cast<int>(i))};
  }
  return kHighest;
}

}  // namespace frontrow::bench
