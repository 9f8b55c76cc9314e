// Charging points, decided on rows made by hand.
#include "app/commands/point.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fakes/hand_made_set.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ChargeTest : public testing::Test {
 protected:
  Result<ChargeOutcome> charge(std::int64_t amount, std::optional<Idempotent> key = {}) {
    return rows.run<ChargePoints>(kAnn, Points{amount}, key);
  }
  HandMadeSet rows;
};

TEST_F(ChargeTest, AddsToTheBalanceAndToTheLedger) {
  const auto outcome = charge(500);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->user, kAnn);
  EXPECT_EQ(outcome->amount, Points{500});
  EXPECT_EQ(outcome->balance, Points{1'000'500});
  ASSERT_THAT(rows.set.ledger, SizeIs(1));
  EXPECT_EQ(rows.set.ledger[0].kind, LedgerKind::charge);
  EXPECT_EQ(rows.set.ledger[0].amount, Points{500});
  EXPECT_EQ(rows.set.ledger[0].user, kAnn);
  EXPECT_EQ(rows.set.ledger[0].at, rows.set.now);
  EXPECT_EQ(rows.set.account(kAnn).balance, Points{1'000'500});
  EXPECT_THAT(rows.set.events, IsEmpty());
}

TEST_F(ChargeTest, InOneBatchAddsUp) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(charge(1).has_value());
  EXPECT_EQ(rows.set.account(kAnn).balance, Points{1'000'100});
  EXPECT_THAT(rows.set.ledger, SizeIs(100));
}

TEST_F(ChargeTest, StopsAtTheLimit) {
  rows.set.accounts.at(kAnn).account.balance = kMaxBalance - Points{10};
  const auto refused = charge(11);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::balance_limit_exceeded);
  EXPECT_EQ(refused.error().balance, kMaxBalance.value - 10);
  EXPECT_EQ(refused.error().amount, 11);
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_TRUE(charge(10).has_value());
  EXPECT_FALSE(charge(1).has_value());
}

TEST_F(ChargeTest, WithTheSameKeyChargesOnceAndAnswersTheSame) {
  const Idempotent key = keyed(kAnn, Operation::charge, 1, 42);
  const auto first = charge(500, key);
  charge(7);
  rows.set.accounts.at(kAnn).account.balance = kMaxBalance;  // a charge would be refused now, but the repeat is answered
  const auto replay = charge(500, key);
  ASSERT_TRUE(replay.has_value());
  EXPECT_EQ(replay->amount, Points{500});
  EXPECT_EQ(replay->balance, rows.set.account(kAnn).balance) << "of now";
  EXPECT_TRUE(replay->is_replay);
  EXPECT_FALSE(first->is_replay);
  EXPECT_THAT(rows.set.ledger, SizeIs(2));
  EXPECT_EQ(charge(501, keyed(kAnn, Operation::charge, 1, 43)).error().code, ErrorCode::idempotency_key_reused);
}

TEST_F(ChargeTest, WithoutAKeyChargesEveryTime) {
  charge(500);
  charge(500);
  EXPECT_EQ(rows.set.account(kAnn).balance, Points{1'001'000});
  EXPECT_THAT(rows.set.new_keys, IsEmpty());
}

TEST_F(ChargeTest, ThatIsRefusedLeavesNoKeyBehind) {
  rows.set.accounts.at(kAnn).account.balance = kMaxBalance;
  EXPECT_FALSE(charge(1, keyed(kAnn, Operation::charge, 1, 42)).has_value());
  EXPECT_THAT(rows.set.known_keys, IsEmpty());
}

TEST_F(ChargeTest, DeclaresWhatItLooksAt) {
  Keys keys;
  ChargePoints(kAnn, {1}, keyed(kAnn, Operation::charge, 1, 42), [](auto) {}).declare(keys);
  EXPECT_THAT(keys.accounts, ElementsAre(kAnn));
  EXPECT_THAT(keys.idempotency, SizeIs(1));
  EXPECT_EQ(keys.new_ids[static_cast<std::size_t>(IdKind::ledger_entry)], 1);
}

// A command that was never committed returns the reason, even if it had decided otherwise.
TEST(ACommandThatWasNotCommitted, IsAnsweredWithTheReason) {
  struct Case {
    CommitStatus status;
    ErrorCode code;
  };
  for (const Case& c : {Case{CommitStatus::dropped, ErrorCode::overloaded},
                        {CommitStatus::contended, ErrorCode::seat_locked},
                        {CommitStatus::unavailable, ErrorCode::store_unavailable},
                        {CommitStatus::unknown, ErrorCode::outcome_unknown}}) {
    HandMadeSet rows;
    int answers = 0;
    ChargePoints command(kAnn, {1}, {}, [&](Result<ChargeOutcome> outcome) {
      ++answers;
      ASSERT_FALSE(outcome.has_value());
      EXPECT_EQ(outcome.error().code, c.code);
      EXPECT_EQ(outcome.error().retry_after, std::chrono::seconds{1});
    });
    command.decide(rows.set);
    command.complete(c.status);
    EXPECT_EQ(answers, 1);
  }
}

TEST(ACommandThatIsDecidedAgainAfterARollback, AnswersWithItsLastDecision) {
  HandMadeSet first, second;
  second.set.accounts.at(kAnn).account.balance = {5};
  std::optional<Points> balance;
  ChargePoints command(kAnn, {1}, {}, [&](Result<ChargeOutcome> outcome) { balance = outcome->balance; });
  command.decide(first.set);
  command.decide(second.set);
  command.complete(CommitStatus::committed);
  EXPECT_EQ(balance, Points{6});
}

}  // namespace
}  // namespace frontrow
