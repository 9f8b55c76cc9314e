// A date is moved, and seats get other prices for later holds: existing holds and tickets keep what they had.
#include "app/commands/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/change_json.hpp"
#include "app/commands/payment.hpp"
#include "app/commands/reservation.hpp"
#include "support/fakes/hand_made_set.hpp"

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

  Result<Repriced> reprice(std::vector<SeatPrice> prices, ConcertId concert = kConcert, ScheduleId schedule = kSchedule,
                           Reprice how = Reprice::really) {
    return rows.run<RepriceSeats>(concert, schedule, std::move(prices), how);
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
  const TimePoint start = rows.set.schedule(kSchedule)->starts_at;
  EXPECT_EQ(rows.run<PatchSchedule>(kConcert, kSchedule, SchedulePatch{})->starts_at, start);
  EXPECT_EQ(move_to(start)->starts_at, start);
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
}

TEST_F(ScheduleCommandsTest, NewPricesSayHowManySeatsFromWhatToWhat) {
  rows.store_hold(kAnn, {{101}}, rows.set.now + seconds{60}, kHeld);
  rows.store_hold(kAnn, {{104}}, rows.set.now, {902});
  rows.store_paid(kBob, {{102}}, {901});
  rows.set.sections[kSchedule] = {{.id = {1}, .schedule = kSchedule, .name = "R"}};
  rows.set.seats.at({103}).seat.price = {1'000};
  const std::vector<SeatPrice> prices{{{101}, {154}}, {{102}, {154}}, {{103}, {154}}, {{104}, {154}}, {{105}, kSeatPrice}};
  const auto preview = reprice(prices, kConcert, kSchedule, Reprice::only_look);
  EXPECT_FALSE(rows.set.is_changed()) << "a preview changes nothing";
  const auto repriced = reprice(prices);
  for (const auto* answer : {&preview, &repriced}) {
    EXPECT_EQ((*answer)->seats, 5);
    EXPECT_EQ((*answer)->changed, 4);
    ASSERT_EQ((*answer)->lines.size(), 2u);
    EXPECT_EQ((*answer)->lines[0].section, "R");
    EXPECT_EQ((*answer)->lines[0].from, Points{1'000});
    EXPECT_EQ((*answer)->lines[0].seats, 1);
    const PriceChange& most = (*answer)->lines[1];
    EXPECT_EQ(most.from, kSeatPrice);
    EXPECT_EQ(most.to, Points{154});
    EXPECT_EQ(most.seats, 3);
    EXPECT_EQ(most.held, 1) << "the hold that is over counts as free";
    EXPECT_EQ(most.sold, 1);
  }
  ASSERT_EQ(rows.set.events.size(), 1u) << "one trace, of what was really done";
  const Event& told = rows.set.events[0];
  EXPECT_EQ(told.type, EventType::schedule_changed);
  EXPECT_EQ(told.concert, kConcert);
  EXPECT_EQ(told.schedule, kSchedule);
  EXPECT_EQ(told.seq, rows.set.concert(kConcert)->version);
  EXPECT_EQ(told.changes, changes_of_prices(repriced->lines));
}

TEST_F(ScheduleCommandsTest, ADateCannotBeMovedIntoThePast) {
  const auto fields = [](const auto& refused) {
    return refused ? "done" : refused.error().errors.at(0).field + " " + refused.error().errors.at(0).reason;
  };
  EXPECT_EQ(fields(move_to(rows.set.now)), "startsAt must be in the future");
  EXPECT_EQ(fields(move_to(rows.set.now - hours{1})), "startsAt must be in the future");
  rows.set.concerts.at(kConcert).sales_end_offset = std::chrono::minutes{-90};
  EXPECT_THAT(fields(move_to(rows.set.now + hours{1})), testing::HasSubstr("salesEndOffsetMinutes"));
  rows.set.concerts.at(kConcert).booking.opens_at = rows.set.now + hours{24 * 40};
  EXPECT_THAT(fields(move_to(rows.set.now + hours{24 * 20})), testing::HasSubstr("booking opens"));
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_EQ(fields(move_to(rows.set.now + hours{24 * 50})), "done");
  EXPECT_EQ(rows.set.events.back().changes, changes_of_start(rows.set.now + hours{24 * 30}, rows.set.now + hours{24 * 50}));
}

TEST_F(ScheduleCommandsTest, ASectionGetsAnotherName) {
  rows.set.sections[kSchedule] = {{.id = {1}, .schedule = kSchedule, .name = "R"}, {.id = {2}, .schedule = kSchedule, .name = "S"}};
  const auto rename = [&](std::string from, std::string to) {
    const auto done = rows.run<RenameSection>(kConcert, kSchedule, SectionName{std::move(from), std::move(to)});
    return done ? "done" : done.error().errors.at(0).field + " " + done.error().errors.at(0).reason;
  };
  EXPECT_EQ(rename("T", "VIP"), "section is no section of this schedule");
  EXPECT_EQ(rename("R", "S"), "name is the name of another section");
  EXPECT_EQ(rename("R", "R"), "done");
  EXPECT_FALSE(rows.set.is_changed()) << "the same name again is no change";
  EXPECT_EQ(rename("R", "VIP"), "done");
  EXPECT_EQ(rows.set.sections[kSchedule][0].name, "VIP");
  ASSERT_EQ(rows.set.renamed_sections.size(), 1u);
  EXPECT_EQ(rows.set.renamed_sections[0].id, SectionId{1});
  EXPECT_THAT(rows.set.versions, ElementsAre(Pair(kSchedule, 0))) << "whoever follows the schedule is told";
  EXPECT_EQ(rows.set.events.back().changes, changes_of_section("R", "VIP"));
  EXPECT_EQ(rename("R", "VIP2"), "section is no section of this schedule") << "two in one batch see each other";
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

// Locks in Redis hold back buyers; an operator's command must pass them.
TEST_F(ScheduleCommandsTest, DeclaresRowsAndNoSeatsToBeHad) {
  Keys keys;
  RepriceSeats(kConcert, kSchedule, {{{101}, {1}}, {{102}, {1}}}, Reprice::really, [](auto) {}).declare(keys);
  EXPECT_THAT(keys.seats, IsEmpty());
  EXPECT_THAT(keys.seat_rows, UnorderedElementsAre(SeatId{101}, SeatId{102}));
  EXPECT_THAT(keys.changed_concerts, ElementsAre(kConcert));
  EXPECT_THAT(keys.schedules, ElementsAre(kSchedule));
}

}  // namespace
}  // namespace frontrow
