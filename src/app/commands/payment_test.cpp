// Paying, decided on rows made by hand: one payment for a reservation, in full or not at all.
#include "app/commands/payment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/reservation.hpp"
#include "support/fakes/hand_made_set.hpp"

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class PayTest : public testing::Test {
 protected:
  Result<PaymentOutcome> pay(UserId user, ReservationId id, std::optional<Idempotent> key = {}) {
    return rows.run<PayReservation>(user, id, key, rows.metrics);
  }
  TimePoint now() const { return rows.set.now; }
  void set_balance(UserId user, std::int64_t balance) { rows.set.accounts.at(user).account.balance = {balance}; }
  HandMadeSet rows;
};

TEST_F(PayTest, MovesThePointsSellsTheSeatsAndConfirmsTheReservation) {
  rows.store_hold(kAnn, {{101}, {102}}, now() + milliseconds{1}, {21});
  const auto outcome = pay(kAnn, {21});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->is_new);
  EXPECT_EQ(outcome->payment.reservation, ReservationId{21});
  EXPECT_EQ(outcome->payment.user, kAnn);
  EXPECT_EQ(outcome->payment.amount, Points{100'000});
  EXPECT_EQ(outcome->payment.balance, Points{900'000});
  EXPECT_EQ(outcome->payment.paid_at, now());
  EXPECT_EQ(outcome->reservation.status, ReservationStatus::confirmed);
  EXPECT_EQ(rows.set.account(kAnn).balance, Points{900'000});
  EXPECT_EQ(rows.reservation({21}).status, ReservationStatus::confirmed);
  EXPECT_EQ(rows.reservation({21}).ended_at, now());
  for (const std::int64_t id : {101, 102}) {
    EXPECT_EQ(rows.seat(id).status, SeatStatus::sold);
    EXPECT_EQ(rows.seat(id).reservation, ReservationId{21});
    EXPECT_EQ(rows.seat(id).held_until, TimePoint{});
  }
  ASSERT_THAT(rows.set.ledger, SizeIs(1));
  EXPECT_EQ(rows.set.ledger[0].kind, LedgerKind::payment);
  EXPECT_EQ(rows.set.ledger[0].signed_amount(), Points{-100'000});
  EXPECT_EQ(rows.set.ledger[0].reservation, ReservationId{21});
  EXPECT_EQ(rows.set.ledger[0].at, now());
  EXPECT_EQ(rows.set.reservation({21})->payment->id, outcome->payment.id);
  EXPECT_THAT(rows.events(), ElementsAre(Pair(EventType::payment_completed, ReservationId{21})));
  EXPECT_EQ(rows.set.events[0].seq, 2);
  EXPECT_EQ(rows.metrics.payments_made.Value(), 1);
}

TEST_F(PayTest, PaysThePriceThatWasStoredWhenHeld) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  rows.set.seats.at({101}).seat.price = {1};
  EXPECT_EQ(pay(kAnn, {21})->payment.amount, kSeatPrice);
}

TEST_F(PayTest, MaySpendTheLastPoint) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  set_balance(kAnn, kSeatPrice.value);
  EXPECT_EQ(pay(kAnn, {21})->payment.balance, Points{0});
}

TEST_F(PayTest, IsRefusedInADocumentedOrder) {
  rows.store_hold(kAnn, {{101}}, now(), {21});
  rows.store_hold(kBob, {{102}}, now() + seconds{9}, {22});
  rows.store_hold(kAnn, {{103}}, now() + seconds{9}, {23});
  rows.store_ending({23}, ReservationStatus::cancelled);
  rows.store_hold(kAnn, {{104}}, now() + seconds{9}, {24});
  rows.store_ending({24}, ReservationStatus::expired);
  rows.store_hold(kAnn, {{105}}, now() + seconds{9}, {25});
  set_balance(kAnn, kSeatPrice.value - 1);
  const Idempotent reused = keyed(kAnn, Operation::pay, 1, 42);
  rows.set.known_keys.emplace(reused.key, IdempotencyRecord{.key = reused.key, .fingerprint = 41, .created_at = now()});
  EXPECT_EQ(pay(kAnn, {99}, reused).error().code, ErrorCode::idempotency_key_reused);
  EXPECT_EQ(pay(kAnn, {99}).error().code, ErrorCode::reservation_not_found);
  EXPECT_EQ(pay(kAnn, {22}).error().code, ErrorCode::reservation_not_found) << "somebody else's";
  EXPECT_EQ(pay(kAnn, {21}).error().code, ErrorCode::reservation_expired) << "at the deadline itself";
  EXPECT_EQ(pay(kAnn, {23}).error().code, ErrorCode::reservation_not_payable);
  EXPECT_EQ(pay(kAnn, {24}).error().code, ErrorCode::reservation_expired);
  const auto poor = pay(kAnn, {25});
  EXPECT_EQ(poor.error().code, ErrorCode::insufficient_points);
  EXPECT_EQ(poor.error().balance, kSeatPrice.value - 1);
  EXPECT_EQ(poor.error().amount, kSeatPrice.value);
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_EQ(rows.set.take_id(IdKind::payment), 1'001) << "no id was spent";
  EXPECT_EQ(rows.metrics.payments_refused.Value(), 7);
}

TEST_F(PayTest, AgainIsAnsweredWithThePaymentThatStands) {
  rows.store_paid(kAnn, {{101}}, {21});
  set_balance(kAnn, 0);
  const auto outcome = pay(kAnn, {21});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->is_new);
  EXPECT_EQ(outcome->payment.id, PaymentId{21});
  EXPECT_EQ(outcome->payment.balance, Points{77}) << "as it was then";
  EXPECT_EQ(outcome->balance, Points{0}) << "as it is now";
  EXPECT_FALSE(outcome->is_replay);
  const auto with_a_key = pay(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42));
  EXPECT_FALSE(with_a_key->is_new);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(PayTest, TwiceInOneBatchPaysOnce) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  const auto first = pay(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42));
  const auto same_key = pay(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42));
  const auto other_key = pay(kAnn, {21}, keyed(kAnn, Operation::pay, 2, 42));
  const auto no_key = pay(kAnn, {21});
  for (const auto* outcome : {&same_key, &other_key, &no_key}) EXPECT_EQ((*outcome)->payment.id, first->payment.id);
  EXPECT_TRUE(same_key->is_new) << "the same status again";
  EXPECT_TRUE(same_key->is_replay);
  EXPECT_FALSE(other_key->is_replay) << "this key was never used";
  EXPECT_FALSE(other_key->is_new);
  EXPECT_FALSE(no_key->is_new);
  EXPECT_THAT(rows.set.ledger, SizeIs(1));
  EXPECT_THAT(rows.set.events, SizeIs(1));
  EXPECT_EQ(rows.set.account(kAnn).balance, Points{950'000});
}

TEST_F(PayTest, ForAnotherReservationWithTheSameKeyIsRefused) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  rows.store_hold(kAnn, {{102}}, now() + seconds{9}, {22});
  ASSERT_TRUE(pay(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42)).has_value());
  EXPECT_EQ(pay(kAnn, {22}, keyed(kAnn, Operation::pay, 1, 43)).error().code, ErrorCode::idempotency_key_reused);
}

TEST_F(PayTest, ThatIsRefusedLeavesNoKeyBehind) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  set_balance(kAnn, 0);
  EXPECT_FALSE(pay(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42)).has_value());
  EXPECT_THAT(rows.set.known_keys, IsEmpty());
  set_balance(kAnn, 1'000'000);
  EXPECT_TRUE(pay(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42)).has_value()) << "after a charge the same request succeeds";
}

