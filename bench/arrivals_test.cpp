#include "bench/arrivals.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace frontrow::bench {
namespace {

using namespace std::chrono_literals;

std::vector<Arrivals::Offset> first(Arrivals arrivals, int count) {
  std::vector<Arrivals::Offset> offsets;
  for (; count > 0 && arrivals.peek(); --count) {
    offsets.push_back(*arrivals.peek());
    arrivals.pop();
  }
  return offsets;
}

TEST(BenchArrivals, AreEvenlySpacedAtARate) {
  EXPECT_EQ(first(Arrivals::at_rate(1000, false, 1), 4), (std::vector<Arrivals::Offset>{0ms, 1ms, 2ms, 3ms}));
}

TEST(BenchArrivals, DoNotDriftOverAMillion) {
  const auto offsets = first(Arrivals::at_rate(3, false, 1), 1'000'001);
  EXPECT_NEAR(std::chrono::duration<double>(offsets.back()).count(), 1'000'000 / 3.0, 1e-6);
}

TEST(BenchArrivals, OfAPoissonProcessHaveTheRateAndVaryAsMuchAsTheirMean) {
  const auto offsets = first(Arrivals::at_rate(1000, true, 7), 100'000);
  EXPECT_NEAR(std::chrono::duration<double>(offsets.back()).count(), 100, 2);
  double squares = 0;
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    const double gap = std::chrono::duration<double, std::milli>(offsets[i] - offsets[i - 1]).count();
    ASSERT_GE(gap, 0);
    squares += (gap - 1) * (gap - 1);
  }
  EXPECT_NEAR(squares / static_cast<double>(offsets.size()), 1, 0.1);
}

TEST(BenchArrivals, OfACrowdEndWithItsLastMember) {
  EXPECT_EQ(first(Arrivals::of_crowd(3, 0ms), 10), (std::vector<Arrivals::Offset>{0ms, 0ms, 0ms}));
  EXPECT_EQ(first(Arrivals::of_crowd(4, 2s), 10), (std::vector<Arrivals::Offset>{0ms, 500ms, 1s, 1500ms}));
  EXPECT_TRUE(first(Arrivals::none(), 10).empty());
}

}  // namespace
}  // namespace frontrow::bench
