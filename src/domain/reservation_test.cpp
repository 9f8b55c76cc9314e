// Holding, paying and giving back, and their deadlines: at the deadline itself it is too late.
#include "domain/reservation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
constexpr TimePoint kJustBefore = kNow - milliseconds{1};
constexpr TimePoint kJustAfter = kNow + milliseconds{1};
constexpr HoldLimits kLimits{.max_seats_per_hold = 4, .max_seats_per_user = 4};

Seat seat(std::int64_t id, SeatStatus status = SeatStatus::available, TimePoint held_until = {}) {
  return {
      .place = {.id = {id}}, .status = status, .reservation = {status == SeatStatus::available ? 0 : 99}, .held_until = held_until};
}

std::optional<Refusal> try_hold(const BookingWindow& booking, const std::vector<Seat>& seats, int live_seats,
                                const HoldLimits& limits = kLimits) {
  std::vector<const Seat*> asked;
  for (const Seat& one : seats) asked.push_back(&one);
  const Concert concert{.id = {1}, .title = "", .artist = "", .venue = "", .booking = booking, .queue = {}};
  const Schedule date{.id = {1}, .concert = {1}, .starts_at = kNow + std::chrono::hours{24}};
  return refuse_hold(concert, date, {.seats = asked, .live_seats = live_seats}, limits, kNow);
}

TEST(SeatIsFree, FromTheDeadlineItselfOn) {
  EXPECT_TRUE(seat(1).is_free(kNow));
  EXPECT_FALSE(seat(1, SeatStatus::held, kJustAfter).is_free(kNow));
  EXPECT_TRUE(seat(1, SeatStatus::held, kNow).is_free(kNow));
  EXPECT_TRUE(seat(1, SeatStatus::held, kJustBefore).is_free(kNow));
  EXPECT_FALSE(seat(1, SeatStatus::sold).is_free(kNow));
}

TEST(RefuseHold, GrantsFreeAndLapsedSeatsUpToTheUsersLimit) {
  struct Case {
    const char* what;
    std::vector<Seat> seats;
    int live_seats;
  };
  const std::vector<Case> cases = {
      {"one free seat", {seat(1)}, 0},
      {"as many as one may have", {seat(1), seat(2), seat(3), seat(4)}, 0},
      {"the last one may have", {seat(1)}, 3},
      {"a seat whose hold ends now", {seat(1, SeatStatus::held, kNow)}, 0},
  };
  for (const Case& c : cases) EXPECT_FALSE(try_hold({}, c.seats, c.live_seats).has_value()) << c.what;
}

TEST(RefuseHold, EndsWithTheSaleOfTheDate) {
  using std::chrono::minutes;
  struct Case {
    const char* what;
    TimePoint starts_at;
    minutes offset;
    std::optional<TimePoint> closes_at;
    bool is_refused;
  };
  const std::vector<Case> cases = {
      {"it starts in a moment", kJustAfter, minutes{0}, {}, false},
      {"it starts now", kNow, minutes{0}, {}, true},
      {"it has started", kJustBefore, minutes{0}, {}, true},
      {"late buyers are let in", kNow - minutes{29}, minutes{30}, {}, false},
      {"until so long after the start", kNow - minutes{30}, minutes{30}, {}, true},
      {"the sale ends before the start", kNow + minutes{60}, minutes{-60}, {}, true},
      {"not quite", kJustAfter + minutes{60}, minutes{-60}, {}, false},
      {"booking closes sooner", kNow + minutes{60}, minutes{0}, kNow, true},
      {"booking would close later", kNow, minutes{0}, kJustAfter, true},
  };
  const Seat free = seat(1);
  const std::vector<const Seat*> seats{&free};
  for (const Case& c : cases) {
    const Concert concert{
        .id = {1}, .title = "", .artist = "", .venue = "", .booking = {{}, c.closes_at}, .queue = {}, .sales_end_offset = c.offset};
    const auto refusal =
        refuse_hold(concert, {.id = {1}, .concert = {1}, .starts_at = c.starts_at}, {.seats = seats}, kLimits, kNow);
    EXPECT_EQ(refusal.has_value(), c.is_refused) << c.what;
    if (c.is_refused && refusal) {
      EXPECT_EQ(refusal->code, ErrorCode::booking_not_open) << c.what;
    }
  }
}

TEST(RefuseHold, AnotherPriceThanExpectedIsTheLastReasonToRefuse) {
  Seat dear = seat(1), cheap = seat(2), sold = seat(3, SeatStatus::sold);
  dear.price = {200};
  cheap.price = {50};
  const Concert concert{.id = {1}, .title = "", .artist = "", .venue = "", .booking = {}, .queue = {}};
  const Schedule date{.id = {1}, .concert = {1}, .starts_at = kJustAfter};
  const auto hold = [&](std::vector<const Seat*> seats, std::optional<Points> expected, int live = 0) {
    return refuse_hold(concert, date, {.seats = seats, .live_seats = live, .expected = expected}, kLimits, kNow);
  };
  EXPECT_FALSE(hold({&dear, &cheap}, {}).has_value()) << "a client that expects nothing is asked nothing";
  EXPECT_FALSE(hold({&dear, &cheap}, Points{250}).has_value());
  const auto refused = hold({&dear, &cheap}, Points{249});
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, ErrorCode::price_changed);
  EXPECT_EQ(refused->amount, 250) << "what they cost";
  EXPECT_EQ(hold({&dear, &sold}, Points{1})->code, ErrorCode::seat_already_reserved);
  EXPECT_EQ(hold({&dear, &cheap}, Points{1}, 3)->code, ErrorCode::seat_limit_exceeded);
}

