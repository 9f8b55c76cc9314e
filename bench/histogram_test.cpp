#include "bench/histogram.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace frontrow::bench {
namespace {

using namespace std::chrono_literals;

TEST(BenchHistogram, IsEmptyAtFirst) {
  EXPECT_EQ(Histogram{}.count(), 0u);
  EXPECT_EQ(Histogram{}.quantile(0.99), 0ns);
}

TEST(BenchHistogram, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (int i = 1; i <= 60; ++i) histogram.record(std::chrono::nanoseconds{i});
  EXPECT_EQ(histogram.quantile(0.5), 30ns);
  EXPECT_EQ(histogram.quantile(1), 60ns);
}

TEST(BenchHistogram, CutsOffWhatItCannotHold) {
  Histogram histogram;
  histogram.record(-5ns);
  histogram.record(1h);
  EXPECT_EQ(histogram.quantile(0.5), 0ns);
  EXPECT_EQ(histogram.quantile(1), Histogram::kHighest);
}

TEST(BenchHistogram, IsWithinTwoPercentOfTheSortedValues) {
  rc::check([] {
    auto values =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 100'000'000'000)));
    const double share = *rc::gen::element(0.5, 0.9, 0.99, 1.0);
    Histogram histogram;
    for (const auto value : values) histogram.record(std::chrono::nanoseconds{value});
    std::ranges::sort(values);
    const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size()))));
    const auto exact = values[rank - 1];
    const auto found = histogram.quantile(share).count();
    RC_ASSERT(found >= exact);
    RC_ASSERT(static_cast<double>(found) <= static_cast<double>(exact) * 1.02 + 1);
  });
}

TEST(BenchHistogram, TellsWhatCameSinceACopy) {
  Histogram histogram;
  histogram.record(1s);
  const Histogram before = histogram;
  histogram.record(1ms);
  const Histogram interval = histogram.since(before);
  EXPECT_EQ(interval.count(), 1u);
  EXPECT_LT(interval.quantile(1), 2ms);
  Histogram sum = before;
  sum.add(interval);
  EXPECT_EQ(sum.count(), 2u);
}

}  // namespace
}  // namespace frontrow::bench
