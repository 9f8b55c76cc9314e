#include "ports/waiting_room.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

using std::chrono::seconds;

struct TheBoard : testing::Test {
  Board board{.tail = 1'000, .front = 10, .claims_per_second = 2};
  RoomRules rules{.settings = {.max_active = 5, .admissions_per_second = 100}};
  const TimePoint now{seconds{1'000}};

  void leaves(std::initializer_list<std::int64_t> numbers) {
    auto gone = std::make_shared<NumberSet>(*board.gone);
    for (const std::int64_t number : numbers) gone->insert(number);
    board.gone = gone;
  }
};

TEST_F(TheBoard, CountsTheLiveAheadAndOneself) {
  leaves({5, 11, 12, 500});
  EXPECT_EQ(board.position({13}), 1);
  EXPECT_EQ(board.position({20}), 8);
  EXPECT_EQ(board.position({10}), 1) << "called";
  EXPECT_EQ(board.position({12}), 1) << "gone, and asked for all the same";
  EXPECT_EQ(board.waiting(), 990 - 3);
  EXPECT_TRUE(board.is_gone({12}));
  EXPECT_FALSE(board.is_gone({5})) << "below the front it says nothing";
}

TEST_F(TheBoard, EstimatesFromTheClaimsElseFromTheRateAndWaitsForTheOpening) {
  EXPECT_EQ(board.estimated_wait({110}, rules, now), seconds{50});
  board.claims_per_second = 0;
  EXPECT_EQ(board.estimated_wait({110}, rules, now), seconds{1});
  rules.booking.opens_at = now + seconds{60};
  EXPECT_EQ(board.estimated_wait({110}, rules, now), seconds{61});
}

TEST_F(TheBoard, IsWorthASignWhenFewAreAheadOrTheWaitIsShort) {
  EXPECT_TRUE(board.is_near({110}, rules, now));
  EXPECT_FALSE(board.is_near({111}, rules, now));
  board.claims_per_second = 100;
  EXPECT_TRUE(board.is_near({510}, rules, now));
  EXPECT_FALSE(board.is_near({611}, rules, now));
  EXPECT_FALSE(board.is_near({10}, rules, now)) << "is called already";
}

TEST_F(TheBoard, KnowsWhoIsInsideAndWhatWasLost) {
  board.inside = std::make_shared<std::vector<InsidePlace>>(
      std::vector<InsidePlace>{{.number = {2}, .user = {7}}, {.number = {5}, .user = {8}}});
  board.lost = {{.after = 20, .last = 30}, {.after = 50, .last = 60}};
  ASSERT_NE(board.find({5}), nullptr);
  EXPECT_EQ(board.find({5})->user, UserId{8});
  EXPECT_EQ(board.find({3}), nullptr);
  EXPECT_EQ(board.find({6}), nullptr);
  EXPECT_FALSE(board.is_lost({20}));
  EXPECT_TRUE(board.is_lost({21}));
  EXPECT_TRUE(board.is_lost({30}));
  EXPECT_FALSE(board.is_lost({31}));
  EXPECT_TRUE(board.is_lost({60}));
}

TEST_F(TheBoard, AsksTheRoomAboutTheCalledTheGoneAndForAWhileTheLost) {
  leaves({40});
  board.lost = {{.after = 20, .last = 30}};
  board.lost_until = now + seconds{45};
  EXPECT_TRUE(board.needs_claim({10}, now));
  EXPECT_FALSE(board.needs_claim({11}, now));
  EXPECT_TRUE(board.needs_claim({40}, now));
  EXPECT_TRUE(board.needs_claim({25}, now));
  EXPECT_FALSE(board.needs_claim({25}, board.lost_until)) << "registered by then, or gone";
}

TEST(AnInsidePlace, MayHoldUntilItsTimeOrItsPatienceIsOver) {
  InsidePlace place{.number = {1}, .admitted_at = TimePoint{seconds{1'000}}, .seen_at = TimePoint{seconds{1'500}}};
  EXPECT_EQ(place.may_hold_until({}), TimePoint{seconds{1'600}}) << "ten minutes after admission";
  place.seen_at = TimePoint{seconds{1'100}};
  EXPECT_EQ(place.may_hold_until({}), TimePoint{seconds{1'220}}) << "two minutes after the last request";
}

}  // namespace
}  // namespace frontrow