TEST(RefuseHold, SaysWhyInAFixedOrder) {
  const BookingWindow closed{{}, kNow}, early{kJustAfter, {}}, open{kNow, kJustAfter};
  const Seat sold = seat(3, SeatStatus::sold), held = seat(5, SeatStatus::held, kJustAfter);
  struct Case {
    const char* what;
    BookingWindow booking;
    std::vector<Seat> seats;
    int live_seats;
    ErrorCode code;
    std::vector<SeatId> taken;
    std::optional<int> seats_left;
  };
  const std::vector<Case> cases = {
      {"closed counts before taken and too many", closed, {sold}, 4, ErrorCode::booking_not_open, {}, {}},
      {"not open yet", early, {seat(1)}, 0, ErrorCode::booking_not_open, {}, {}},
      {"taken counts before too many", open, {sold}, 4, ErrorCode::seat_already_reserved, {{3}}, {}},
      {"every taken one is named, as asked", open, {held, seat(1), sold}, 0, ErrorCode::seat_already_reserved, {{5}, {3}}, {}},
      {"one too many", open, {seat(1), seat(2)}, 3, ErrorCode::seat_limit_exceeded, {}, 1},
      {"none left", open, {seat(1)}, 4, ErrorCode::seat_limit_exceeded, {}, 0},
      {"more than the limit, which was lowered", open, {seat(1)}, 6, ErrorCode::seat_limit_exceeded, {}, 0},
  };
  for (const Case& c : cases) {
    const auto refusal = try_hold(c.booking, c.seats, c.live_seats);
    ASSERT_TRUE(refusal.has_value()) << c.what;
    EXPECT_EQ(refusal->code, c.code) << c.what;
    EXPECT_EQ(refusal->seat_ids, c.taken) << c.what;
    EXPECT_EQ(refusal->seats_left_for_user, c.seats_left) << c.what;
  }
}

TEST(RefuseHold, HoldsNoMoreSeatsAtOnceThanTheLimitOfAHold) {
  const HoldLimits two_at_once{.max_seats_per_hold = 2, .max_seats_per_user = 4};
  EXPECT_FALSE(try_hold({}, {seat(1), seat(2)}, 0, two_at_once).has_value());
  const auto refusal = try_hold({}, {seat(1), seat(2), seat(3)}, 0, two_at_once);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::seat_limit_exceeded);
  EXPECT_EQ(refusal->seats_left_for_user, 4);
}

Reservation reservation(ReservationStatus status, TimePoint expires_at) {
  return {.id = {9},
          .user = {7},
          .concert = {1},
          .schedule = {1},
          .status = status,
          .seats = {},
          .amount = {},
          .created_at = {},
          .expires_at = expires_at};
}

TEST(IsLive, AsLongAsConfirmedOrBeforeItsDeadline) {
  using enum ReservationStatus;
  EXPECT_TRUE(reservation(held, kJustAfter).is_live(kNow));
  EXPECT_FALSE(reservation(held, kNow).is_live(kNow));
  EXPECT_TRUE(reservation(confirmed, kJustBefore).is_live(kNow));
  EXPECT_FALSE(reservation(expired, kJustAfter).is_live(kNow));
  EXPECT_FALSE(reservation(cancelled, kJustAfter).is_live(kNow));
}

TEST(ReservationPay, IsTooLateAtTheDeadlineItself) {
  struct Case {
    ReservationStatus status;
    TimePoint expires_at;
    std::optional<ErrorCode> code;
  };
  using enum ReservationStatus;
  const std::vector<Case> cases = {
      {held, kJustAfter, {}},
      {held, kNow, ErrorCode::reservation_expired},
      {held, kJustBefore, ErrorCode::reservation_expired},
      {confirmed, kJustAfter, {}},
      {confirmed, kJustBefore, {}},  // paid in time; the answer is the stored payment
      {expired, kJustAfter, ErrorCode::reservation_expired},
      {expired, kJustBefore, ErrorCode::reservation_expired},
      {cancelled, kJustAfter, ErrorCode::reservation_not_payable},
      {cancelled, kJustBefore, ErrorCode::reservation_not_payable},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto refusal = refuse_payment(reservation(cases[i].status, cases[i].expires_at), kNow);
    EXPECT_EQ(refusal ? std::optional(refusal->code) : std::nullopt, cases[i].code) << "case " << i;
  }
}

TEST(ReservationCancel, IsAnExpiryFromTheDeadlineItselfOn) {
  struct Case {
    ReservationStatus status;
    TimePoint expires_at;
    CancelVerdict verdict;
  };
  using enum ReservationStatus;
  const std::vector<Case> cases = {
      {held, kJustAfter, CancelVerdict::cancel},
      {held, kNow, CancelVerdict::expire},
      {held, kJustBefore, CancelVerdict::expire},
      {expired, kJustAfter, CancelVerdict::already_over},
      {expired, kJustBefore, CancelVerdict::already_over},
      {cancelled, kJustAfter, CancelVerdict::already_over},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto verdict = decide_cancel(reservation(cases[i].status, cases[i].expires_at), kNow);
    ASSERT_TRUE(verdict.has_value()) << "case " << i;
    EXPECT_EQ(*verdict, cases[i].verdict) << "case " << i;
  }
  for (const TimePoint expires_at : {kJustBefore, kNow, kJustAfter}) {
    const auto verdict = decide_cancel(reservation(confirmed, expires_at), kNow);
    ASSERT_FALSE(verdict.has_value());
    EXPECT_EQ(verdict.error().code, ErrorCode::reservation_not_cancellable);
  }
}

}  // namespace
}  // namespace frontrow