TEST_F(PayTest, ForTwoReservationsInOneBatchCannotSpendAPointTwice) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  rows.store_hold(kAnn, {{102}}, now() + seconds{9}, {22});
  set_balance(kAnn, 2 * kSeatPrice.value - 1);
  EXPECT_TRUE(pay(kAnn, {21}).has_value());
  const auto second = pay(kAnn, {22});
  EXPECT_EQ(second.error().code, ErrorCode::insufficient_points);
  EXPECT_EQ(second.error().balance, kSeatPrice.value - 1);
  EXPECT_EQ(rows.reservation({22}).status, ReservationStatus::held);
}

TEST_F(PayTest, ForAHoldMadeInTheSameBatchIsGood) {
  HoldRequest ask{.user = kAnn,
                  .concert = kConcert,
                  .schedule = kSchedule,
                  .seats = {{101}},
                  .ticket = {},
                  .entry_refusal = {},
                  .idempotent = {}};
  const auto held = rows.run<HoldSeats>(ask, HoldLimits{}, rows.metrics);
  ASSERT_TRUE(pay(kAnn, held->reservation.id).has_value());
  EXPECT_EQ(rows.set.events[1].seq, 2);
  EXPECT_EQ(rows.seat(101).status, SeatStatus::sold);
}

TEST_F(PayTest, AfterATakeoverInTheSameBatchIsTooLate) {
  rows.store_hold(kAnn, {{101}}, now(), {21});
  HoldRequest ask{.user = kBob,
                  .concert = kConcert,
                  .schedule = kSchedule,
                  .seats = {{101}},
                  .ticket = {},
                  .entry_refusal = {},
                  .idempotent = {}};
  ASSERT_TRUE(rows.run<HoldSeats>(ask, HoldLimits{}, rows.metrics).has_value());
  EXPECT_EQ(pay(kAnn, {21}).error().code, ErrorCode::reservation_expired);
  EXPECT_EQ(rows.set.account(kAnn).balance, Points{1'000'000});
}

TEST_F(PayTest, AfterGivingBackInTheSameBatchIsNotPayable) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  ASSERT_TRUE(rows.run<CancelReservation>(kAnn, ReservationId{21}).has_value());
  EXPECT_EQ(pay(kAnn, {21}).error().code, ErrorCode::reservation_not_payable);
}

TEST_F(PayTest, TriesAgainWhenASeatIsMissing) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  rows.set.seats.erase({101});
  pay(kAnn, {21});
  EXPECT_EQ(rows.last_verdict, Verdict::again);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(PayTest, DeclaresWhatItLooksAt) {
  Keys keys;
  PayReservation(kAnn, {21}, keyed(kAnn, Operation::pay, 1, 42), rows.metrics, [](auto) {}).declare(keys);
  EXPECT_THAT(keys.accounts, ElementsAre(kAnn));
  EXPECT_THAT(keys.reservations, ElementsAre(ReservationId{21}));
  EXPECT_THAT(keys.idempotency, SizeIs(1));
  EXPECT_EQ(keys.new_ids[static_cast<std::size_t>(IdKind::payment)], 1);
  EXPECT_EQ(keys.new_ids[static_cast<std::size_t>(IdKind::ledger_entry)], 1);
}

}  // namespace
}  // namespace frontrow
