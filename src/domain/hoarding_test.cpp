#include "domain/hoarding.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace frontrow {
namespace {

using namespace std::chrono_literals;

constexpr ConcertId kConcert{1};
const TimePoint kNow{std::chrono::hours{1'000}};
const HoldLimits kLimits{.unpaid_holds_per_hour = 3, .seat_cool_down = 60s};

class Hoarding : public testing::Test {
 protected:
  // A reservation that was made five minutes before its deadline.
  Reservation& add(ReservationStatus status, TimePoint expires_at, TimePoint ended_at, std::vector<SeatId> seats = {{7}}) {
    Reservation made{.id = {static_cast<std::int64_t>(all_.size()) + 1},
                     .user = {5},
                     .concert = kConcert,
                     .schedule = {1},
                     .status = status,
                     .seats = {},
                     .amount = {},
                     .created_at = expires_at - 300s,
                     .expires_at = expires_at,
                     .ended_at = ended_at};
    for (const SeatId id : seats) made.seats.push_back({.id = id, .number = 1, .price = {1}});
    all_.push_back(std::make_unique<Reservation>(std::move(made)));
    mine_.push_back(all_.back().get());
    return *all_.back();
  }
  Reservation& gave_back(Duration ago, std::vector<SeatId> seats = {{7}}) {
    return add(ReservationStatus::cancelled, kNow - ago + 100s, kNow - ago, std::move(seats));
  }
  std::optional<Refusal> refuse(std::vector<SeatId> seats = {{9}}, const HoldLimits& limits = kLimits) const {
    return refuse_hoarding(mine_, kConcert, seats, limits, kNow);
  }
  static ErrorCode code_of(const std::optional<Refusal>& refusal) { return refusal ? refusal->code : ErrorCode::not_found; }

  std::vector<std::unique_ptr<Reservation>> all_;
  std::vector<const Reservation*> mine_;
};

TEST_F(Hoarding, AsManyUnpaidHoldsAnHourAsTheLimitAndNoMore) {
  gave_back(10min);
  gave_back(20min);
  EXPECT_FALSE(refuse());
  gave_back(50min);
  const auto refusal = refuse();
  EXPECT_EQ(code_of(refusal), ErrorCode::too_many_unpaid_holds);
  EXPECT_EQ(refusal->retry_after, 10min) << "when the oldest of the three is an hour old";
}

TEST_F(Hoarding, TheHourEndsAtTheMillisecond) {
  gave_back(1min);
  gave_back(2min);
  gave_back(1h);
  EXPECT_FALSE(refuse());
  gave_back(1h - 1ms);
  EXPECT_EQ(code_of(refuse()), ErrorCode::too_many_unpaid_holds);
  EXPECT_EQ(refuse()->retry_after, 1ms);
}

TEST_F(Hoarding, WhatRunsOutCountsFromItsDeadlineWhetherOrNotThatIsRecorded) {
  add(ReservationStatus::held, kNow, {});
  add(ReservationStatus::expired, kNow - 59min, kNow - 1min);
  EXPECT_FALSE(refuse());
  add(ReservationStatus::expired, kNow - 61min, kNow - 1min);
  EXPECT_FALSE(refuse()) << "recorded late, over for more than an hour";
  add(ReservationStatus::held, kNow - 1s, {});
  EXPECT_EQ(refuse()->retry_after, 1min);
}

TEST_F(Hoarding, LiveAndPaidHoldsAndOtherConcertsDoNotCount) {
  for (int i = 0; i < 3; ++i) add(ReservationStatus::held, kNow + 1ms, {});
  for (int i = 0; i < 3; ++i) add(ReservationStatus::confirmed, kNow + 1min, kNow - 1min);
  for (int i = 0; i < 3; ++i) gave_back(1min).concert = {2};
  EXPECT_FALSE(refuse());
}

TEST_F(Hoarding, ASeatMayBeTakenAgainOnceAndThenCoolsDown) {
  gave_back(50s);
  EXPECT_FALSE(refuse({{7}})) << "a change of mind";
  gave_back(20s, {{7}, {8}});
  const auto refusal = refuse({{9}, {7}, {8}});
  ASSERT_EQ(code_of(refusal), ErrorCode::seat_cooling_down);
  EXPECT_EQ(refusal->seat_ids, std::vector<SeatId>{{7}});
  EXPECT_EQ(refusal->retry_after, 40s);
  EXPECT_FALSE(refuse({{8}, {9}}));
}

TEST_F(Hoarding, ASeatThatHasCooledDownIsFree) {
  gave_back(30min);
  gave_back(60s);
  EXPECT_FALSE(refuse({{7}}));
}

TEST_F(Hoarding, EachRuleCanBeSwitchedOff) {
  for (int i = 0; i < 20; ++i) gave_back(1s);
  EXPECT_FALSE(refuse({{7}}, {}));
  EXPECT_EQ(code_of(refuse({{7}}, {.seat_cool_down = 60s})), ErrorCode::seat_cooling_down);
  EXPECT_EQ(code_of(refuse({{7}}, {.unpaid_holds_per_hour = 20})), ErrorCode::too_many_unpaid_holds);
  EXPECT_FALSE(refuse({{7}}, {.unpaid_holds_per_hour = 21}));
}

}  // namespace
}  // namespace frontrow
