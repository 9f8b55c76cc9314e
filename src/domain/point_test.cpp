// Balances stay between 0 and 2^53−1, the limits included.
#include "domain/point.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

TEST(RefuseSpending, LetsAnAccountGoToZeroAndNoFurther) {
  struct Case {
    std::int64_t balance, amount;
    bool is_refused;
  };
  for (const Case& c :
       {Case{0, 1, true}, {1, 1, false}, {99, 100, true}, {100, 100, false}, {kMaxBalance.value, kMaxAmount.value, false}}) {
    const auto refusal = refuse_spending({.user = {7}, .balance = {c.balance}}, {c.amount});
    ASSERT_EQ(refusal.has_value(), c.is_refused) << c.balance << " − " << c.amount;
    if (!refusal) continue;
    EXPECT_EQ(refusal->code, ErrorCode::insufficient_points);
    EXPECT_EQ(refusal->balance, c.balance);
    EXPECT_EQ(refusal->amount, c.amount);
  }
}

TEST(RefuseCharging, LetsAnAccountGoToTheLimitAndNoFurther) {
  struct Case {
    std::int64_t balance, amount;
    bool is_refused;
  };
  const std::int64_t most = kMaxBalance.value;
  for (const Case& c :
       {Case{0, 1, false}, {0, kMaxAmount.value, false}, {most - 1, 1, false}, {most, 1, true}, {most - 5, 6, true}}) {
    const auto refusal = refuse_charging({.user = {7}, .balance = {c.balance}}, {c.amount});
    ASSERT_EQ(refusal.has_value(), c.is_refused) << c.balance << " + " << c.amount;
    if (!refusal) continue;
    EXPECT_EQ(refusal->code, ErrorCode::balance_limit_exceeded);
    EXPECT_EQ(refusal->balance, c.balance);
    EXPECT_EQ(refusal->amount, c.amount);
  }
}

TEST(LedgerEntry, AddsACharge_AndTakesAPayment) {
  EXPECT_EQ((LedgerEntry{.id = {1}, .user = {7}, .kind = LedgerKind::charge, .amount = {10}, .at = {}}).signed_amount(),
            Points{10});
  EXPECT_EQ((LedgerEntry{.id = {1}, .user = {7}, .kind = LedgerKind::payment, .amount = {10}, .at = {}}).signed_amount(),
            Points{-10});
}

}  // namespace
}  // namespace frontrow
