// Holding, giving back and ending, decided on rows made by hand.
#include "app/commands/reservation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/payment.hpp"
#include "app/queue/concert_queue.hpp"
#include "support/fakes/hand_made_set.hpp"

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using enum EventType;

constexpr HoldLimits kLimits;

HoldRequest request(UserId user, std::vector<std::int64_t> seats) {
  HoldRequest made{.user = user,
                   .concert = kConcert,
                   .schedule = kSchedule,
                   .seats = {},
                   .ticket = {12},
                   .entry_refusal = {},
                   .idempotent = {},
                   .queue = {}};
  for (const std::int64_t seat : seats) made.seats.push_back({seat});
  return made;
}

class HoldTest : public testing::Test {
 protected:
  Result<HoldOutcome> hold(const HoldRequest& what) { return rows.run<HoldSeats>(what, kLimits, rows.metrics); }
  Result<HoldOutcome> hold(UserId user, std::vector<std::int64_t> seats) { return hold(request(user, std::move(seats))); }
  TimePoint now() const { return rows.set.now; }
  HandMadeSet rows;
};

TEST_F(HoldTest, TakesTheSeatsForFiveMinutesAtTheirPrice) {
  rows.set.seats.at({103}).seat.price = {70'000};
  const auto outcome = hold(kAnn, {103, 101});
  ASSERT_TRUE(outcome.has_value());
  const Reservation& made = outcome->reservation;
  EXPECT_TRUE(outcome->is_new);
  EXPECT_EQ(outcome->seats_left_for_user, 2);
  EXPECT_EQ(made.status, ReservationStatus::held);
  EXPECT_EQ(made.user, kAnn);
  EXPECT_EQ(made.concert, kConcert);
  EXPECT_EQ(made.schedule, kSchedule);
  EXPECT_EQ(made.amount, Points{120'000});
  EXPECT_EQ(made.created_at, now());
  EXPECT_EQ(made.expires_at, now() + seconds{300});
  EXPECT_EQ(made.ticket, TicketNumber{12});
  ASSERT_THAT(made.seats, SizeIs(2));
  EXPECT_EQ(made.seats[1].id, SeatId{103});
  EXPECT_EQ(made.seats[1].number, 3);
  EXPECT_EQ(made.seats[1].price, Points{70'000});
  EXPECT_EQ(made.seats[0].id, SeatId{101}) << "in order of id, as the store gives them back";
  for (const std::int64_t id : {101, 103}) {
    EXPECT_EQ(rows.seat(id).status, SeatStatus::held);
    EXPECT_EQ(rows.seat(id).reservation, made.id);
    EXPECT_EQ(rows.seat(id).held_until, made.expires_at);
  }
  EXPECT_EQ(rows.seat(102).status, SeatStatus::available);
  EXPECT_THAT(rows.events(), ElementsAre(Pair(reservation_created, made.id)));
  EXPECT_EQ(rows.set.events[0].seq, 1);
  EXPECT_EQ(rows.set.versions.size(), 1u);
  EXPECT_EQ(rows.metrics.holds_granted.Value(), 1);
}

// Each refusal, in a state in which all later refusals apply as well.

// The ticket was active when the request arrived and is decided on a batch later. Between the two a payment may have
// completed it, or its owner may have left.
TEST_F(HoldTest, IsRefusedWithATicketThatHasEndedSinceTheDoor) {
  const auto queue = std::make_shared<ConcertQueue>(rows.set.concerts.at(kConcert), QueueLimits{}, now());
  queue->load_counters(12, 12);
  HoldRequest ask = request(kAnn, {101});
  ask.queue = queue;
  EXPECT_EQ(hold(ask).error().code, ErrorCode::queue_token_expired);
  queue->load_completed({12});
  EXPECT_EQ(hold(ask).error().code, ErrorCode::queue_token_completed);
  EXPECT_FALSE(rows.set.is_changed());
  queue->load_ticket({.number = {12}, .user = kAnn, .state = TicketState::active, .issued_at = now(), .admitted_at = now()}, now());
  EXPECT_TRUE(hold(ask).has_value());
  ask.queue = std::make_shared<ConcertQueue>(rows.set.concerts.at(kConcert), QueueLimits{}, now());
  EXPECT_TRUE(hold(ask).has_value()) << "asked again, it is answered before any gate";
}

TEST_F(HoldTest, IsRefusedInADocumentedOrder) {
  HoldRequest ask = request(kAnn, {999, 102});
  ask.concert = {77};
  ask.schedule = {77};
  ask.entry_refusal = Refusal{.code = ErrorCode::queue_token_not_active, .position = 5};
  ask.idempotent = keyed(kAnn, Operation::hold, 1, 42);
  rows.set.concerts.at(kConcert).booking.closes_at = now();
  rows.store_hold(kBob, {{102}}, now() + seconds{1}, {21});
  rows.store_hold(kAnn, {{105}, {106}, {107}, {108}}, now() + seconds{1}, {22});
  rows.set.known_keys.emplace(ask.idempotent->key,
                              IdempotencyRecord{.key = ask.idempotent->key, .fingerprint = 41, .created_at = now()});
  const auto code = [&] { return hold(ask).error().code; };
  EXPECT_EQ(code(), ErrorCode::idempotency_key_reused);
  rows.set.known_keys.clear();
  EXPECT_EQ(code(), ErrorCode::queue_token_not_active);
  EXPECT_EQ(hold(ask).error().position, 5);
  ask.entry_refusal = {};
  EXPECT_EQ(code(), ErrorCode::concert_not_found);
  ask.concert = kConcert;
  EXPECT_EQ(code(), ErrorCode::schedule_not_found);
  ask.schedule = kOtherSchedule;
  EXPECT_EQ(code(), ErrorCode::schedule_not_found) << "of another concert";
  ask.schedule = kSchedule;
  EXPECT_EQ(code(), ErrorCode::seat_not_found);
  ask.seats = {{101}, {201}, {102}};
  EXPECT_EQ(code(), ErrorCode::seat_not_found) << "of another schedule";
  ask.seats = {{101}, {102}};
  EXPECT_EQ(code(), ErrorCode::booking_not_open);
  rows.set.concerts.at(kConcert).booking = {};
  EXPECT_EQ(code(), ErrorCode::seat_already_reserved);
  EXPECT_THAT(hold(ask).error().seat_ids, ElementsAre(SeatId{102}));
  ask.seats = {{101}};
  EXPECT_EQ(code(), ErrorCode::seat_limit_exceeded);
  EXPECT_EQ(hold(ask).error().seats_left_for_user, 0);
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_EQ(rows.set.take_id(IdKind::reservation), 1'001) << "no id was spent";
}

TEST_F(HoldTest, CountsEveryRefusalInTheMetrics) {
  EXPECT_FALSE(hold(kAnn, {999}).has_value());
  EXPECT_EQ(rows.metrics.holds_refused.Value(), 1);
  EXPECT_EQ(rows.metrics.holds_granted.Value(), 0);
}

// The limit.

TEST_F(HoldTest, CountsLiveSeatsOfTheConcertOnly) {
  rows.store_paid(kAnn, {{201}}, {21});                           // another schedule of the concert: counts
  rows.store_hold(kAnn, {{102}}, now() + milliseconds{1}, {22});  // held: counts
  rows.store_hold(kAnn, {{103}}, now(), {23});                    // over: does not count
  rows.store_hold(kAnn, {{104}}, now() + seconds{9}, {24});
  rows.store_ending({24}, ReservationStatus::cancelled);            // does not count
  rows.store_hold(kAnn, {{301}, {302}}, now() + seconds{9}, {25});  // another concert: does not count
  rows.store_hold(kBob, {{105}, {106}}, now() + seconds{9}, {26});  // another user's
  const auto refused = hold(kAnn, {107, 108, 109});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::seat_limit_exceeded);
  EXPECT_EQ(refused.error().seats_left_for_user, 2);
  const auto granted = hold(kAnn, {107, 108});
  ASSERT_TRUE(granted.has_value());
  EXPECT_EQ(granted->seats_left_for_user, 0);
}

TEST_F(HoldTest, TwoOfOneUserInOneBatchCannotPassTheLimitTogether) {
  EXPECT_TRUE(hold(kAnn, {101, 102, 103}).has_value());
  const auto second = hold(kAnn, {104, 105});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::seat_limit_exceeded);
  EXPECT_EQ(second.error().seats_left_for_user, 1);
  EXPECT_TRUE(hold(kAnn, {104}).has_value());
  EXPECT_TRUE(hold(kBob, {105, 106, 107, 108}).has_value());
}

TEST_F(HoldTest, OfOneSeatByTwoInOneBatchHasOneWinner) {
  ASSERT_TRUE(hold(kAnn, {101, 102}).has_value());
  const auto second = hold(kBob, {103, 102, 101});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::seat_already_reserved);
  EXPECT_THAT(second.error().seat_ids, ElementsAre(SeatId{102}, SeatId{101})) << "as asked";
  EXPECT_EQ(rows.seat(103).status, SeatStatus::available) << "all or nothing";
  EXPECT_THAT(rows.set.events, SizeIs(1));
}

// Repeats.

TEST_F(HoldTest, OfExactlyTheOwnSeatsIsAnsweredWithTheHoldThereIs) {
  rows.store_hold(kAnn, {{101}, {102}}, now() + seconds{9}, {21});
  HoldRequest again = request(kAnn, {102, 101});
  again.entry_refusal = Refusal{.code = ErrorCode::queue_token_expired};
  const auto outcome = hold(again);
  ASSERT_TRUE(outcome.has_value()) << "before any gate";
  EXPECT_FALSE(outcome->is_new);
  EXPECT_EQ(outcome->reservation.id, ReservationId{21});
  EXPECT_EQ(outcome->reservation.expires_at, now() + seconds{9}) << "a retry moves no deadline";
  EXPECT_EQ(outcome->seats_left_for_user, 2);
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_EQ(hold(kAnn, {101}).error().code, ErrorCode::seat_already_reserved) << "a part of them is not exactly them";
  EXPECT_EQ(hold(kAnn, {101, 102, 103}).error().code, ErrorCode::seat_already_reserved);
  EXPECT_EQ(hold(kBob, {101, 102}).error().code, ErrorCode::seat_already_reserved);
}

TEST_F(HoldTest, OfTheOwnSeatsUnderAnotherConcertIsNotFound) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  HoldRequest elsewhere = request(kAnn, {101});
  elsewhere.concert = kOtherConcert;
  EXPECT_EQ(hold(elsewhere).error().code, ErrorCode::schedule_not_found);
}

TEST_F(HoldTest, OfTheOwnSeatsAfterTheDeadlineIsANewHold) {
  rows.store_hold(kAnn, {{101}}, now(), {21});
  const auto outcome = hold(kAnn, {101});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->is_new);
  EXPECT_NE(outcome->reservation.id, ReservationId{21});
  EXPECT_EQ(rows.reservation({21}).status, ReservationStatus::expired);
}

TEST_F(HoldTest, OfTheOwnBoughtSeatsIsTaken) {
  rows.store_paid(kAnn, {{101}}, {21});
  EXPECT_EQ(hold(kAnn, {101}).error().code, ErrorCode::seat_already_reserved);
}

TEST_F(HoldTest, WithTheSameKeyIsAnsweredWithTheReservationAsItIsNow) {
  HoldRequest ask = request(kAnn, {101});
  ask.idempotent = keyed(kAnn, Operation::hold, 1, 42);
  const auto first = hold(ask);
  ASSERT_TRUE(first.has_value());
  const ReservationId id = first->reservation.id;
  ASSERT_THAT(rows.set.new_keys, SizeIs(1));
  EXPECT_EQ(rows.set.new_keys[0].created_at, now());
  const auto twice_in_a_batch = hold(ask);
  ASSERT_TRUE(twice_in_a_batch.has_value());
  EXPECT_EQ(twice_in_a_batch->reservation.id, id);

  for (const ReservationStatus later :
       {ReservationStatus::held, ReservationStatus::confirmed, ReservationStatus::expired, ReservationStatus::cancelled}) {
    rows.set.reservations.at(id).reservation.status = later;
    HoldRequest again = ask;
    again.entry_refusal = Refusal{.code = ErrorCode::queue_token_completed};
    const auto replay = hold(again);
    ASSERT_TRUE(replay.has_value()) << "before any gate";
    EXPECT_TRUE(replay->is_new) << "the same status as the first answer";
    EXPECT_TRUE(replay->is_replay);
    EXPECT_EQ(replay->reservation.id, id);
    EXPECT_EQ(replay->reservation.status, later) << "no hold of the past";
    const bool counts = later == ReservationStatus::held || later == ReservationStatus::confirmed;
    EXPECT_EQ(replay->seats_left_for_user, counts ? 3 : 4) << "what may be taken now";
  }
  rows.set.reservations.at(id).reservation.status = ReservationStatus::held;
  rows.set.now = first->reservation.expires_at;
  EXPECT_EQ(hold(ask)->reservation.status, ReservationStatus::expired) << "whether or not anything has recorded it";
  HoldRequest other = request(kAnn, {102});
  other.idempotent = keyed(kAnn, Operation::hold, 1, 43);
  EXPECT_EQ(hold(other).error().code, ErrorCode::idempotency_key_reused);
  EXPECT_THAT(rows.set.events, SizeIs(1));
}

TEST_F(HoldTest, IsMadeAtTheExpectedPriceOnly) {
  HoldRequest ask = request(kAnn, {101, 102});
  ask.expected = kSeatPrice;
  const auto refused = hold(ask);
  EXPECT_EQ(refused.error().code, ErrorCode::price_changed);
  EXPECT_EQ(refused.error().amount, 2 * kSeatPrice.value);
  EXPECT_FALSE(rows.set.is_changed());
  ask.expected = Points{2 * kSeatPrice.value};
  ASSERT_TRUE(hold(ask).has_value());
  EXPECT_FALSE(hold(ask)->is_new) << "asked again";
  ask.expected = kSeatPrice;
  EXPECT_EQ(hold(ask).error().code, ErrorCode::price_changed) << "the own hold has its price, too";
}

TEST_F(HoldTest, OfADateThatIsOverIsRefusedAndALiveHoldOfItStaysPayable) {
  const auto held = hold(kAnn, {101});
  ASSERT_TRUE(held.has_value());
  rows.set.schedules.at(kSchedule).starts_at = now();
  EXPECT_EQ(hold(kBob, {102}).error().code, ErrorCode::booking_not_open);
  EXPECT_FALSE(hold(kAnn, {101})->is_new) << "asked again, the promise stands";
  EXPECT_TRUE(rows.run<PayReservation>(kAnn, held->reservation.id, std::nullopt, rows.metrics).has_value());
}

TEST_F(HoldTest, ThatIsRefusedLeavesNoKeyBehind) {
  rows.store_hold(kBob, {{101}}, now() + seconds{9}, {21});
  HoldRequest ask = request(kAnn, {101});
  ask.idempotent = keyed(kAnn, Operation::hold, 1, 42);
  EXPECT_FALSE(hold(ask).has_value());
  EXPECT_THAT(rows.set.known_keys, IsEmpty());
  ask.idempotent->fingerprint = 43;
  ask.seats = {{102}};
  EXPECT_TRUE(hold(ask).has_value()) << "the key is free for another request";
}

// Taking over.

TEST_F(HoldTest, IsRefusedAfterTooManyThatEndedUnpaid) {
  const HoldLimits limited{.unpaid_holds_per_hour = 2};
  for (const int id : {1, 2}) {
    rows.store_hold(kAnn, {{101}}, now() + seconds{100}, {id});
    rows.store_ending({id}, ReservationStatus::cancelled);
    rows.set.reservations.at({id}).reservation.ended_at = now() - seconds{id};
  }
  const auto refused = rows.run<HoldSeats>(request(kAnn, {102}), limited, rows.metrics);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_many_unpaid_holds);
  EXPECT_EQ(refused.error().retry_after, std::chrono::hours{1} - seconds{2});
  EXPECT_TRUE(hold(kAnn, {102})) << "without a limit";
  EXPECT_TRUE(rows.run<HoldSeats>(request(kBob, {103}), limited, rows.metrics));
}

