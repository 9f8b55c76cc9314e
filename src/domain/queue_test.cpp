// The admission rate, the poll interval, and the estimate of a wait.
#include "domain/queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{std::chrono::sys_days{std::chrono::July / 1 / 2026}};

TEST(AdmissionBucket, StartsWithOneSecondsWorthAndRefillsAtItsRate) {
  AdmissionBucket bucket;
  EXPECT_DOUBLE_EQ(bucket.available(kStart, 10), 10);
  bucket.take(kStart, 10, 10);
  EXPECT_DOUBLE_EQ(bucket.available(kStart, 10), 0);
  EXPECT_DOUBLE_EQ(bucket.available(kStart + milliseconds{100}, 10), 1);
  EXPECT_DOUBLE_EQ(bucket.available(kStart + seconds{1}, 10), 10);
  EXPECT_DOUBLE_EQ(bucket.available(kStart + hours{1}, 10), 10) << "no more than a second's worth is saved up";
}

TEST(AdmissionBucket, ALowerRateTakesAwayWhatWasSavedUp) {
  AdmissionBucket bucket;
  bucket.take(kStart, 100, 1);
  EXPECT_DOUBLE_EQ(bucket.available(kStart, 5), 5);
}

TEST(AdmissionBucket, TimeThatStandsStillOrGoesBackGivesNothing) {
  AdmissionBucket bucket;
  bucket.take(kStart, 10, 10);
  EXPECT_DOUBLE_EQ(bucket.available(kStart - seconds{5}, 10), 0);
}

// A taker that takes only available tokens never gets more than rate × time + burst, over any stretch of time.
RC_GTEST_PROP(AdmissionBucket, NeverGivesMoreThanRateTimesTimePlusBurst, ()) {
  const int rate = *rc::gen::inRange(1, 200);
  AdmissionBucket bucket;
  TimePoint now = kStart;
  std::vector<std::pair<TimePoint, int>> given;
  const auto steps =
      *rc::gen::container<std::vector<std::pair<int, int>>>(rc::gen::pair(rc::gen::inRange(0, 1500), rc::gen::inRange(1, 300)));
  for (const auto& [wait_ms, wanted] : steps) {
    now += milliseconds{wait_ms};
    const int take = std::min(wanted, static_cast<int>(bucket.available(now, rate)));
    bucket.take(now, rate, take);
    given.emplace_back(now, take);
  }
  for (std::size_t first = 0; first < given.size(); ++first) {
    int sum = 0;
    for (std::size_t last = first; last < given.size(); ++last) {
      sum += given[last].second;
      const double elapsed = std::chrono::duration<double>(given[last].first - given[first].first).count();
      RC_ASSERT(sum <= elapsed * rate + rate + 1e-6);
    }
  }
}

TEST(PollAfter, IsATenthOfTheWaitBetweenOneAndThirtySeconds) {
  EXPECT_EQ(poll_after(Duration{0}, 0), seconds{1});
  EXPECT_EQ(poll_after(seconds{10}, 0), seconds{1});
  EXPECT_EQ(poll_after(seconds{100}, 0), seconds{10});
  EXPECT_EQ(poll_after(seconds{300}, 0), seconds{30});
  EXPECT_EQ(poll_after(hours{24}, 0), seconds{30});
  EXPECT_EQ(poll_after(seconds{100}, 0.5), milliseconds{11'500});
}

RC_GTEST_PROP(PollAfter, AddsLessThanThirtyPercent, ()) {
  const Duration wait{*rc::gen::inRange(0, 1'000'000)};
  const double unit = *rc::gen::inRange(0, 1'000'000) / 1e6;
  const Duration base = poll_after(wait, 0), jittered = poll_after(wait, unit);
  RC_ASSERT(jittered >= base);
  RC_ASSERT(jittered - base <= base * 3 / 10);
}

TEST(EstimatedWait, IsPeopleOverTheirRateAndAtMostADay) {
  EXPECT_EQ(estimated_wait(0, 100), Duration{0});
  EXPECT_EQ(estimated_wait(-1, 100), Duration{0});
  EXPECT_EQ(estimated_wait(500, 100), seconds{5});
  EXPECT_EQ(estimated_wait(1, 0.5), seconds{2});
  EXPECT_EQ(estimated_wait(1, 0), hours{24});
  EXPECT_EQ(estimated_wait(1, 1e-300), hours{24});
  EXPECT_EQ(estimated_wait(std::numeric_limits<std::int64_t>::max(), 1), hours{24});
}

}  // namespace
}  // namespace frontrow
