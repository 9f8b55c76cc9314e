#include "base/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/process.hpp"

namespace frontrow {
namespace {

using namespace std::chrono_literals;
constexpr Rate kTenASecond{.count = 10, .per = 1s, .burst = 5};

class RateLimiterTest : public testing::Test {
 protected:
  bool takes(const LimitKey& key, const Rate& rate = kTenASecond) { return limiter.take(key, rate, now) == 0ns; }
  int taken(const LimitKey& key, const Rate& rate = kTenASecond) {
    int count = 0;
    while (count < 1'000'000 && takes(key, rate)) ++count;
    return count;
  }

  RateLimiter limiter{4'096};
  RateLimiter::Time now{1'000'000s};
  const LimitKey key{.first = 7};
};

TEST_F(RateLimiterTest, AllowsABurstAndThenTheRate) {
  EXPECT_EQ(taken(key), 5);
  EXPECT_EQ(limiter.take(key, kTenASecond, now), 100ms) << "the wait is exact";
  now += 99ms;
  EXPECT_FALSE(takes(key));
  now += 1ms;
  EXPECT_EQ(taken(key), 1);
  now += 1s;
  EXPECT_EQ(taken(key), 5) << "no more than the burst is saved up";
}

TEST_F(RateLimiterTest, ARefusalCostsNothing) {
  taken(key);
  for (int i = 0; i < 1'000; ++i) takes(key);
  now += 100ms;
  EXPECT_TRUE(takes(key));
}

TEST_F(RateLimiterTest, OverALongTimeTheRateIsKeptToTheUnit) {
  int count = 0;
  for (int ms = 0; ms < 60'000; ++ms, now += 1ms) count += takes(key) ? 1 : 0;
  EXPECT_EQ(count, 600 + 5 - 1) << "the last tenth of a second has not passed";
}

TEST_F(RateLimiterTest, KeysAreCountedApart) {
  EXPECT_EQ(taken({.first = 1}), 5);
  EXPECT_EQ(taken({.first = 2}), 5);
  EXPECT_EQ(taken({.first = 1, .second = 1}), 5);
}

TEST_F(RateLimiterTest, NoLimitAllowsAll) {
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(takes(key, {.count = 0}));
}

TEST_F(RateLimiterTest, ACostIsSeveral) {
  EXPECT_EQ(limiter.take(key, kTenASecond, now, 3), 0ns);
  EXPECT_EQ(limiter.take(key, kTenASecond, now, 3), 100ms);
  EXPECT_EQ(limiter.take(key, kTenASecond, now, 2), 0ns);
  now += 10s;
  EXPECT_EQ(limiter.take(key, kTenASecond, now, 1'000), 0ns) << "more than the burst is the burst";
}

TEST_F(RateLimiterTest, AChargeIsTakenInAnyCaseAndDebtHasABound) {
  for (int i = 0; i < 1'000; ++i) limiter.charge(key, kTenASecond, now, 100);
  EXPECT_FALSE(takes(key));
  EXPECT_LE(limiter.take(key, kTenASecond, now), 1s + 100ms);
  now += 1s + 100ms;
  EXPECT_TRUE(takes(key));
}

// The table forgets small debts under a flood; a key that owes much keeps its place, and a new key is never refused.
TEST_F(RateLimiterTest, AFloodOfKeysRefusesNobodyAndTheMemoryIsFixed) {
  const Rate slow{.count = 1, .per = 3600s, .burst = 3};
  const auto flood = [&](std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t other = from; other < to; ++other) ASSERT_TRUE(takes({.first = other}, slow)) << other;
  };
  EXPECT_EQ(taken(key, slow), 3);
  flood(1'000, 101'000);  // all places have been used once
  const std::int64_t memory = resident_memory_bytes();
  flood(101'000, 401'000);
  EXPECT_FALSE(takes(key, slow)) << "it owes most, so it stays";
  EXPECT_LT(resident_memory_bytes() - memory, 1 << 20) << "300,000 keys would have been 5 MiB";
}

TEST_F(RateLimiterTest, SeveralThreadsTogetherGetNoMore) {
  std::atomic<int> count{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 1'000; ++j) count += takes(key, {.count = 100, .per = 1s, .burst = 100}) ? 1 : 0;
      });
  }
  EXPECT_EQ(count, 100);
}

// A table of 512 places and 20,000 keys: threads take places from each other all the time. A key counts at most what it took.
TEST_F(RateLimiterTest, ThreadsThatTakePlacesFromEachOtherRefuseNoKeyForAnothers) {
  constexpr std::uint64_t kKeys = 5'000;
  const Rate slow{.count = 1, .per = 3600s, .burst = 8};
  RateLimiter small{512};
  std::atomic<int> refused{0};
  std::vector<std::jthread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (std::int64_t round = 0; round < slow.burst; ++round)
        for (std::uint64_t key = 0; key < kKeys; ++key)
          refused += small.take({.first = key, .second = thread}, slow, now + std::chrono::nanoseconds(key)) == 0ns ? 0 : 1;
    });
  threads.clear();
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace frontrow
