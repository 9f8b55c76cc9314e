#include "base/tally.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace frontrow {
namespace {

TEST(Tally, CountsWhatIsHeldAndRefusesMore) {
  Tally tally(4'096);
  const LimitKey key{.first = 1};
  std::vector<Tally::Hold> holds;
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::uint32_t before = 99;
    auto hold = tally.add(key, 3, &before);
    ASSERT_TRUE(hold);
    EXPECT_EQ(before, i);
    holds.push_back(std::move(*hold));
  }
  EXPECT_FALSE(tally.add(key, 3));
  EXPECT_TRUE(tally.add({.first = 2}, 3)) << "another key";
  EXPECT_EQ(tally.count({.first = 2}), 0U) << "its hold is gone";
  holds.pop_back();
  EXPECT_EQ(tally.count(key), 2U);
  EXPECT_TRUE(tally.add(key, 3));
}

TEST(Tally, AHoldThatMovesCountsOnce) {
  Tally tally(4'096);
  const LimitKey key{.first = 1};
  auto first = tally.add(key, 9);
  Tally::Hold second = std::move(*first);
  Tally::Hold third;
  third = std::move(second);
  EXPECT_EQ(tally.count(key), 1U);
  third = {};
  EXPECT_EQ(tally.count(key), 0U);
}

TEST(Tally, AFullTableLetsKeysThroughAndForgetsNone) {
  Tally tally(512);
  std::vector<Tally::Hold> holds;
  for (std::uint64_t key = 0; key < 100'000; ++key) {
    auto hold = tally.add({.first = key}, 1);
    ASSERT_TRUE(hold) << key;
    holds.push_back(std::move(*hold));
  }
  holds.clear();
  std::uint32_t left = 0;
  for (std::uint64_t key = 0; key < 100'000; ++key) left += tally.count({.first = key});
  EXPECT_EQ(left, 0U);
}

// A request that waits in a queue is dropped when that ends, after the limits that had counted it.
TEST(Tally, AHoldMayOutliveTheTally) {
  auto tally = std::make_unique<Tally>(512);
  auto hold = tally->add({.first = 1}, 8);
  ASSERT_TRUE(hold);
  tally.reset();
  Tally::Hold moved(std::move(*hold));
  hold = Tally::Hold{};
  moved = Tally::Hold{};
}

TEST(Tally, ThreadsTogetherLoseNoCount) {
  Tally tally(4'096);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (std::uint64_t j = 0; j < 10'000; ++j) const auto hold = tally.add({.first = j % 7}, 8);
      });
  }
  for (std::uint64_t key = 0; key < 7; ++key) EXPECT_EQ(tally.count({.first = key}), 0U);
}

}  // namespace
}  // namespace frontrow