// In one batch a give-back and a new hold of the seat.
TEST_F(HoldTest, OfASeatGivenBackTwiceIsRefusedForAWhileInTheSameBatchToo) {
  const HoldLimits limited{.seat_cool_down = seconds{60}};
  const auto hold_again = [&] { return rows.run<HoldSeats>(request(kAnn, {101}), limited, rows.metrics); };
  for (int i = 0; i < 2; ++i) {
    const auto held = hold_again();
    ASSERT_TRUE(held);
    rows.run<CancelReservation>(kAnn, held->reservation.id);
  }
  const auto refused = hold_again();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::seat_cooling_down);
  EXPECT_THAT(refused.error().seat_ids, ElementsAre(SeatId{101}));
  EXPECT_TRUE(rows.run<HoldSeats>(request(kBob, {101}), limited, rows.metrics));
}

TEST_F(HoldTest, OfALapsedSeatEndsTheWholeOldReservationOnce) {
  rows.store_hold(kBob, {{101}, {102}, {103}}, now(), {21});
  const auto outcome = hold(kAnn, {102, 101});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(rows.reservation({21}).status, ReservationStatus::expired);
  EXPECT_EQ(rows.reservation({21}).ended_at, now());
  EXPECT_EQ(rows.seat(103).status, SeatStatus::available);
  EXPECT_EQ(rows.seat(103).reservation, ReservationId{});
  EXPECT_EQ(rows.seat(101).reservation, outcome->reservation.id);
  EXPECT_EQ(rows.seat(101).status, SeatStatus::held);
  EXPECT_EQ(rows.seat(101).held_until, now() + seconds{300});
  EXPECT_THAT(rows.events(),
              ElementsAre(Pair(reservation_expired, ReservationId{21}), Pair(reservation_created, outcome->reservation.id)));
  EXPECT_EQ(rows.set.events[0].seq, 2);
}

