// The estimate of the wait that people are shown.
#include "domain/wait_estimate.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kStart{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
constexpr QueueSettings kHall{.max_active = 120, .admissions_per_second = 100};

// A full hall that one person leaves and one enters each second: each person stays for as many seconds as there are places.
Flow steady(int people, int watched_seconds) {
  Flow flow;
  const double inside = people * (people - 1) / 2.0;
  for (int second = 1; second <= watched_seconds; ++second)
    flow.observe({.people = people, .seconds = inside}, second, kStart + seconds{second});
  return flow;
}

TEST(WaitEstimate, SaysNothingWhileTooFewHaveLeft) {
  EXPECT_EQ(estimate_wait(kHall, Flow{}, 1, 0, {}), std::nullopt);
  EXPECT_EQ(estimate_wait(kHall, steady(120, 3), 100, 0, {}), std::nullopt);
  EXPECT_NE(estimate_wait(kHall, steady(120, 5), 100, 0, {}), std::nullopt);
}

TEST(WaitEstimate, FollowsThoseWhoLeave) {
  const auto wait = estimate_wait(kHall, steady(120, 300), 300, 0, {});
  ASSERT_TRUE(wait.has_value());
  EXPECT_LT(wait->from, seconds{300});
  EXPECT_GT(wait->from, seconds{180});
  EXPECT_GT(wait->to, seconds{300});
  EXPECT_LT(wait->to, 3 * wait->from);
}

TEST(WaitEstimate, OfFreePlacesIsWhatTheRateAllows) {
  const auto wait = estimate_wait(kHall, Flow{}, 100, 100, {});
  ASSERT_TRUE(wait.has_value()) << "no stay has to be known";
  EXPECT_LE(wait->from, seconds{1});
  EXPECT_LE(wait->to, seconds{6});
}

TEST(WaitEstimate, AddsTheTimeUntilBookingOpens) {
  const auto open = estimate_wait(kHall, Flow{}, 100, 100, {}), closed = estimate_wait(kHall, Flow{}, 100, 100, minutes{10});
  ASSERT_TRUE(open && closed);
  EXPECT_EQ(closed->from - open->from, minutes{10});
  EXPECT_EQ(closed->to - open->to, minutes{10});
}

TEST(WaitEstimate, GrowsWithThePlaceAndShrinksWithNoShows) {
  Flow flow = steady(120, 300);
  const auto near = estimate_wait(kHall, flow, 100, 0, {}), far = estimate_wait(kHall, flow, 200, 0, {});
  ASSERT_TRUE(near && far);
  EXPECT_LT(near->from, far->from);
  EXPECT_LT(near->to, far->to);
  flow.settled(200, 100);
  const auto half = estimate_wait(kHall, flow, 200, 0, {});
  ASSERT_TRUE(half.has_value());
  EXPECT_LT(half->to, far->to);
}

TEST(WaitEstimate, IsNeverLongerThanADay) {
  const auto wait = estimate_wait({.max_active = 1, .admissions_per_second = 1}, steady(120, 300), 1'000'000'000, 0, {});
  ASSERT_TRUE(wait.has_value());
  EXPECT_EQ(wait->to, std::chrono::hours{24});
}

// While no one leaves, the time spent inside grows, so the estimate of a stay grows bit by bit.
TEST(WaitEstimate, DoesNotJumpWhileNothingHappens) {
  Flow flow = steady(120, 300);
  Inside inside{.people = 120, .seconds = 120 * 119 / 2.0};
  auto before = estimate_wait(kHall, flow, 300, 0, {});
  for (int minute = 0; minute < 5; ++minute) {
    for (int second = 1; second <= 60; ++second) {
      inside.seconds += 120;
      flow.observe(inside, 300, kStart + seconds{300 + 60 * minute + second});
    }
    const auto after = estimate_wait(kHall, flow, 300, 0, {});
    ASSERT_TRUE(before && after);
    EXPECT_GE(after->to, before->to);
    EXPECT_LT(after->to, 2 * before->to);
    EXPECT_LT(after->from, 2 * before->from);
    EXPECT_GT(2 * after->from, before->from);
    before = after;
  }
}

TEST(Flow, DoesNotCountWhatItDidNotWatch) {
  Flow flow = steady(120, 300);
  const Flow before = flow;
  flow.observe({.people = 0, .seconds = 0}, 300, kStart + minutes{30});
  EXPECT_EQ(flow.left, before.left) << "a restart or a long pause: they left at some time";
  EXPECT_EQ(flow.inside_seconds, before.inside_seconds);
}

TEST(Flow, RemembersTheNoShowsOfTheLastHundredOrSo) {
  Flow flow;
  EXPECT_EQ(flow.no_show(), 0);
  flow.settled(1, 1);
  EXPECT_LT(flow.no_show(), 0.1) << "one person says little";
  for (int call = 0; call < 100; ++call) flow.settled(20, 10);
  EXPECT_NEAR(flow.no_show(), 0.5, 0.05);
  for (int call = 0; call < 100; ++call) flow.settled(20, 0);
  EXPECT_LT(flow.no_show(), 0.01);
}

}  // namespace
}  // namespace frontrow
