// The answers of readers, and of the load at start.
#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "contract/store_contract.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;

TEST_P(StoreContract, LoadsInOrderOfIdWhatTheLiveStateIsMadeOf) {
  const MadeConcert made = made_concert({.seats_of_schedules = {2, 3}});
  made_concert();
  made_hold(kAnn, {made.seats[1][2], made.seats[1][0]}, {.ticket = {4}});
  made_sale(kBen, {made.seats[0][1]}, {.ticket = {9}});
  const ReservationId over = made_hold(kCho, {made.seats[0][0]}, {.ticket = {11}});
  execute(store(), end(over, ReservationStatus::cancelled));
  const Loaded loaded = load(store());
  ASSERT_EQ(loaded.concerts.size(), 2u);
  EXPECT_EQ(loaded.concerts[0].title, "Night of Strings");
  ASSERT_EQ(loaded.schedules.size(), 3u);
  EXPECT_EQ(loaded.schedules[1].concert, made.concert);
  ASSERT_EQ(loaded.sections.size(), 3u);
  EXPECT_EQ(loaded.sections[0].name, "Stalls");
  ASSERT_EQ(loaded.seats.size(), 15u);
  EXPECT_TRUE(std::ranges::is_sorted(loaded.seats, {}, [](const Seat& seat) { return seat.place.id; }));
  EXPECT_EQ(loaded.seats[1].status, SeatStatus::sold);
  ASSERT_EQ(loaded.held.size(), 1u);
  EXPECT_EQ(loaded.held[0].user, kAnn);
  EXPECT_EQ(loaded.held[0].ticket, TicketNumber{4});
  EXPECT_THAT(loaded.held[0].seats,
              ElementsAre(testing::Field(&ReservedSeat::number, 1), testing::Field(&ReservedSeat::number, 3)));
  EXPECT_TRUE(loaded.completed.empty()) << "only tickets that are live matter";
  EXPECT_EQ(loaded.schedules[0].seat_count, 2);
  EXPECT_EQ(loaded.schedules[1].first_seat, made.seats[1][0]);
  EXPECT_EQ(loaded.schedules[0].available_seats, 1);
  EXPECT_EQ(loaded.schedules[1].available_seats, 1);
}

