// The rows that a batch leaves: all of its changes or none.
#include <gmock/gmock.h>

#include "contract/store_contract.hpp"
#include "support/store_picture.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;

std::vector<CommandPtr> batch_of(CommandPtr first, CommandPtr second) {
  std::vector<CommandPtr> batch;
  batch.push_back(std::move(first));
  batch.push_back(std::move(second));
  return batch;
}

// A command that is only its decision.
CommandPtr decide(LambdaCommand::Decide decision, LambdaCommand::Declare declare = [](Keys&) {}) {
  return std::make_unique<LambdaCommand>(std::move(declare), std::move(decision));
}

TEST_P(StoreContract, KeepsWhatWasCommittedWhenReopened) {
  const auto concert = made_concert({.seats_of_schedules = {4, 3}});
  made_sale(kAnn, {concert.seats[0][0]});
  made_hold(kBen, {concert.seats[1][1], concert.seats[1][2]});
  const std::string before = picture();
  reopen();
  EXPECT_EQ(difference(picture(), before), "");
}

TEST_P(StoreContract, RaisesAVersionOnceForEachCommitThatChangesASeat) {
  const auto concert = made_concert({.seats_of_schedules = {4, 4}});
  const auto out = made<ReservationId>();
  const Executed first = execute(store(),
                                 batch_of(hold({.user = kAnn, .seats = {concert.seats[0][0], concert.seats[0][1]}}, out),
                                          hold({.user = kBen, .seats = {concert.seats[0][2]}}, out)));
  EXPECT_THAT(first.set.versions, ElementsAre(std::pair{concert.schedules[0], 1}));
  const Executed second = execute(store(),
                                  batch_of(hold({.user = kAnn, .seats = {concert.seats[0][3]}}, out),
                                           hold({.user = kAnn, .seats = {concert.seats[1][3]}}, out)));
  EXPECT_THAT(second.set.versions, ElementsAre(std::pair{concert.schedules[0], 2}, std::pair{concert.schedules[1], 1}));
  EXPECT_EQ(load(store()).schedules[0].version, 2);
}

TEST_P(StoreContract, LetsALaterCommandSeeWhatAnEarlierOneChanged) {
  const auto seats = made_concert().seats[0];
  const auto seen = std::make_shared<SeatStatus>();
  const SeatId seat = seats[0];
  execute(store(), batch_of(hold({.user = kAnn, .seats = {seat}}, made<ReservationId>()), decide([=](WorkingSet& set) {
                              *seen = set.seat(seat)->seat.status;
                              return Verdict::decided;
                            })));
  EXPECT_EQ(*seen, SeatStatus::held);
}

TEST_P(StoreContract, WritesEndingsBeforeBeginnings) {
  const auto seats = made_concert().seats[0];
  const ReservationId first = made_hold(kAnn, {seats[0], seats[1]});
  const auto second = made<ReservationId>();
  execute(store(), batch_of(end(first, ReservationStatus::cancelled), hold({.user = kBen, .seats = {seats[1]}}, second)));
  const Loaded loaded = load(store());
  EXPECT_EQ(loaded.seats[0].status, SeatStatus::available);
  EXPECT_EQ(loaded.seats[1].reservation, *second);
  ASSERT_EQ(loaded.held.size(), 1u);
  EXPECT_EQ(loaded.held[0].user, kBen);
}

TEST_P(StoreContract, TakesOverAHoldThatIsOver) {
  const auto seats = made_concert().seats[0];
  const ReservationId over = made_hold(kAnn, {seats[0], seats[1]});
  clock().advance(kHold);
  made_hold(kBen, {seats[1]});
  const auto old = reader()->reservation(over);
  EXPECT_EQ(old->status, ReservationStatus::expired);
  EXPECT_EQ(old->ended_at, clock().now());
  EXPECT_EQ(old->expires_at, clock().now()) << "never moves";
  EXPECT_EQ(old->seats.size(), 2u) << "what it had stays known";
  EXPECT_EQ(load(store()).seats[0].status, SeatStatus::available);
}

