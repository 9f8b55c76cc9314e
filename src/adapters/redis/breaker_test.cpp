#include "adapters/redis/breaker.hpp"

#include <gtest/gtest.h>

namespace frontrow::redis {
namespace {

using namespace std::chrono_literals;

struct RedisBreaker : testing::Test {
  Breaker breaker{3, 1s, 250ms};
  Breaker::Time now{1h};
  void fail(int times) {
    while (times-- > 0) breaker.failed(now);
  }
};

TEST_F(RedisBreaker, LetsEverybodyThroughUntilEnoughFailuresCameTogether) {
  fail(2);
  EXPECT_TRUE(breaker.allows(now));
  fail(1);
  EXPECT_FALSE(breaker.allows(now));
  EXPECT_TRUE(breaker.is_open());
}

TEST_F(RedisBreaker, ForgetsFailuresThatAreLongAgo) {
  fail(2);
  now += 1'001ms;
  fail(2);
  EXPECT_TRUE(breaker.allows(now));
}

TEST_F(RedisBreaker, ForgetsFailuresAfterASuccess) {
  fail(2);
  breaker.succeeded();
  fail(2);
  EXPECT_TRUE(breaker.allows(now));
}

TEST_F(RedisBreaker, LetsOneThroughAfterEachRest) {
  fail(3);
  now += 250ms;
  EXPECT_TRUE(breaker.allows(now));
  EXPECT_FALSE(breaker.allows(now));
  now += 250ms;
  EXPECT_TRUE(breaker.allows(now));
}

TEST_F(RedisBreaker, RestsAgainWhenTheOneFails) {
  fail(3);
  now += 250ms;
  EXPECT_TRUE(breaker.allows(now));
  now += 200ms;
  fail(1);
  now += 200ms;
  EXPECT_FALSE(breaker.allows(now));
}

TEST_F(RedisBreaker, ClosesWhenTheOneSucceeds) {
  fail(3);
  now += 250ms;
  EXPECT_TRUE(breaker.allows(now));
  breaker.succeeded();
  EXPECT_TRUE(breaker.allows(now));
  EXPECT_TRUE(breaker.allows(now));
  EXPECT_FALSE(breaker.is_open());
}

}  // namespace
}  // namespace frontrow::redis
