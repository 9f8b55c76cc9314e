// The contents of a batch's working set.
#include <algorithm>

#include "contract/store_contract.hpp"

namespace frontrow {
namespace {

TEST_P(StoreContract, LoadsNothingForKeysNobodyHas) {
  const WorkingSet set = read([](Keys& keys) {
    keys.accounts = {kAnn};
    keys.holders = {{kAnn, {1}}};
    keys.seats = {{1}};
    keys.reservations = {{1}};
    keys.concerts = {{1}};
    keys.schedules = {{1}};
    keys.idempotency = {key_of(kAnn, Operation::hold, 1)};
  });
  EXPECT_EQ(set.account(kAnn).balance, Points{0});
  EXPECT_EQ(set.seat({1}), nullptr);
  EXPECT_EQ(set.reservation({1}), nullptr);
  EXPECT_EQ(set.concert({1}), nullptr);
  EXPECT_EQ(set.schedule({1}), nullptr);
  EXPECT_EQ(set.idempotency(key_of(kAnn, Operation::hold, 1)), nullptr);
  EXPECT_TRUE(set.reservations_of(kAnn).empty());
  EXPECT_FALSE(set.is_changed());
}

TEST_P(StoreContract, LoadsTheCatalogRowsNamed) {
  const TimePoint opens = clock().now() + std::chrono::hours{1};
  const MadeConcert made =
      made_concert({.concert = {.id = {},
                                .title = "밤의 현악",
                                .artist = "Quartet",
                                .venue = "Hall",
                                .booking = {.opens_at = opens, .closes_at = {}},
                                .queue = {.enabled = false, .max_active = 3, .admissions_per_second = 2, .wants_pass = true}}});
  const WorkingSet set = read([&](Keys& keys) {
    keys.concerts = {made.concert, made.concert};
    keys.schedules = made.schedules;
    keys.seats = {made.seats[0][4]};
  });
  const Concert& concert = *set.concert(made.concert);
  EXPECT_EQ(concert.title, "밤의 현악");
  EXPECT_EQ(concert.artist, "Quartet");
  EXPECT_EQ(concert.venue, "Hall");
  EXPECT_EQ(concert.booking, (BookingWindow{.opens_at = opens, .closes_at = {}}));
  EXPECT_EQ(concert.queue, (QueueSettings{.enabled = false, .max_active = 3, .admissions_per_second = 2, .wants_pass = true}));
  EXPECT_EQ(set.schedule(made.schedules[0])->concert, made.concert);
  EXPECT_EQ(set.schedule(made.schedules[0])->starts_at, clock().now() + std::chrono::days{3'650});
  const Seat& seat = set.seat(made.seats[0][4])->seat;
  EXPECT_EQ(seat.place.schedule, made.schedules[0]);
  EXPECT_EQ(seat.place.number, 5);
  EXPECT_EQ(seat.price, Points{50'000});
  EXPECT_EQ(seat.status, SeatStatus::available);
}

TEST_P(StoreContract, LoadsTheUnpaidHoldsOfAUsersPastHour) {
  const auto made = made_concert(), other = made_concert();
  const auto& seats = made.seats[0];
  const ReservationId old = made_hold(kAnn, {seats[0]});
  execute(store(), end(old, ReservationStatus::cancelled));
  clock().advance(std::chrono::hours{1});
  const ReservationId back = made_hold(kAnn, {seats[1], seats[2]});
  execute(store(), end(back, ReservationStatus::cancelled));
  const ReservationId over = made_hold(kAnn, {seats[3]});
  clock().advance(kHold);
  execute(store(), end(over, ReservationStatus::expired));
  const ReservationId of_another = made_hold(kBen, {seats[4]});
  execute(store(), end(of_another, ReservationStatus::cancelled));
  const ReservationId live = made_hold(kAnn, {seats[5]});
  const WorkingSet set = read([&](Keys& keys) {
    keys.holders = {{kAnn, made.concert}};
    keys.unpaid_of = {{kAnn, made.concert}};
  });
  EXPECT_EQ(set.reservation(old), nullptr) << "more than an hour ago";
  EXPECT_EQ(set.reservation(of_another), nullptr);
  EXPECT_EQ(set.reservations_of(kAnn).size(), 3U);
  ASSERT_NE(set.reservation(back), nullptr);
  EXPECT_EQ(set.reservation(back)->reservation.status, ReservationStatus::cancelled);
  EXPECT_EQ(set.reservation(back)->reservation.seats.size(), 2U);
  EXPECT_EQ(set.reservation(over)->reservation.status, ReservationStatus::expired);
  EXPECT_EQ(set.reservation(live)->reservation.status, ReservationStatus::held);
  const WorkingSet elsewhere = read([&](Keys& keys) { keys.unpaid_of = {{kAnn, other.concert}}; });
  EXPECT_TRUE(elsewhere.reservations_of(kAnn).empty());
}

TEST_P(StoreContract, LoadsRowsOfSeatsAloneBesideSeatsToBeHad) {
  const auto seats = made_concert().seats[0];
  const ReservationId over = made_hold(kAnn, {seats[0], seats[1]});
  clock().advance(kHold);
  const auto read_both = [&](std::vector<SeatId> rows, std::vector<SeatId> wanted) {
    return read([&](Keys& keys) {
      keys.seat_rows = rows;
      keys.seats = wanted;
    });
  };
  const WorkingSet alone = read_both({seats[3], seats[0], seats[3], {999}}, {});
  EXPECT_EQ(alone.seat(seats[0])->seat.reservation, over);
  EXPECT_EQ(alone.seat(seats[3])->seat.price, Points{50'000});
  EXPECT_EQ(alone.seat({999}), nullptr);
  EXPECT_EQ(alone.seat(seats[1]), nullptr);
  EXPECT_EQ(alone.reservation(over), nullptr) << "nobody is to have the seat";
  const WorkingSet both = read_both({seats[0], seats[2]}, {seats[0]});
  EXPECT_NE(both.reservation(over), nullptr);
  EXPECT_NE(both.seat(seats[1]), nullptr);
  EXPECT_NE(both.seat(seats[2]), nullptr);
}

TEST_P(StoreContract, LoadsANamedReservationWithSeatsTheirRowsAndPayment) {
  const auto seats = made_concert().seats[0];
  const ReservationId sold = made_sale(kAnn, {seats[2], seats[0]});
  const ReservationId held = made_hold(kBen, {seats[5]});
  const WorkingSet set = read([&](Keys& keys) { keys.reservations = {sold, held}; });
  const ReservationRecord& record = *set.reservation(sold);
  EXPECT_EQ(record.reservation.user, kAnn);
  EXPECT_EQ(record.reservation.status, ReservationStatus::confirmed);
  EXPECT_EQ(record.stored, ReservationStatus::confirmed);
  EXPECT_EQ(record.reservation.amount, Points{100'000});
  EXPECT_EQ(record.reservation.last_seq, 2);
  ASSERT_EQ(record.reservation.seats.size(), 2u);
  EXPECT_EQ(record.reservation.seats[0].id, seats[0]) << "in order of id";
  EXPECT_EQ(record.reservation.seats[1].number, 3);
  ASSERT_TRUE(record.payment);
  EXPECT_EQ(record.payment->amount, Points{100'000});
  EXPECT_EQ(record.payment->balance, Points{900'000});
  EXPECT_FALSE(record.has_new_payment);
  EXPECT_EQ(set.seat(seats[5])->seat.status, SeatStatus::held);
  EXPECT_EQ(set.seat(seats[5])->seat.held_until, clock().now() + kHold);
  EXPECT_FALSE(set.reservation(held)->payment);
}

TEST_P(StoreContract, LoadsTheLiveReservationsOfAHolderOnly) {
  const auto seats = made_concert({.seats_of_schedules = {6, 6}}).seats;
  const ReservationId held = made_hold(kAnn, {seats[0][0], seats[0][1]});
  const ReservationId sold = made_sale(kAnn, {seats[1][0]});
  const ReservationId given_back = made_hold(kAnn, {seats[1][1]});
  execute(store(), end(given_back, ReservationStatus::cancelled));
  made_hold(kBen, {seats[1][2]});
  const WorkingSet set = read([&](Keys& keys) { keys.holders = {{kAnn, {1}}, {kCho, {1}}}; });
  std::vector<ReservationId> mine;
  for (const Reservation* reservation : set.reservations_of(kAnn)) mine.push_back(reservation->id);
  std::ranges::sort(mine);
  EXPECT_EQ(mine, (std::vector{held, sold}));
  EXPECT_EQ(set.reservation(held)->reservation.seats.size(), 2u);
  EXPECT_TRUE(set.reservations_of(kBen).empty());
  EXPECT_TRUE(set.reservations_of(kCho).empty());
}

TEST_P(StoreContract, LoadsOfAHolderOnlyWhatIsOfTheConcert) {
  const MadeConcert here = made_concert(), elsewhere = made_concert();
  const ReservationId mine = made_hold(kAnn, {here.seats[0][0]}, {.concert = here.concert});
  const ReservationId other = made_hold(kAnn, {elsewhere.seats[0][0]}, {.concert = elsewhere.concert});
  const WorkingSet set = read([&](Keys& keys) { keys.holders = {{kAnn, here.concert}, {kBen, elsewhere.concert}}; });
  EXPECT_NE(set.reservation(mine), nullptr);
  EXPECT_EQ(set.reservation(other), nullptr);
  const WorkingSet both = read([&](Keys& keys) { keys.holders = {{kAnn, here.concert}, {kAnn, elsewhere.concert}}; });
  EXPECT_EQ(both.reservations_of(kAnn).size(), 2u);
}

TEST_P(StoreContract, LoadsAHoldThatIsOverWithAllItsSeats) {
  const auto seats = made_concert().seats[0];
  const ReservationId over = made_hold(kAnn, {seats[0], seats[1], seats[2]});
  clock().advance(kHold);
  const WorkingSet set = read([&](Keys& keys) { keys.seats = {seats[1]}; });
  ASSERT_NE(set.reservation(over), nullptr) << "at the deadline itself";
  EXPECT_EQ(set.reservation(over)->reservation.seats.size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_NE(set.seat(seats[static_cast<std::size_t>(i)]), nullptr);
  EXPECT_EQ(set.seat(seats[3]), nullptr);
}

TEST_P(StoreContract, LoadsARecordedAnswerWithTheReservationItMade) {
  const auto seats = made_concert().seats[0];
  const IdempotencyKey hold_key = key_of(kAnn, Operation::hold, 1), pay_key = key_of(kAnn, Operation::pay, 1);
  const ReservationId id = made_hold(kAnn, {seats[0]}, {.key = hold_key});
  execute(store(), charge(kAnn, {70'000}, key_of(kAnn, Operation::charge, 1)));
  execute(store(), pay(id, kAnn, made<PaymentId>(), pay_key));
  {
    const WorkingSet set = read([&](Keys& keys) { keys.idempotency = {hold_key, key_of(kBen, Operation::hold, 1)}; });
    const IdempotencyRecord& record = *set.idempotency(hold_key);
    EXPECT_EQ(record.key, hold_key);
    EXPECT_EQ(record.fingerprint, 7);
    EXPECT_EQ(record.result, id.value);
    EXPECT_EQ(record.values, (std::array<std::int64_t, 3>{3, -1, 1LL << 62}));
    EXPECT_EQ(record.created_at, clock().now());
    EXPECT_EQ(set.reservation(id)->reservation.seats.size(), 1u);
    EXPECT_EQ(set.idempotency(key_of(kBen, Operation::hold, 1)), nullptr) << "another owner's key of the same text";
  }
  // The payment is there too if the user's reservations are read in the same batch.
  const WorkingSet set = read([&](Keys& keys) {
    keys.holders = {{kAnn, {1}}};
    keys.idempotency = {pay_key, key_of(kAnn, Operation::charge, 1)};
  });
  ASSERT_TRUE(set.reservation(id)->payment);
  EXPECT_EQ(set.reservation(id)->payment->balance, Points{20'000});
  EXPECT_EQ(set.idempotency(key_of(kAnn, Operation::charge, 1))->values[0], 70'000);
}

TEST_P(StoreContract, TellsTheTimeOfTheClock) {
  clock().advance(Duration{1'234});
  EXPECT_EQ(read([](Keys&) {}).now, clock().now());
}

TEST_P(StoreContract, LendsAsManyIdsAsWereDeclared) {
  const auto taken = std::make_shared<std::vector<std::int64_t>>();
  const auto take = [taken](int count) {
    return std::make_unique<LambdaCommand>(
        [=](Keys& keys) { keys.new_ids[static_cast<std::size_t>(IdKind::reservation)] += count; },
        [=](WorkingSet& set) {
          for (int i = 0; i < count; ++i) taken->push_back(set.take_id(IdKind::reservation));
          return Verdict::decided;
        });
  };
  std::vector<CommandPtr> batch;
  batch.push_back(take(3));
  batch.push_back(take(2));
  const Executed executed = execute(store(), batch);
  EXPECT_EQ(*taken, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  const IdRange& range = executed.set.ids[static_cast<std::size_t>(IdKind::reservation)];
  EXPECT_EQ(range.next, range.end);
}

}  // namespace
}  // namespace frontrow
