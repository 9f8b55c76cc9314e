// A seeded generator replays; a generator seeded by the kernel does not.
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace frontrow {
namespace {

// A simulator's printed seed must replay in later versions, too: these numbers may never change.
TEST(SeededRandom, GivesTheSameDiceOnEveryMachine) {
  SeededRandom dice{42};
  EXPECT_EQ(dice.next(), 0x15780b2e0c2ec716ULL);
  EXPECT_EQ(dice.next(), 0x6104d9866d113a7eULL);
}

TEST(SeededRandom, DiffersBySeed) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) firsts.insert(SeededRandom{seed}.next());
  EXPECT_EQ(firsts.size(), 1000u);
}

TEST(RandomBelow, FavoursNoRemainder) {
  SeededRandom dice{1};
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts[dice.below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(RandomBelow, StaysBelow) {
  SeededRandom dice{2};
  for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 1ULL << 63, (1ULL << 63) + 1, ~0ULL}) {
    for (int i = 0; i < 1000; ++i) EXPECT_LT(dice.below(n), n);
  }
}

TEST(RandomUnit, IsAtLeastZeroAndLessThanOne) {
  SeededRandom dice{3};
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = dice.unit();
    EXPECT_GE(value, 0.0);
    EXPECT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(SystemRandom, DiffersByInstance) { EXPECT_NE(SystemRandom{}.next(), SystemRandom{}.next()); }

TEST(FillSecret, FillsEveryByteDifferentlyEachTime) {
  // More than 256 bytes, the most that the kernel surely gives in one piece.
  std::vector<std::byte> first(5000), second(5000);
  fill_secret(first);
  fill_secret(second);
  EXPECT_NE(first, second);
  // Their last 32 bytes are all zero only once in 2^256 times.
  EXPECT_TRUE(std::any_of(first.end() - 32, first.end(), [](std::byte b) { return b != std::byte{0}; }));
  fill_secret({});
}

}  // namespace
}  // namespace frontrow
