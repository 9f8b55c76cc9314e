// The number of free seats of a date, followed without its seats.
#include "app/live/hall_head.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

constexpr TimePoint kNow{std::chrono::hours{1}};
constexpr Duration kSecond{1'000};

TEST(HallHead, FollowsCommits) {
  HallHead head(4, 10);
  head.apply(5, -3);
  head.apply(6, 1);
  EXPECT_EQ(head.version(), 6);
  EXPECT_EQ(head.available(kNow), 8);
}

TEST(HallHead, CountsTheSeatsOfAHoldAsFreeFromItsDeadlineOn) {
  HallHead head(1, 10);
  head.apply(2, -2);
  head.begin({.until = kNow, .seats = 2});
  EXPECT_EQ(head.available(kNow - Duration{1}), 8);
  EXPECT_EQ(head.available(kNow), 10);
  EXPECT_EQ(head.lapsed(kNow), 2);
  head.apply(3, 2);
  head.end({.until = kNow, .seats = 2});
  EXPECT_EQ(head.available(kNow + kSecond), 10) << "recorded, and not counted twice";
  EXPECT_EQ(head.lapsed(kNow + kSecond), 0);
}

TEST(HallHead, ForgetsAHoldThatEndsInTime) {
  HallHead head(1, 10);
  head.begin({.until = kNow, .seats = 2});
  head.begin({.until = kNow, .seats = 1});
  head.end({.until = kNow, .seats = 2});
  EXPECT_EQ(head.available(kNow), 11);
  head.end({.until = kNow + kSecond, .seats = 4});
  EXPECT_EQ(head.available(kNow + kSecond), 11) << "an unknown hold ends without effect";
}

TEST(HallHead, TakesInAHoldThatIsOverAlready) {
  HallHead head(1, 10);
  EXPECT_EQ(head.available(kNow), 10);
  head.begin({.until = kNow - kSecond, .seats = 3});
  EXPECT_EQ(head.available(kNow), 13);
  head.end({.until = kNow - kSecond, .seats = 3});
  EXPECT_EQ(head.available(kNow), 10);
}

// Of several writers.

TEST(HallHead, ACommitThatComesBeforeAnEarlierOneCountsAtOnce) {
  HallHead head(4, 10);
  head.apply(6, -2);
  EXPECT_EQ(head.available(kNow), 8);
  EXPECT_EQ(head.version(), 6);
  EXPECT_FALSE(head.is_complete());
  head.apply(5, -1);
  EXPECT_EQ(head.available(kNow), 7);
  EXPECT_TRUE(head.is_complete());
}

TEST(HallHead, ARowTakesThePlaceOfTheCommitsThatAreInIt) {
  HallHead head(4, 10);
  head.apply(6, -2);
  head.apply(8, -1);
  head.take(7, 5);
  EXPECT_EQ(head.available(kNow), 4);
  EXPECT_TRUE(head.is_complete());
  head.take(6, 99);
  EXPECT_EQ(head.available(kNow), 4) << "an older row changes nothing";
  head.apply(7, -5);
  EXPECT_EQ(head.available(kNow), 4) << "and neither does a commit that is in it";
}

TEST(HallHead, KnowsTheLapsedSeatsThatTheStoreHasNamedLast) {
  HallHead head(4, 10);
  const HallHead::Holds over[] = {{.until = kNow, .seats = 2}, {.until = kNow - kSecond, .seats = 1}};
  head.replace(over);
  EXPECT_EQ(head.available(kNow), 13);
  head.replace({});
  EXPECT_EQ(head.available(kNow), 10);
}

}  // namespace
}  // namespace frontrow
