#include "metrics/processor_share.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

TEST(ProcessorShare, IsAPartOfTheCoresThatTheProcessMayUse) {
  ProcessorShare share(2, {.at_seconds = 100, .used_seconds = 5});
  EXPECT_DOUBLE_EQ(share.look({.at_seconds = 110, .used_seconds = 15}), 0.5);
}

TEST(ProcessorShare, DoesNotDependOnHowOftenItIsAsked) {
  ProcessorShare often(1, {.at_seconds = 0, .used_seconds = 0});
  for (int tenth = 0; tenth <= 1'000; ++tenth) {
    const double at = tenth / 10.0;
    const double share = often.look({.at_seconds = at, .used_seconds = at / 4});
    if (tenth > 0) {
      EXPECT_NEAR(share, 0.25, 1e-9) << at;
    }
  }
}

TEST(ProcessorShare, ForgetsWhatWasBeforeTheLastTwentySeconds) {
  ProcessorShare share(1, {.at_seconds = 0, .used_seconds = 0});
  double used = 0;
  for (int second = 1; second <= 60; ++second) share.look({.at_seconds = double(second), .used_seconds = used += 1});
  double last = 1;
  for (int second = 61; second <= 81; ++second) last = share.look({.at_seconds = double(second), .used_seconds = used});
  EXPECT_DOUBLE_EQ(last, 0);
}

TEST(ProcessorShare, IsNothingBeforeTimeHasPassed) {
  ProcessorShare share(1, {.at_seconds = 7, .used_seconds = 3});
  EXPECT_DOUBLE_EQ(share.look({.at_seconds = 7, .used_seconds = 3}), 0);
}

TEST(CoresOfQuota, AreRead) {
  EXPECT_EQ(cores_of_quota("max 100000"), std::nullopt);
  EXPECT_EQ(cores_of_quota("50000 100000"), 0.5);
  EXPECT_EQ(cores_of_quota("300000 100000\n"), 3);
  for (const char* odd : {"", "max", "100000", "0 0", "-1 100000", "x y", "0 100000"})
    EXPECT_EQ(cores_of_quota(odd), std::nullopt) << odd;
}

TEST(ProcessorTime, Passes) {
  const ProcessorTime before = processor_time();
  volatile double sink = 0;
  ProcessorTime now = before;
  while (now.used_seconds <= before.used_seconds) {
    for (int i = 0; i < 100'000; ++i) sink = sink + i;
    now = processor_time();
  }
  EXPECT_GT(now.at_seconds, before.at_seconds);
  EXPECT_GT(allowed_cores(), 0);
}

}  // namespace
}  // namespace frontrow
