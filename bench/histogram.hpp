// Latencies in fixed memory: a log-linear histogram.
//
// Buckets as in HdrHistogram (Gil Tene, hdrhistogram.org): each power of two is divided into 64 equal parts. So a value
// is kept to within 1.6 % from a nanosecond to two minutes in 17 KB, and adding two histograms loses nothing. There is
// one writer. Another process that maps the same memory may read it meanwhile; it sees each counter as of some moment.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace frontrow::bench {

class Histogram {
 public:
  using Value = std::chrono::nanoseconds;

  // A value below zero counts as zero, a value above kHighest as kHighest.
  void record(Value value);
  void add(const Histogram& other);
  // The values recorded since `earlier`, a copy of this one.
  Histogram since(const Histogram& earlier) const;

  std::uint64_t count() const;
  // The smallest value that at least `share` of all values do not exceed, rounded up to the end of its bucket; zero if
  // empty. 1 gives the maximum.
  Value quantile(double share) const;

  static constexpr Value kHighest{(std::int64_t{1} << 37) - 1};

 private:
  static constexpr int kPartBits = 6;
  static constexpr int kParts = 1 << kPartBits;
  static constexpr int kBuckets = (37 - kPartBits + 1) * kParts;

  static int bucket_of(std::int64_t value);
  static std::int64_t end_of(int bucket);

  std::array<std::uint64_t, kBuckets> counts_{};
};

}  // namespace frontrow::bench
