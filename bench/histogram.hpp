// Latencies in fixed memory: a log-linear histogram.
//
// Buckets as in HdrHistogram (Gil Tene, hdrhistogram.org): each power of two is divided into 64 equal parts, so that a value is
// kept to within 1.6 % from a nanosecond to two minutes in 17 KB, and adding two histograms loses nothing. One writer; another
// process that maps the same memory may read it meanwhile and sees each counter as of some moment.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace frontrow::bench {

class Histogram {
 public:
  using Value = std::chrono::nanoseconds;

  // Less than zero counts as zero, more than kHighest as kHighest.
  void record(Value value);
  void add(const Histogram& other);
  // What was recorded since `earlier`, a copy of this one.
  Histogram since(const Histogram& earlier) const;

  std::uint64_t count() const;
  // The smallest value that at least `share` of all are not above, rounded up to the end of its bucket; zero when empty. 1 is the
  // maximum.
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