TEST_P(StoreContract, ReadsTheSeatsOfADateInOneMoment) {
  const MadeConcert made = made_concert({.seats_of_schedules = {2, 3}});
  const ReservationId held = made_hold(kAnn, {made.seats[1][2], made.seats[1][0]});
  made_sale(kBen, {made.seats[1][1]});
  const auto read = reader();
  const auto map = read->seat_map(made.schedules[1]);
  ASSERT_TRUE(map);
  EXPECT_GE(map->version, 2);
  ASSERT_EQ(map->sections.size(), 1u);
  EXPECT_EQ(map->sections[0].name, "Stalls");
  std::vector<SeatId> ids;
  std::vector<SeatStatus> statuses;
  for (const Seat& seat : map->seats) ids.push_back(seat.place.id), statuses.push_back(seat.status);
  EXPECT_EQ(ids, made.seats[1]) << "in order, and none of another date";
  EXPECT_THAT(statuses, ElementsAre(SeatStatus::held, SeatStatus::sold, SeatStatus::held));
  if (!map->holders.empty()) {
    EXPECT_EQ(map->holders, (std::unordered_map<ReservationId, UserId>{{held, kAnn}}));
  }
  EXPECT_FALSE(read->seat_map({12'345}));
}

TEST_P(StoreContract, ReadsWhereSeatsAre) {
  const MadeConcert made = made_concert({.seats_of_schedules = {2, 3}});
  const auto read = reader();
  const std::vector<SeatId> asked{made.seats[1][2], made.seats[0][0], {987'654}};
  auto labels = read->seat_labels(asked);
  std::ranges::sort(labels, {}, &SeatLabel::seat);
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(labels[0].seat, made.seats[0][0]);
  EXPECT_EQ(labels[0].section, "Stalls");
  EXPECT_EQ(labels[0].row, read->seat_map(made.schedules[0])->seats[0].place.row);
  EXPECT_TRUE(read->seat_labels({}).empty());
}

TEST_P(StoreContract, LoadsForAVisitorThatWantsNothing) {
  made_hold(kAnn, {made_concert().seats[0][0]});
  store().load({});
}

TEST_P(StoreContract, ReadsAReservationByIdAndByUser) {
  const auto seats = made_concert().seats[0];
  const ReservationId first = made_hold(kAnn, {seats[0]}, {.ticket = {5}});
  const ReservationId second = made_hold(kAnn, {seats[1], seats[2]});
  clock().advance(Duration{1});
  const ReservationId third = made_hold(kAnn, {seats[3]});
  made_hold(kBen, {seats[4]});
  const auto read = reader();
  EXPECT_EQ(read->reservation(first)->ticket, TicketNumber{5});
  EXPECT_EQ(read->reservation(second)->seats.size(), 2u);
  EXPECT_FALSE(read->reservation({12'345}));
  const auto ids = [](const std::vector<Reservation>& found) {
    std::vector<ReservationId> out;
    for (const Reservation& one : found) out.push_back(one.id);
    return out;
  };
  EXPECT_THAT(ids(read->reservations_of(kAnn, {}, 2)), ElementsAre(third, second));
  const Reservation last = read->reservations_of(kAnn, {}, 2).back();
  EXPECT_THAT(ids(read->reservations_of(kAnn, std::pair{last.created_at, last.id}, 2)), ElementsAre(first));
  EXPECT_TRUE(read->reservations_of(kCho, {}, 5).empty());
}

TEST_P(StoreContract, ReadsTheLedgerPageByPage) {
  for (int i = 1; i <= 5; ++i) execute(store(), charge(kAnn, {i}));
  const auto read = reader();
  const auto first = read->ledger_of(kAnn, {}, 3);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].amount, Points{5});
  const auto rest = read->ledger_of(kAnn, first.back().id, 3);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[1].amount, Points{1});
}

TEST_P(StoreContract, TellsEventsWithTheFactsOfTheirReservation) {
  const auto concert = made_concert();
  const ReservationId id = made_sale(kAnn, {concert.seats[0][0], concert.seats[0][1]});
  execute(store(),
          std::make_unique<LambdaCommand>([](Keys&) {},
                                          [&](WorkingSet& set) {
                                            set.events.push_back({.type = EventType::queue_activated,
                                                                  .occurred_at = set.now,
                                                                  .concert = concert.concert,
                                                                  .ticket = {17},
                                                                  .user = kBen});
                                            return Verdict::decided;
                                          }));
  const auto told = reader()->events_after({}, 10);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].event.type, EventType::reservation_created);
  EXPECT_EQ(told[0].event.occurred_at, clock().now());
  EXPECT_EQ(told[0].reservation.user, kAnn);
  EXPECT_EQ(told[0].reservation.amount, Points{100'000});
  EXPECT_EQ(told[0].reservation.seats.size(), 2u);
  EXPECT_FALSE(told[0].payment);
  EXPECT_EQ(told[1].event.type, EventType::payment_completed);
  EXPECT_EQ(told[1].reservation.id, id);
  ASSERT_TRUE(told[1].payment);
  EXPECT_EQ(told[1].payment->balance, Points{900'000});
  EXPECT_EQ(told[2].event.type, EventType::queue_activated);
  EXPECT_EQ(told[2].event.concert, concert.concert);
  EXPECT_EQ(told[2].event.ticket, TicketNumber{17});
  EXPECT_EQ(told[2].event.user, kBen);
  EXPECT_FALSE(told[2].event.reservation);
  EXPECT_EQ(reader()->events_after({1}, 1).at(0).id, EventId{2});
  EXPECT_TRUE(reader()->events_after({3}, 10).empty());
}

TEST_P(StoreContract, TellsWhoseRequestMadeAnEvent) {
  constexpr const char* kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto concert = made_concert();
  const auto taken_over = made<ReservationId>(), untraced = made<ReservationId>();
  execute(store(), hold({.user = kAnn, .seats = {concert.seats[0][0]}}, taken_over));
  clock().advance(std::chrono::seconds{301});
  std::vector<CommandPtr> batch;
  batch.push_back(hold({.user = kBen, .seats = {concert.seats[0][0]}}, made<ReservationId>()));
  batch.push_back(hold({.user = kCho, .seats = {concert.seats[0][1]}}, untraced));
  batch[0]->traceparent = kTrace;
  execute(store(), batch);
  const auto told = reader()->events_after({}, 10);
  ASSERT_EQ(told.size(), 4u);
  for (const FeedEvent& one : told) {
    const bool is_traced = one.event.type == EventType::reservation_expired || one.reservation.user == kBen;
    EXPECT_EQ(one.event.traceparent, is_traced ? kTrace : "") << one.id.value;
  }
}

TEST_P(StoreContract, SumsUpTheSalesOfAConcert) {
  const auto concert = made_concert({.seats_of_schedules = {4, 4}});
  const auto other = made_concert();
  made_sale(kAnn, {concert.seats[0][0], concert.seats[0][1]});
  made_hold(kBen, {concert.seats[1][0]});
  execute(store(), end(made_hold(kBen, {concert.seats[1][1]}), ReservationStatus::cancelled));
  const ReservationId over = made_hold(kBen, {concert.seats[1][1]});
  clock().advance(kHold);
  execute(store(), end(over, ReservationStatus::expired));
  made_hold(kBen, {other.seats[0][0]}, {.concert = other.concert});
  const SalesSummary sales = reader()->sales(concert.concert);
  EXPECT_EQ(sales.seats, 8);
  EXPECT_EQ(sales.held, 1);
  EXPECT_EQ(sales.sold, 2);
  EXPECT_EQ(sales.reservations, 4);
  EXPECT_EQ(sales.confirmed, 1);
  EXPECT_EQ(sales.expired, 1);
  EXPECT_EQ(sales.cancelled, 1);
  EXPECT_EQ(sales.revenue, Points{100'000});
  EXPECT_EQ(reader()->sales({99}).seats, 0);
}

TEST_P(StoreContract, HidesABatchFromReadersUntilItIsCommitted) {
  if (!fixture_->readers_never_wait()) GTEST_SKIP() << "its readers wait for the writer";
  const auto read = reader();
  execute(store(), charge(kAnn, {10}));
  std::vector<CommandPtr> batch;
  batch.push_back(charge(kAnn, {5}));
  batch.push_back(std::make_unique<LambdaCommand>([](Keys&) {},
                                                  [&](WorkingSet&) {
                                                    EXPECT_EQ(read->account(kAnn).balance, Points{10});
                                                    EXPECT_EQ(reader()->ledger_of(kAnn, {}, 10).size(), 1u)
                                                        << "a reader opened meanwhile";
                                                    return Verdict::decided;
                                                  }));
  execute(store(), batch);
  EXPECT_EQ(read->account(kAnn).balance, Points{15});
}

TEST_P(StoreContract, LetsReadersReadBesideTheWriter) {
  constexpr int kCharges = 200;
  execute(store(), charge(kAnn, {1}));
  std::atomic<bool> is_done = false;
  std::atomic<int> mistakes = 0;
  const auto watch = [&] {
    const auto read = reader();
    std::int64_t last = 0;
    while (!is_done) {
      const auto lines = read->ledger_of(kAnn, {}, kCharges + 2);
      const std::int64_t balance = read->account(kAnn).balance.value;
      // Read one after the other, so it may only grow.
      mistakes += static_cast<std::int64_t>(lines.size()) > balance || balance < last;
      last = balance;
    }
  };
  std::jthread one{watch}, two{watch};
  for (int i = 0; i < kCharges; ++i) {
    execute(store(), charge(kAnn, {1}));
    store().tend();
  }
  is_done = true;
  one.join();
  two.join();
  EXPECT_EQ(mistakes, 0);
  EXPECT_EQ(reader()->account(kAnn).balance, Points{kCharges + 1});
}

}  // namespace
}  // namespace frontrow