TEST_F(HoldTest, OfSeatsOfTwoLapsedReservationsEndsBoth) {
  rows.store_hold(kBob, {{101}}, now(), {21});
  rows.store_hold(kAnn, {{102}}, now() - seconds{9}, {22});
  ASSERT_TRUE(hold(kAnn, {101, 102, 103}).has_value());
  EXPECT_THAT(rows.events(),
              UnorderedElementsAre(Pair(reservation_expired, ReservationId{21}),
                                   Pair(reservation_expired, ReservationId{22}),
                                   Pair(reservation_created, testing::_)));
}

TEST_F(HoldTest, ThatIsRefusedEndsNothing) {
  rows.store_hold(kBob, {{101}, {102}}, now(), {21});
  rows.store_paid(kBob, {{103}}, {22});
  EXPECT_EQ(hold(kAnn, {101, 103}).error().code, ErrorCode::seat_already_reserved);
  EXPECT_EQ(rows.reservation({21}).status, ReservationStatus::held);
  EXPECT_EQ(rows.seat(101).status, SeatStatus::held);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(HoldTest, TriesAgainWhenTheReservationToBeEndedIsNotAllThere) {
  rows.store_hold(kBob, {{101}, {102}}, now(), {21});
  const SeatRecord other = rows.set.seats.at({102});
  rows.set.seats.erase({102});
  hold(kAnn, {101});
  EXPECT_EQ(rows.last_verdict, Verdict::again);
  EXPECT_FALSE(rows.set.is_changed());
  rows.set.seats[{102}] = other;
  rows.set.reservations.erase({21});
  hold(kAnn, {101});
  EXPECT_EQ(rows.last_verdict, Verdict::again);
  EXPECT_FALSE(rows.set.is_changed());
}

// Giving back.

class EndingTest : public HoldTest {
 protected:
  Result<Nothing> cancel(UserId user, ReservationId id) { return rows.run<CancelReservation>(user, id); }
  Result<Nothing> expire(std::vector<ReservationId> due) { return rows.run<ExpireReservations>(std::move(due)); }
};

TEST_F(EndingTest, GivingBackFreesTheSeats) {
  rows.store_hold(kAnn, {{101}, {102}}, now() + milliseconds{1}, {21});
  ASSERT_TRUE(cancel(kAnn, {21}).has_value());
  EXPECT_EQ(rows.reservation({21}).status, ReservationStatus::cancelled);
  EXPECT_EQ(rows.reservation({21}).ended_at, now());
  for (const std::int64_t id : {101, 102}) {
    EXPECT_EQ(rows.seat(id).status, SeatStatus::available);
    EXPECT_EQ(rows.seat(id).reservation, ReservationId{});
    EXPECT_EQ(rows.seat(id).held_until, TimePoint{});
  }
  EXPECT_THAT(rows.events(), ElementsAre(Pair(reservation_cancelled, ReservationId{21})));
  ASSERT_TRUE(cancel(kAnn, {21}).has_value()) << "twice is once";
  EXPECT_THAT(rows.set.events, SizeIs(1));
}

TEST_F(EndingTest, GivingBackAtTheDeadlineIsAnExpiry) {
  rows.store_hold(kAnn, {{101}}, now(), {21});
  ASSERT_TRUE(cancel(kAnn, {21}).has_value());
  EXPECT_EQ(rows.reservation({21}).status, ReservationStatus::expired);
  EXPECT_THAT(rows.events(), ElementsAre(Pair(reservation_expired, ReservationId{21})));
}

TEST_F(EndingTest, GivingBackWhatIsOverChangesNothing) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  for (const ReservationStatus ending : {ReservationStatus::expired, ReservationStatus::cancelled}) {
    rows.store_ending({21}, ending);
    EXPECT_TRUE(cancel(kAnn, {21}).has_value());
    EXPECT_FALSE(rows.set.is_changed());
  }
}

