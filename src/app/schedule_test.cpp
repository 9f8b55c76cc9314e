// A date is moved and seats cost something else, for whoever comes next: nothing anybody was promised changes.
#include "app/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/payment.hpp"
#include "app/reservation.hpp"
#include "support/hand_made_set.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr ReservationId kHeld{900};

struct ScheduleCommandsTest : testing::Test {
  HandMadeSet rows;

  Result<Repriced> reprice(std::vector<SeatPrice> prices, ConcertId concert = kConcert, ScheduleId schedule = kSchedule) {
    return rows.run<RepriceSeats>(concert, schedule, std::move(prices));
  }
  Result<Schedule> move_to(TimePoint starts_at, ConcertId concert = kConcert, ScheduleId schedule = kSchedule) {
    return rows.run<PatchSchedule>(concert, schedule, SchedulePatch{.starts_at = starts_at});
  }
  Result<HoldOutcome> hold(UserId user, std::vector<SeatId> seats) {
    return rows.run<HoldSeats>(HoldRequest{.user = user,
                                           .concert = kConcert,
                                           .schedule = kSchedule,
                                           .seats = std::move(seats),
                                           .ticket = {1},
                                           .entry_refusal = {},
                                           .idempotent = {}},
                               HoldLimits{},
                               rows.metrics);
  }
};

TEST_F(ScheduleCommandsTest, ADateIsMoved) {
  const auto moved = move_to(rows.set.now + hours{24});
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(moved->starts_at, rows.set.now + hours{24});
  EXPECT_EQ(rows.set.schedule(kSchedule)->starts_at, rows.set.now + hours{24});
  EXPECT_THAT(rows.set.versions, ElementsAre(Pair(kSchedule, 0))) << "whoever follows the schedule is told";
  EXPECT_EQ(rows.set.changed_schedules.at(kSchedule).starts_at, rows.set.now + hours{24});
}

TEST_F(ScheduleCommandsTest, WhatIsNotSaidOrNotNewChangesNothing) {
  EXPECT_EQ(rows.run<PatchSchedule>(kConcert, kSchedule, SchedulePatch{})->starts_at, rows.set.now);
  EXPECT_EQ(move_to(rows.set.now)->starts_at, rows.set.now);
  const auto repriced = reprice({{{101}, kSeatPrice}});
  EXPECT_EQ(repriced->seats, 1);
  EXPECT_EQ(repriced->changed, 0);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(ScheduleCommandsTest, RefusesWhatIsNotThereInTheOrderItIsNamed) {
  EXPECT_EQ(move_to(rows.set.now, {99}, {99}).error().code, ErrorCode::concert_not_found);
  EXPECT_EQ(move_to(rows.set.now, kConcert, {99}).error().code, ErrorCode::schedule_not_found);
  EXPECT_EQ(move_to(rows.set.now, kConcert, kOtherSchedule).error().code, ErrorCode::schedule_not_found);
  EXPECT_EQ(reprice({{{999}, {1}}}, {99}, {99}).error().code, ErrorCode::concert_not_found);
  EXPECT_EQ(reprice({{{999}, {1}}}, kConcert, kOtherSchedule).error().code, ErrorCode::schedule_not_found);
  EXPECT_EQ(reprice({{{101}, {1}}, {{999}, {1}}}).error().code, ErrorCode::seat_not_found);
  EXPECT_EQ(reprice({{{101}, {1}}, {{201}, {1}}}).error().code, ErrorCode::seat_not_found) << "of another schedule";
  EXPECT_EQ(rows.seat(101).price, kSeatPrice) << "all or none";
}

TEST_F(ScheduleCommandsTest, SeatsOfEveryStateGetTheNewPriceAndKeepTheirHolder) {
  rows.store_hold(kAnn, {{101}}, rows.set.now + seconds{60}, kHeld);
  rows.store_paid(kBob, {{102}}, {901});
  const auto repriced = reprice({{{101}, {70'000}}, {{102}, {70'000}}, {{103}, {70'000}}, {{104}, kSeatPrice}});
  EXPECT_EQ(repriced->seats, 4);
  EXPECT_EQ(repriced->changed, 3);
  EXPECT_EQ(rows.seat(101).price, Points{70'000});
  EXPECT_EQ(rows.seat(101).reservation, kHeld);
  EXPECT_EQ(rows.seat(101).held_until, rows.set.now + seconds{60});
  EXPECT_EQ(rows.seat(102).status, SeatStatus::sold);
  EXPECT_EQ(rows.seat(103).status, SeatStatus::available);
  EXPECT_FALSE(rows.set.seat({104})->changed);
  EXPECT_THAT(rows.set.versions, ElementsAre(Pair(kSchedule, 0)));
  EXPECT_THAT(rows.set.events, IsEmpty());
}

TEST_F(ScheduleCommandsTest, AHoldPaysThePriceItWasAnsweredWith) {
  const auto before = hold(kAnn, {{101}, {102}});
  ASSERT_TRUE(before.has_value());
  reprice({{{101}, {70'000}}, {{102}, {70'000}}, {{103}, {70'000}}});
  const auto after = hold(kBob, {{103}});
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->reservation.amount, Points{70'000});
  const auto again = hold(kAnn, {{101}, {102}});
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->reservation.amount, Points{100'000}) << "asked again, the promise stands";
  const auto paid = rows.run<PayReservation>(kAnn, before->reservation.id, std::nullopt, rows.metrics);
  ASSERT_TRUE(paid.has_value());
  EXPECT_EQ(paid->payment.amount, Points{100'000});
  EXPECT_EQ(paid->payment.balance, Points{900'000});
}

TEST_F(ScheduleCommandsTest, ASeatThatComesBackHasTheNewPrice) {
  const auto held = hold(kAnn, {{101}});
  reprice({{{101}, {70'000}}});
  rows.run<CancelReservation>(kAnn, held->reservation.id);
  EXPECT_EQ(rows.seat(101).status, SeatStatus::available);
  EXPECT_EQ(hold(kBob, {{101}})->reservation.amount, Points{70'000});
}

TEST_F(ScheduleCommandsTest, ASeatTakenOverHasTheNewPrice) {
  rows.store_hold(kAnn, {{101}, {102}}, rows.set.now, kHeld);
  reprice({{{101}, {70'000}}});
  EXPECT_EQ(hold(kBob, {{101}})->reservation.amount, Points{70'000});
  EXPECT_EQ(rows.reservation(kHeld).amount, Points{100'000});
  EXPECT_EQ(rows.seat(102).price, kSeatPrice);
}

TEST_F(ScheduleCommandsTest, MovingADateLocksItsConcert) {
  Keys keys;
  PatchSchedule(kConcert, kSchedule, {}, [](auto) {}).declare(keys);
  EXPECT_THAT(keys.changed_concerts, ElementsAre(kConcert));
  EXPECT_THAT(keys.schedules, ElementsAre(kSchedule));
}

// Locks of Redis thin out buyers; an operator must get through them.
TEST_F(ScheduleCommandsTest, DeclaresRowsAndNoSeatsToBeHad) {
  Keys keys;
  RepriceSeats(kConcert, kSchedule, {{{101}, {1}}, {{102}, {1}}}, [](auto) {}).declare(keys);
  EXPECT_THAT(keys.seats, IsEmpty());
  EXPECT_THAT(keys.seat_rows, UnorderedElementsAre(SeatId{101}, SeatId{102}));
  EXPECT_THAT(keys.concerts, ElementsAre(kConcert));
  EXPECT_THAT(keys.schedules, ElementsAre(kSchedule));
}

}  // namespace
}  // namespace frontrow
