// The deadline against paying, giving back and taking over. Holds of two seconds; no test sleeps: clients ask until the
// answer comes.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/clock.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

Settings short_holds() {
  Settings settings = test_settings();
  settings.hold = std::chrono::seconds{2};
  return settings;
}

TimePoint time_of(const HttpResponse& answer, std::string_view name) {
  const auto time = parse_iso8601(answer.text(name));
  if (!time) throw std::runtime_error("not a time");
  return *time;
}

class ExpiryRace : public testing::Test {
 protected:
  void SetUp() override {
    for (std::int64_t user = 1; user <= 64; ++user) ASSERT_EQ(http().send(charge(user, 10'000)).status, 201);
    tokens_ = enter_all(crowd_, users_from(1, 64), concert_.id);
  }
  void TearDown() override { expect_clean_audit(sale_); }
  HttpClient& http() { return sale_.http(); }
  std::int64_t seat(int number) const { return concert_.first_seat + number; }
  HttpResponse get_hold(std::size_t user, std::int64_t seat) {
    auto answer = http().send(hold(tokens_[user], concert_, seat));
    EXPECT_EQ(answer.status, 201) << answer;
    return answer;
  }
  void expect_one_end(std::int64_t reservation, std::string_view type) {
    // The worker ends an expired hold within a second, without any request for it.
    EXPECT_TRUE(eventually([&] { return ends(reservation, type) == 1; })) << type << " of " << reservation;
    EXPECT_EQ(ends(reservation, "reservation.expired") + ends(reservation, "reservation.cancelled") +
                  ends(reservation, "payment.completed"),
              1);
  }
  int ends(std::int64_t reservation, std::string_view type) {
    return count_events(all_events(http(), sale_.admin_token()), type, reservation);
  }

  TestSale sale_{short_holds()};
  NewConcert concert_ = sale_.add_concert({.seats = 64, .price = 1'000});
  Crowd crowd_{sale_.port()};
  std::vector<std::string> tokens_;
};

TEST_F(ExpiryRace, PayingFromTheDeadlineOnIsRefusedAndCostsNothing) {
  const auto held = get_hold(0, seat(0));
  const auto reservation = held.integer("reservationId");
  // The points do not suffice until the deadline: the first refusal with another reason is the one at the deadline.
  const std::int64_t poor = 1'000;
  const std::string poor_token = enter(http(), poor, concert_.id);
  const auto poor_hold = http().send(hold(poor_token, concert_, seat(1)));
  const auto deadline = time_of(poor_hold, "temporaryExpiresAt");
  HttpResponse answer;
  ASSERT_TRUE(eventually([&] {
    answer = http().send(pay(poor_token, poor_hold.integer("reservationId")));
    return answer.code() != "INSUFFICIENT_POINTS";
  }));
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.code(), "RESERVATION_EXPIRED");
  EXPECT_GE(SystemClock{}.now() + Duration{2}, deadline);
  const auto late = http().send(pay(tokens_[0], reservation));
  EXPECT_EQ(late.code(), "RESERVATION_EXPIRED") << late;
  EXPECT_EQ(balance_of(http(), 1), 10'000);
  expect_one_end(reservation, "reservation.expired");
}

TEST_F(ExpiryRace, SomebodyElseTakesTheSeatAtTheDeadline) {
  std::vector<HttpResponse> first;
  for (std::size_t user = 0; user < 8; ++user) first.push_back(get_hold(user, seat(static_cast<int>(user))));
  // Fifty-six others keep asking for the eight seats until each has a new holder.
  std::vector<HttpResponse> taken(8);
  ASSERT_TRUE(eventually([&] {
    std::vector<HttpRequest> holds;
    for (std::size_t i = 0; i < 56; ++i) holds.push_back(hold(tokens_[8 + i], concert_, seat(static_cast<int>(i % 8))));
    const auto answers = crowd_.send(holds);
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (answers[i].status == 201) {
        EXPECT_EQ(taken[i % 8].status, 0) << "taken twice";
        taken[i % 8] = answers[i];
      }
    return std::ranges::all_of(taken, [](const HttpResponse& answer) { return answer.status == 201; });
  }));
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_GE(time_of(taken[i], "temporaryExpiresAt"), time_of(first[i], "temporaryExpiresAt") + std::chrono::seconds{2});
    expect_one_end(first[i].integer("reservationId"), "reservation.expired");
  }
}

// One buyer takes a seat of a hold of three at its deadline. The whole hold ends, with one event, and its other seats
// are free.
TEST_F(ExpiryRace, TakingOneSeatOverEndsTheWholeHold) {
  const std::vector<std::int64_t> three{seat(0), seat(1), seat(2)};
  const auto held = http().send(hold(tokens_[0], concert_, three));
  ASSERT_EQ(held.status, 201);
  ASSERT_TRUE(eventually([&] { return http().send(hold(tokens_[1], concert_, seat(1))).status == 201; }));
  EXPECT_EQ(http().send(hold(tokens_[2], concert_, seat(0))).status, 201);
  EXPECT_EQ(http().send(hold(tokens_[3], concert_, seat(2))).status, 201);
  expect_one_end(held.integer("reservationId"), "reservation.expired");
}

// Buyers pay, give back and take over around the deadline. Each hold ends exactly once, and every payment was in time.
TEST_F(ExpiryRace, PayCancelAndTakeoverAroundTheDeadline) {
  std::vector<HttpResponse> held;
  for (std::size_t user = 0; user < 32; ++user) held.push_back(get_hold(user, seat(static_cast<int>(user))));
  const auto about_deadline = time_of(held[0], "temporaryExpiresAt");
  const SystemClock clock;
  eventually([&] { return clock.now() + Duration{30} >= about_deadline; });
  std::vector<HttpRequest> asked;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto reservation = held[i].integer("reservationId");
    asked.push_back(pay(tokens_[i], reservation));
    if (i % 2 == 0) asked.push_back(cancel(tokens_[i], reservation));
    asked.push_back(hold(tokens_[32 + i], concert_, seat(static_cast<int>(i))));
    asked.push_back(pay(tokens_[i], reservation));
  }
  const auto answers = crowd_.send(asked);
  for (std::size_t i = 0, at = 0; i < 32; ++i) {
    const auto reservation = held[i].integer("reservationId");
    const HttpResponse& first_pay = answers[at++];
    if (i % 2 == 0) ++at;
    ++at;
    const HttpResponse& second_pay = answers[at++];
    const bool was_paid = first_pay.status < 300 || second_pay.status < 300;
    if (was_paid) {
      const HttpResponse& paid = first_pay.status < 300 ? first_pay : second_pay;
      EXPECT_LT(time_of(paid, "paidAt"), time_of(held[i], "temporaryExpiresAt"));
    }
    EXPECT_EQ(balance_of(http(), static_cast<std::int64_t>(i) + 1), was_paid ? 9'000 : 10'000);
    EXPECT_TRUE(eventually([&] {
      return ends(reservation, "payment.completed") + ends(reservation, "reservation.cancelled") +
                 ends(reservation, "reservation.expired") ==
             1;
    })) << reservation;
    EXPECT_EQ(ends(reservation, "payment.completed"), was_paid ? 1 : 0);
  }
}

TEST_F(ExpiryRace, AnExpiredSeatIsShownFreeAndItsHolderMayHoldAgain) {
  const auto held = get_hold(0, seat(0));
  ASSERT_TRUE(eventually([&] { return seat_statuses(http(), tokens_[0], concert_)[0] == "AVAILABLE"; }));
  const auto again = get_hold(0, seat(0));
  EXPECT_NE(again.integer("reservationId"), held.integer("reservationId"));
  EXPECT_EQ(again.integer("seatsLeftForUser"), 3);
  expect_one_end(held.integer("reservationId"), "reservation.expired");
}

}  // namespace
}  // namespace frontrow::test