TEST_F(EndingTest, GivingBackIsRefusedForOthersAndForWhatIsPaid) {
  rows.store_hold(kBob, {{101}}, now() + seconds{9}, {21});
  rows.store_paid(kAnn, {{102}}, {22});
  EXPECT_EQ(cancel(kAnn, {21}).error().code, ErrorCode::reservation_not_found);
  EXPECT_EQ(cancel(kAnn, {99}).error().code, ErrorCode::reservation_not_found);
  EXPECT_EQ(cancel(kBob, {22}).error().code, ErrorCode::reservation_not_found) << "also when it is paid";
  EXPECT_EQ(cancel(kAnn, {22}).error().code, ErrorCode::reservation_not_cancellable);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(EndingTest, TheOperatorGivesBackAnybodysHold) {
  rows.store_hold(kAnn, {{101}}, rows.set.now + seconds{1}, {1});
  EXPECT_TRUE(rows.run<CancelReservation>(UserId{}, ReservationId{1}));
  EXPECT_EQ(rows.seat(101).status, SeatStatus::available);
  EXPECT_TRUE(rows.run<CancelReservation>(UserId{}, ReservationId{1}));
  rows.store_paid(kBob, {{102}}, {2});
  EXPECT_EQ(rows.run<CancelReservation>(UserId{}, ReservationId{2}).error().code, ErrorCode::reservation_not_cancellable);
  EXPECT_EQ(rows.run<CancelReservation>(UserId{}, ReservationId{3}).error().code, ErrorCode::reservation_not_found);
  EXPECT_THAT(rows.events(), ElementsAre(Pair(reservation_cancelled, ReservationId{1})));
  EXPECT_THAT(rows.set.deeds, ElementsAre(testing::Field(&Deed::subject, SubjectId{1}))) << "of the one that an operator ended";
}

TEST_F(EndingTest, GivingBackTriesAgainWhenASeatIsMissing) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  rows.set.seats.erase({101});
  cancel(kAnn, {21});
  EXPECT_EQ(rows.last_verdict, Verdict::again);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(EndingTest, ASeatGivenBackMayBeHeldInTheSameBatch) {
  rows.store_hold(kAnn, {{101}}, now() + seconds{9}, {21});
  ASSERT_TRUE(cancel(kAnn, {21}).has_value());
  const auto outcome = hold(kBob, {101});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(rows.seat(101).reservation, outcome->reservation.id);
}

// Due holds.

TEST_F(EndingTest, EndsThoseOfTheNamedThatAreDueAndNoOther) {
  rows.store_hold(kAnn, {{101}}, now(), {21});
  rows.store_hold(kAnn, {{102}}, now() + milliseconds{1}, {22});
  rows.store_paid(kBob, {{103}}, {23});
  rows.store_hold(kBob, {{104}}, now() - seconds{9}, {24});
  rows.store_ending({24}, ReservationStatus::cancelled);
  rows.store_hold(kBob, {{105}}, now() - seconds{9}, {25});  // due, but not named
  rows.store_hold(kBob, {{106}, {107}}, now() - seconds{9}, {26});
  rows.set.seats.erase({107});  // this one cannot end in this batch
  ASSERT_TRUE(expire({{21}, {22}, {23}, {24}, {26}, {99}, {21}}).has_value());
  EXPECT_THAT(rows.events(), ElementsAre(Pair(reservation_expired, ReservationId{21})));
  EXPECT_EQ(rows.seat(101).status, SeatStatus::available);
  EXPECT_EQ(rows.seat(102).status, SeatStatus::held);
  EXPECT_EQ(rows.seat(103).status, SeatStatus::sold);
  EXPECT_EQ(rows.reservation({25}).status, ReservationStatus::held);
  EXPECT_EQ(rows.reservation({26}).status, ReservationStatus::held);
}

TEST_F(EndingTest, WithNothingDueChangesNothing) {
  rows.store_hold(kAnn, {{101}}, now() + milliseconds{1}, {21});
  ASSERT_TRUE(expire({{21}, {99}}).has_value());
  ASSERT_TRUE(expire({}).has_value());
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(EndingTest, AHoldTakenOverInTheBatchIsNotEndedAgain) {
  rows.store_hold(kBob, {{101}}, now(), {21});
  ASSERT_TRUE(hold(kAnn, {101}).has_value());
  ASSERT_TRUE(expire({{21}}).has_value());
  EXPECT_THAT(rows.set.events, SizeIs(2));
  EXPECT_EQ(rows.seat(101).status, SeatStatus::held);
}

TEST(WhatCommandsDeclare, IsAllTheyLookAt) {
  Metrics metrics;
  HoldRequest ask = request(kAnn, {103, 101});
  ask.idempotent = keyed(kAnn, Operation::hold, 1, 42);
  Keys keys;
  HoldSeats(ask, kLimits, metrics, [](auto) {}).declare(keys);
  CancelReservation(kAnn, {21}, [](auto) {}).declare(keys);
  ExpireReservations({{22}, {23}}, [](auto) {}).declare(keys);
  EXPECT_THAT(keys.holders, ElementsAre(Holder{kAnn, kConcert}));
  EXPECT_THAT(keys.seats, ElementsAre(SeatId{103}, SeatId{101}));
  EXPECT_THAT(keys.concerts, ElementsAre(kConcert));
  EXPECT_THAT(keys.schedules, ElementsAre(kSchedule));
  EXPECT_THAT(keys.idempotency, SizeIs(1));
  EXPECT_THAT(keys.reservations, ElementsAre(ReservationId{21}, ReservationId{22}, ReservationId{23}));
  EXPECT_EQ(keys.new_ids[static_cast<std::size_t>(IdKind::reservation)], 1);
}

}  // namespace
}  // namespace frontrow
