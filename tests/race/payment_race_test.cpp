// Paying and charging at the same moment: points are spent once and added up exactly.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/processes/test_sale.hpp"
#include "support/rounds.hpp"

namespace frontrow::test {
namespace {

constexpr std::int64_t kUser = 42;

struct HeldSeat {
  std::string token;
  std::int64_t reservation = 0;
};

class PaymentRace : public testing::Test {
 protected:
  HeldSeat hold_one(std::int64_t user, std::int64_t seat) {
    HeldSeat held{.token = enter(http(), user, concert_.id)};
    const auto answer = http().send(hold(held.token, concert_, seat));
    EXPECT_EQ(answer.status, 201) << answer;
    held.reservation = answer.integer("reservationId");
    return held;
  }
  void give(std::int64_t user, std::int64_t points) { ASSERT_EQ(http().send(charge(user, points)).status, 201); }
  HttpClient& http() { return sale_.http(); }
  int events(std::string_view type, std::int64_t reservation) {
    return count_events(all_events(http(), sale_.admin_token()), type, reservation);
  }
  void TearDown() override { expect_clean_audit(sale_); }

  TestSale sale_;
  NewConcert concert_ = sale_.add_concert({.seats = 200, .price = 1'000});
  Crowd crowd_{sale_.port()};
};

void expect_one_payment(const std::vector<HttpResponse>& answers) {
  EXPECT_EQ(count_status(answers, 201), 1);
  EXPECT_EQ(count_status(answers, 200), static_cast<int>(answers.size()) - 1);
  for (const auto& answer : answers) EXPECT_EQ(said_once(answer), said_once(answers[0]));
}

TEST_F(PaymentRace, SixtyFourIdenticalPaysAreOnePayment) {
  give(kUser, 10'000);
  const HeldSeat held = hold_one(kUser, concert_.first_seat);
  expect_one_payment(crowd_.insist(std::vector<HttpRequest>(64, pay(held.token, held.reservation))));
  EXPECT_EQ(balance_of(http(), kUser), 9'000);
  EXPECT_EQ(events("payment.completed", held.reservation), 1);
}

TEST_F(PaymentRace, SixtyFourPaysWithKeysOfTheirOwnAreOnePayment) {
  give(kUser, 10'000);
  const HeldSeat held = hold_one(kUser, concert_.first_seat);
  std::vector<HttpRequest> pays;
  for (int i = 0; i < 64; ++i) pays.push_back(pay(held.token, held.reservation, "pay-" + std::to_string(i)));
  expect_one_payment(crowd_.insist(pays));
  EXPECT_EQ(balance_of(http(), kUser), 9'000);
  EXPECT_EQ(events("payment.completed", held.reservation), 1);
}

TEST_F(PaymentRace, SixtyFourPaysWithOneKeyGetOneAnswer) {
  give(kUser, 10'000);
  const HeldSeat held = hold_one(kUser, concert_.first_seat);
  const auto answers = crowd_.insist(std::vector<HttpRequest>(64, pay(held.token, held.reservation, "the one")));
  EXPECT_EQ(count_status(answers, 201), 64);
  for (const auto& answer : answers) EXPECT_EQ(said_once(answer), said_once(answers[0]));
  EXPECT_EQ(balance_of(http(), kUser), 9'000);
  EXPECT_EQ(events("payment.completed", held.reservation), 1);
}

TEST_F(PaymentRace, OneBalanceCannotPayForTwo) {
  give(kUser, 2'500);  // enough for two of three
  std::vector<HttpRequest> pays;
  const std::string token = enter(http(), kUser, concert_.id);
  for (int i = 0; i < 3; ++i) {
    const auto held = http().send(hold(token, concert_, concert_.first_seat + i));
    ASSERT_EQ(held.status, 201);
    for (int n = 0; n < 10; ++n) pays.push_back(pay(token, held.integer("reservationId")));
  }
  const auto answers = crowd_.insist(pays);
  EXPECT_EQ(count_status(answers, 201), 2);
  for (const auto& answer : answers)
    if (answer.status > 201) {
      EXPECT_EQ(answer.code(), "INSUFFICIENT_POINTS") << answer;
      EXPECT_EQ(answer.integer("amount"), 1'000);
      EXPECT_LT(answer.integer("balance"), 1'000);
    }
  EXPECT_EQ(balance_of(http(), kUser), 500);
}

TEST_F(PaymentRace, AHundredChargesAddUp) {
  std::vector<HttpRequest> charges;
  std::int64_t sum = 0;
  for (int i = 1; i <= 100; ++i) charges.push_back(charge(kUser, i * 7)), sum += i * 7;
  const auto answers = crowd_.insist(charges);
  EXPECT_EQ(count_status(answers, 201), 100);
  std::set<std::int64_t> balances;
  for (const auto& answer : answers) balances.insert(answer.integer("balance"));
  EXPECT_EQ(balances.size(), 100U) << "every charge saw a balance of its own";
  EXPECT_EQ(*balances.rbegin(), sum);
  EXPECT_EQ(balance_of(http(), kUser), sum);
}

TEST_F(PaymentRace, AHundredChargesWithOneKeyAreOne) {
  const auto answers = crowd_.insist(std::vector<HttpRequest>(100, charge(kUser, 500, "topup")));
  EXPECT_EQ(count_status(answers, 201), 100);
  for (const auto& answer : answers) EXPECT_EQ(said_once(answer), said_once(answers[0]));
  EXPECT_EQ(balance_of(http(), kUser), 500);
}

// Either the money or the seat goes, never both and never neither.
TEST_F(PaymentRace, CancelAgainstPay) {
  for (int game = 0; game < rounds(40, 190); ++game) {
    const std::int64_t user = 100 + game;
    give(user, 1'000);
    const HeldSeat held = hold_one(user, concert_.first_seat + game);
    std::vector<HttpRequest> asked;
    for (int i = 0; i < 4; ++i)
      asked.push_back(i % 2 == game % 2 ? pay(held.token, held.reservation) : cancel(held.token, held.reservation));
    const auto answers = crowd_.insist(asked);
    const bool was_paid = count_status(answers, 201) == 1;
    if (was_paid) {
      EXPECT_EQ(count_code(answers, "RESERVATION_NOT_CANCELLABLE"), 2)
          << answers[0] << answers[1] << answers[2] << answers[3];
      EXPECT_EQ(count_status(answers, 200), 1);
    } else {
      EXPECT_EQ(count_status(answers, 204), 2);
      EXPECT_EQ(count_code(answers, "RESERVATION_NOT_PAYABLE"), 2);
    }
    EXPECT_EQ(events("reservation.cancelled", held.reservation), was_paid ? 0 : 1);
    EXPECT_EQ(events("payment.completed", held.reservation), was_paid ? 1 : 0);
    EXPECT_EQ(balance_of(http(), user), was_paid ? 0 : 1'000);
  }
}

}  // namespace
}  // namespace frontrow::test
