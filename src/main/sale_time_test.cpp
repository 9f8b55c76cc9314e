// The stored time and the machine's clock differ: the starts that are refused, and the operator's messages.
#include "main/sale_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fakes/manual_clock.hpp"

namespace frontrow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Optional;

constexpr Duration kTolerance = 5min;
const TimePoint kWall{std::chrono::sys_days{std::chrono::November / 29 / 2026}};

StartTimes stored_ahead(Duration by) { return {.stored = kWall + by, .wall = kWall}; }

TEST(SaleTime, AheadOfTheClockByTheToleranceStarts) {
  EXPECT_FALSE(refuse_start(stored_ahead(kTolerance), kTolerance, false));
  EXPECT_FALSE(refuse_start(stored_ahead(-24h * 365), kTolerance, false));
  EXPECT_FALSE(refuse_start({.stored = {}, .wall = kWall}, kTolerance, false)) << "an empty store";
}

TEST(SaleTime, AheadOfTheClockByMoreIsRefusedWithBothTimesAndWhatToDo) {
  for (const Duration by : {kTolerance + 1ms, Duration{24h * 365}}) {
    const auto reason = refuse_start(stored_ahead(by), kTolerance, false);
    ASSERT_TRUE(reason) << by.count();
    for (const auto& said :
         {iso8601(kWall), iso8601(kWall + by), std::string{"wait"}, std::string{"restore"}, std::string{"--accept-stored-time"}})
      EXPECT_THAT(*reason, HasSubstr(said));
  }
}

TEST(SaleTime, AheadOfTheClockIsAcceptedWhenTheOperatorSaysSo) {
  EXPECT_FALSE(refuse_start(stored_ahead(24h * 365), kTolerance, true));
}

TEST(SaleTime, ADayBehindTheClockIsToldLoudly) {
  EXPECT_FALSE(is_far_ahead(stored_ahead(-24h)));
  EXPECT_TRUE(is_far_ahead(stored_ahead(-24h - 1ms)));
  EXPECT_FALSE(is_far_ahead({.stored = {}, .wall = kWall})) << "a new store has no time";
  EXPECT_THAT(far_ahead_warning(stored_ahead(-24h * 365)), HasSubstr("365 d 0 h"));
}

TEST(SaleTime, IsComplainedAboutAsLongAsItIsAhead) {
  ManualClock clock;
  Duration lead = 1h;
  ClockWatch watch(clock, [&] { return lead; }, kTolerance);
  EXPECT_THAT(watch.complaint(), Optional(HasSubstr("1 h 0 min ahead")));
  EXPECT_TRUE(watch.run_once());
  EXPECT_FALSE(watch.run_once()) << "not again at once";
  clock.advance(10min);
  EXPECT_TRUE(watch.run_once()) << "but as long as it lasts";
  lead = kTolerance;
  EXPECT_FALSE(watch.complaint());
  EXPECT_FALSE(watch.run_once());
  lead = 1h;
  EXPECT_TRUE(watch.run_once()) << "and at once when it begins anew";
}

}  // namespace
}  // namespace frontrow