TEST_P(StoreContract, KeepsAReservationThatBeganAndEndedInOneBatch) {
  const auto seats = made_concert().seats[0];
  const auto brief = made<ReservationId>(), lasting = made<ReservationId>();
  std::vector<CommandPtr> batch = batch_of(hold({.user = kAnn, .seats = {seats[0]}}, brief), decide([=](WorkingSet& set) {
                                             end_in(set, *brief, ReservationStatus::cancelled);
                                             return Verdict::decided;
                                           }));
  batch.push_back(hold({.user = kBen, .seats = {seats[0]}}, lasting));
  execute(store(), batch);
  EXPECT_EQ(reader()->reservation(*brief)->status, ReservationStatus::cancelled);
  EXPECT_EQ(reader()->reservation(*brief)->last_seq, 2);
  EXPECT_EQ(load(store()).seats[0].reservation, *lasting);
  EXPECT_EQ(store().last_event(), EventId{3});
}

TEST_P(StoreContract, MovesPointsInPairsOfLines) {
  const auto seats = made_concert().seats[0];
  const ReservationId id = made_sale(kAnn, {seats[0]});
  execute(store(), charge(kBen, kMaxBalance));
  const auto read = reader();
  EXPECT_EQ(read->account(kAnn).balance, Points{950'000});
  EXPECT_EQ(read->account(kBen).balance, kMaxBalance);
  EXPECT_EQ(read->account(kCho).balance, Points{0});
  const auto lines = read->ledger_of(kAnn, {}, 10);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].kind, LedgerKind::payment);
  EXPECT_EQ(lines[0].amount, Points{50'000});
  EXPECT_EQ(lines[0].reservation, id);
  EXPECT_EQ(lines[0].at, clock().now());
  EXPECT_EQ(lines[1].kind, LedgerKind::charge);
  EXPECT_EQ(lines[1].amount, Points{1'000'000});
  EXPECT_FALSE(lines[1].reservation);
}

TEST_P(StoreContract, ChangesAConcertInPlace) {
  const MadeConcert made = made_concert();
  Concert changed = load(store()).concerts[0];
  EXPECT_EQ(changed.version, 0);
  changed.title = "Another night";
  changed.booking.closes_at = clock().now() + std::chrono::days{1};
  changed.queue.max_active = 7;
  const auto change = [&] {
    execute(store(),
            decide(
                [=](WorkingSet& set) {
                  set.add_change(changed, "{}");
                  return Verdict::decided;
                },
                [=](Keys& keys) { keys.changed_concerts = {changed.id}; }));
  };
  change();
  EXPECT_EQ(load(store()).concerts[0].version, 1);
  change();
  reopen();
  const Loaded loaded = load(store());
  ASSERT_EQ(loaded.concerts.size(), 1u);
  EXPECT_EQ(loaded.concerts[0].title, "Another night");
  EXPECT_EQ(loaded.concerts[0].booking, changed.booking);
  EXPECT_EQ(loaded.concerts[0].queue, changed.queue);
  EXPECT_EQ(loaded.concerts[0].version, 2);
  EXPECT_EQ(loaded.seats.size(), 10u);
}

TEST_P(StoreContract, CountsTheDatesOfAConcertThatIsChanged) {
  made_concert({.seats_of_schedules = {1}});
  const MadeConcert made = made_concert({.seats_of_schedules = {1, 1, 1}});
  const WorkingSet set = read([&](Keys& keys) { keys.changed_concerts = {made.concert, made.concert, {99}}; });
  EXPECT_EQ(set.dates_of(made.concert).size(), 3U);
  EXPECT_EQ(set.dates_of({99}).size(), 0U);
  ASSERT_NE(set.concert(made.concert), nullptr);
  EXPECT_EQ(set.concert(made.concert)->title, "Night of Strings");
  EXPECT_EQ(set.concert({99}), nullptr);
}

TEST_P(StoreContract, MovesADateWithTheNextVersion) {
  const MadeConcert concert = made_concert({.seats_of_schedules = {2, 2, 2}});
  const TimePoint moved = clock().now() + std::chrono::days{40};
  made_hold(kAnn, {concert.seats[2][0]});
  const auto move_two = [&](ScheduleId first, ScheduleId second) {
    return decide(
        [=](WorkingSet& set) {
          for (const ScheduleId id : {first, second}) {
            Schedule schedule = *set.schedule(id);
            schedule.starts_at = moved;
            set.change_schedule(schedule);
          }
          return Verdict::decided;
        },
        [=](Keys& keys) { keys.schedules = {first, second}; });
  };
  const Executed one = execute(store(), move_two(concert.schedules[2], concert.schedules[2]));
  EXPECT_THAT(one.set.versions, ElementsAre(std::pair{concert.schedules[2], 2}));
  const auto out = made<ReservationId>();
  const Executed two = execute(
      store(),
      batch_of(move_two(concert.schedules[2], concert.schedules[0]), hold({.user = kBen, .seats = {concert.seats[1][0]}}, out)));
  EXPECT_THAT(
      two.set.versions,
      ElementsAre(std::pair{concert.schedules[0], 1}, std::pair{concert.schedules[1], 1}, std::pair{concert.schedules[2], 3}));
  reopen();
  const Loaded loaded = load(store());
  EXPECT_EQ(loaded.schedules[0].starts_at, moved);
  EXPECT_EQ(loaded.schedules[0].version, 1);
  EXPECT_NE(loaded.schedules[1].starts_at, moved);
  EXPECT_EQ(loaded.schedules[2].starts_at, moved);
  EXPECT_EQ(loaded.schedules[2].version, 3);
}

TEST_P(StoreContract, KeepsAPriceThroughEverythingThatHappensToTheSeat) {
  const auto made = made_concert();
  const auto& seats = made.seats[0];
  const ReservationId promised = made_hold(kAnn, {seats[0]});
  const ReservationId sold = made_sale(kBen, {seats[1]});
  const Executed priced = execute(store(), price({seats[0], seats[1], seats[2]}, {70'000}));
  EXPECT_THAT(priced.set.versions, ElementsAre(std::pair{made.schedules[0], 4}));
  reopen();
  Loaded loaded = load(store());
  for (const int i : {0, 1, 2}) EXPECT_EQ(loaded.seats[static_cast<std::size_t>(i)].price, Points{70'000}) << i;
  EXPECT_EQ(loaded.seats[0].reservation, promised);
  EXPECT_EQ(loaded.seats[1].status, SeatStatus::sold);
  EXPECT_EQ(loaded.seats[3].price, Points{50'000});
  EXPECT_EQ(reader()->reservation(promised)->amount, Points{50'000});
  EXPECT_EQ(reader()->reservation(promised)->seats[0].price, Points{50'000}) << "as it was held";
  EXPECT_EQ(reader()->payment_of(sold)->amount, Points{50'000});
  execute(store(), end(promised, ReservationStatus::cancelled));
  EXPECT_EQ(load(store()).seats[0].price, Points{70'000});
  const ReservationId later = made_hold(kCho, {seats[0], seats[3]});
  EXPECT_EQ(reader()->reservation(later)->amount, Points{120'000});
}

TEST_P(StoreContract, AHoldAfterANewPriceInOneBatchHasIt) {
  const auto seats = made_concert().seats[0];
  const auto before = made<ReservationId>(), after = made<ReservationId>();
  std::vector<CommandPtr> batch =
      batch_of(hold({.user = kAnn, .seats = {seats[0]}}, before), price({seats[0], seats[1]}, {70'000}));
  batch.push_back(hold({.user = kBen, .seats = {seats[1]}}, after));
  execute(store(), batch);
  EXPECT_EQ(reader()->reservation(*before)->amount, Points{50'000});
  EXPECT_EQ(reader()->reservation(*after)->amount, Points{70'000});
  EXPECT_EQ(load(store()).seats[0].price, Points{70'000});
  EXPECT_EQ(load(store()).seats[0].reservation, *before);
}

TEST_P(StoreContract, RefusesAPriceOutOfBounds) {
  const auto seats = made_concert().seats[0];
  expect_broken(price({seats[0]}, {0}));
  expect_broken(price({seats[0]}, kMaxAmount + Points{1}));
}

// Impossible changes.

TEST_P(StoreContract, RefusesASecondLiveReservationOfASeat) {
  const auto seats = made_concert().seats[0];
  made_hold(kAnn, {seats[0]});
  expect_broken(hold({.user = kBen, .seats = {seats[1], seats[0]}}, made<ReservationId>()));
  made_sale(kAnn, {seats[2]});
  expect_broken(hold({.user = kBen, .seats = {seats[2]}}, made<ReservationId>()));
  expect_broken(batch_of(hold({.user = kBen, .seats = {seats[3]}}, made<ReservationId>()),
                         hold({.user = kCho, .seats = {seats[3]}}, made<ReservationId>())));
}

TEST_P(StoreContract, RefusesToLeaveAStateTwice) {
  const auto seats = made_concert().seats[0];
  const ReservationId sold = made_sale(kAnn, {seats[0]});
  expect_broken(end(sold, ReservationStatus::expired));
  const ReservationId over = made_hold(kAnn, {seats[1]});
  execute(store(), end(over, ReservationStatus::cancelled));
  expect_broken(end(over, ReservationStatus::cancelled));
}

TEST_P(StoreContract, RefusesASecondPayment) {
  const auto seats = made_concert().seats[0];
  const ReservationId sold = made_sale(kAnn, {seats[0]});
  expect_broken(pay(sold, kAnn));
}

TEST_P(StoreContract, RefusesABalanceOutOfBounds) {
  const auto seats = made_concert().seats[0];
  const ReservationId id = made_hold(kAnn, {seats[0]});
  execute(store(), charge(kAnn, {49'999}));
  expect_broken(pay(id, kAnn));
  expect_broken(charge(kAnn, kMaxBalance - Points{49'998}));
}

TEST_P(StoreContract, RefusesTheSameKeyTwice) {
  const IdempotencyKey key = key_of(kAnn, Operation::charge, 1);
  execute(store(), charge(kAnn, {10}, key));
  expect_broken(charge(kAnn, {10}, key));
  const IdempotencyKey other = key_of(kAnn, Operation::charge, 2);
  expect_broken(batch_of(charge(kAnn, {10}, other), charge(kAnn, {10}, other)));
}

// Rollback.

struct Mishap : std::runtime_error {
  Mishap() : std::runtime_error("mishap") {}
};

TEST_P(StoreContract, UndoesABatchInWhichADecisionThrows) {
  const auto seats = made_concert().seats[0];
  const std::string before = picture();
  for (int round = 0; round < 3; ++round)
    EXPECT_THROW(execute(store(),
                         batch_of(hold({.user = kAnn, .seats = {seats[0]}}, made<ReservationId>()),
                                  decide([](WorkingSet&) -> Verdict { throw Mishap{}; }))),
                 Mishap);
  EXPECT_EQ(difference(picture(), before), "");
  made_hold(kBen, {seats[0]});
  EXPECT_EQ(load(store()).held[0].user, kBen);
}

TEST_P(StoreContract, HandsBackCommandsThatSayAgain) {
  const auto seats = made_concert().seats[0];
  const auto batch = batch_of(decide([](WorkingSet&) { return Verdict::again; }),
                              hold({.user = kAnn, .seats = {seats[0]}}, made<ReservationId>()));
  const Executed executed = execute(store(), batch);
  EXPECT_THAT(executed.again, ElementsAre(batch[0].get()));
  EXPECT_EQ(load(store()).held.size(), 1u);
  EXPECT_FALSE(batch[0]->completed_as) << "completing is not the store's business";
}

TEST_P(StoreContract, ChangesNothingForABatchThatChangesNothing) {
  const auto concert = made_concert();
  const std::string before = picture();
  const Executed executed = execute(store(),
                                    decide(
                                        [](WorkingSet& set) {
                                          set.queue({1}, {.tail = 5, .front = 5});
                                          return Verdict::decided;
                                        },
                                        [&](Keys& keys) {
                                          keys.seats = concert.seats[0];
                                          keys.holders = {{kAnn, {1}}};
                                          ++keys.new_ids[static_cast<std::size_t>(IdKind::concert)];
                                        }));
  EXPECT_FALSE(executed.set.is_changed());
  EXPECT_EQ(difference(picture(), before), "");
  EXPECT_TRUE(load(store()).queues.empty());
}

// Ids and events.

TEST_P(StoreContract, NumbersTheCatalogFromOneWithoutGaps) {
  const MadeConcert first = made_concert({.seats_of_schedules = {3, 2}});
  EXPECT_THROW(
      execute(store(),
              batch_of(create({}, std::make_shared<MadeConcert>()), decide([](WorkingSet&) -> Verdict { throw Mishap{}; }))),
      Mishap);
  reopen();
  const MadeConcert second = made_concert();
  EXPECT_EQ(first.concert, ConcertId{1});
  EXPECT_THAT(first.schedules, ElementsAre(ScheduleId{1}, ScheduleId{2}));
  EXPECT_THAT(first.seats[0], ElementsAre(SeatId{1}, SeatId{2}, SeatId{3}));
  EXPECT_THAT(first.seats[1], ElementsAre(SeatId{4}, SeatId{5}));
  EXPECT_EQ(second.concert, ConcertId{2});
  EXPECT_THAT(second.schedules, ElementsAre(ScheduleId{3}));
  EXPECT_EQ(second.seats[0].front(), SeatId{6});
}

TEST_P(StoreContract, NeverRepeatsAnId) {
  const auto seats = made_concert({.seats_of_schedules = {40}}).seats[0];
  std::int64_t last_reservation = 0, last_entry = 0;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const ReservationId id = made_hold(kAnn, {seats[i]});
    EXPECT_GT(id.value, last_reservation);
    last_reservation = id.value;
    execute(store(), charge(kAnn, {50'000}));
    execute(store(), pay(id, kAnn));
    const std::int64_t entry = reader()->ledger_of(kAnn, {}, 1).at(0).id.value;
    EXPECT_GT(entry, last_entry);
    last_entry = entry;
    if (i % 7 == 3) reopen();
  }
}

TEST_P(StoreContract, GivesEventsConsecutiveIdsInOrderOfCommit) {
  const auto seats = made_concert().seats[0];
  EXPECT_EQ(store().last_event(), EventId{0});
  const ReservationId first = made_hold(kAnn, {seats[0]});
  EXPECT_THROW(execute(store(),
                       batch_of(hold({.user = kBen, .seats = {seats[1]}}, made<ReservationId>()),
                                decide([](WorkingSet&) -> Verdict { throw Mishap{}; }))),
               Mishap);
  expect_broken(hold({.user = kBen, .seats = {seats[0]}}, made<ReservationId>()));
  reopen();
  EXPECT_EQ(store().last_event(), EventId{1});
  const Executed executed =
      execute(store(),
              batch_of(end(first, ReservationStatus::cancelled), hold({.user = kBen, .seats = {seats[0]}}, made<ReservationId>())));
  EXPECT_EQ(executed.set.last_event, EventId{3});
  EXPECT_EQ(store().last_event(), EventId{3});
  const auto told = reader()->events_after({}, 10);
  ASSERT_EQ(told.size(), 3u);
  for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i].id, EventId{static_cast<std::int64_t>(i) + 1});
  EXPECT_EQ(told[1].event.type, EventType::reservation_cancelled);
  EXPECT_EQ(told[1].event.seq, 2);
}

// Keys.

TEST_P(StoreContract, ForgetsOldKeysALittleAtATime) {
  for (int i = 0; i < 25; ++i) execute(store(), charge(kAnn, {10}, key_of(kAnn, Operation::charge, i)));
  clock().advance(std::chrono::hours{1});
  for (int i = 25; i < 30; ++i) execute(store(), charge(kBen, {10}, key_of(kBen, Operation::charge, i)));
  int forgotten = 0;
  for (int call = 0; call < 10; ++call) {
    const Forgotten now = store().forget({.keys = clock().now(), .events = {}, .tickets = {}, .batches = {}}, 4);
    EXPECT_LE(now.keys, 4);
    EXPECT_EQ(now.has_more, now.keys == 4);
    forgotten += now.keys;
  }
  EXPECT_EQ(forgotten, 25);
  EXPECT_FALSE(has_key(store(), key_of(kAnn, Operation::charge, 0)));
  EXPECT_TRUE(has_key(store(), key_of(kBen, Operation::charge, 29)));
  EXPECT_EQ(reader()->account(kAnn).balance, Points{250});
}

// Events.

TEST_P(StoreContract, ForgetsOldEventsFromTheOldestOn) {
  const std::vector<SeatId> seats = made_concert().seats[0];
  const auto since = [&](TimePoint time) { return KeptSince{.keys = {}, .events = time, .tickets = {}, .batches = {}}; };
  EXPECT_EQ(reader()->event_horizon().first, EventId{1});
  std::vector<ReservationId> made_ones;
  for (int i = 0; i < 3; ++i) made_ones.push_back(made_hold({10 + i}, {seats[static_cast<std::size_t>(i)]}));
  const TimePoint third_at = clock().now();
  clock().advance(Duration{1'000});
  execute(store(), end(made_ones[0], ReservationStatus::cancelled));
  EXPECT_EQ(store().forget(since(third_at), 10).events, 0) << "at its time an event is not older";
  Forgotten gone = store().forget(since(clock().now()), 2);
  EXPECT_EQ(gone.events, 2);
  EXPECT_TRUE(gone.has_more);
  EXPECT_EQ(gone.first_event, EventId{3});
  gone = store().forget(since(clock().now()), 2);
  EXPECT_EQ(gone.events, 1);
  EXPECT_FALSE(gone.has_more);
  reopen();
  EXPECT_EQ(reader()->event_horizon().first, EventId{4});
  EXPECT_EQ(reader()->event_horizon().gone_until, third_at);
  const auto kept = reader()->events_after({}, 10);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].id, EventId{4});
  EXPECT_EQ(kept[0].event.type, EventType::reservation_cancelled) << "the event before it is gone";
}

TEST_P(StoreContract, KeepsTheNewestEventSoThatIdsGoOn) {
  const std::vector<SeatId> seats = made_concert().seats[0];
  for (int i = 0; i < 3; ++i) made_hold({10 + i}, {seats[static_cast<std::size_t>(i)]});
  clock().advance(std::chrono::hours{1});
  EXPECT_EQ(store().forget({.keys = {}, .events = clock().now(), .tickets = {}, .batches = {}}, 10).events, 2);
  EXPECT_EQ(store().forget({.keys = {}, .events = clock().now(), .tickets = {}, .batches = {}}, 10).rows(), 0);
  reopen();
  EXPECT_EQ(store().last_event(), EventId{3});
  made_hold({20}, {seats[5]});
  const auto told = reader()->events_after({3}, 10);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].id, EventId{4});
}

TEST_P(StoreContract, ForgetsNothingWithoutATime) {
  const std::vector<SeatId> seats = made_concert().seats[0];
  execute(store(), hold({.user = kAnn, .seats = {seats[0]}, .key = key_of(kAnn, Operation::hold, 1)}, made<ReservationId>()));
  clock().advance(std::chrono::hours{24 * 365});
  EXPECT_EQ(store().forget({}, 10).rows(), 0);
  EXPECT_TRUE(has_key(store(), key_of(kAnn, Operation::hold, 1)));
}

// The waiting room.

TEST_P(StoreContract, KeepsTheQueueAndItsLiveTickets) {
  const ConcertId concert = made_concert().concert;
  const TimePoint now = clock().now();
  const TicketRow one{.number = {1}, .user = kAnn, .state = TicketState::waiting, .issued_at = now};
  const TicketRow two{.number = {2}, .user = kBen, .state = TicketState::waiting, .issued_at = now};
  const TicketRow three{.number = {3}, .user = kCho, .state = TicketState::waiting, .issued_at = now};
  execute(store(), move_queue(concert, 3, 0, {one, two, three}));
  TicketRow admitted = one, left = two;
  admitted.state = TicketState::active;
  admitted.admitted_at = now + std::chrono::seconds{2};
  left.state = TicketState::ended;
  execute(store(), move_queue(concert, 3, 1, {admitted, left}));
  reopen();
  const Loaded loaded = load(store());
  ASSERT_EQ(loaded.queues.size(), 1u);
  EXPECT_EQ(loaded.queues[0].tail, 3);
  EXPECT_EQ(loaded.queues[0].front, 1);
  ASSERT_EQ(loaded.tickets.size(), 2u);
  EXPECT_EQ(loaded.tickets[0].second.state, TicketState::active);
  EXPECT_EQ(loaded.tickets[0].second.admitted_at, admitted.admitted_at);
  EXPECT_EQ(loaded.tickets[0].second.issued_at, now);
  EXPECT_EQ(loaded.tickets[1].second.number, TicketNumber{3});
  EXPECT_EQ(loaded.tickets[1].second.user, kCho);
}

}  // namespace
}  // namespace frontrow
