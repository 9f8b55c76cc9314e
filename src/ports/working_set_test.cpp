// A batch in memory: changes of a row are merged, events are not, and unchanged rows are not written.
#include "ports/working_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
constexpr UserId kAnn{7};
constexpr SeatId kSeat{101};
constexpr ReservationId kHeld{31};
const IdempotencyKey kKey{.owner = kAnn, .operation = Operation::charge, .hash = {}};

// As if loaded by a store: a user with 1,000 points who holds seat 101 of schedule 5.
WorkingSet loaded() {
  WorkingSet set;
  set.now = kNow;
  set.concerts[{1}] = {.id = {1}, .title = "Night", .artist = "", .venue = "", .booking = {}, .queue = {}};
  set.schedules[{5}] = {.id = {5}, .concert = {1}, .starts_at = kNow, .version = 8};
  set.seats[kSeat].seat = {
      .place = {.id = kSeat, .schedule = {5}}, .status = SeatStatus::held, .reservation = kHeld, .held_until = kNow};
  set.seats[{102}].seat = {.place = {.id = {102}, .schedule = {5}}};
  set.seats[{201}].seat = {.place = {.id = {201}, .schedule = {6}}};
  set.accounts[kAnn].account = {.user = kAnn, .balance = {1'000}};
  set.load_reservation(
      {.reservation = {.id = kHeld, .user = kAnn, .concert = {1}, .schedule = {5}, .seats = {}, .amount = {}, .last_seq = 1},
       .stored = ReservationStatus::held});
  set.ids[static_cast<std::size_t>(IdKind::seat)] = {.next = 11, .end = 13};
  return set;
}

TEST(WorkingSet, LooksUpWhatWasLoadedAndNothingElse) {
  const WorkingSet set = loaded();
  EXPECT_EQ(set.concert({1})->title, "Night");
  EXPECT_EQ(set.concert({2}), nullptr);
  EXPECT_EQ(set.schedule({5})->version, 8);
  EXPECT_EQ(set.schedule({6}), nullptr);
  EXPECT_EQ(set.seat(kSeat)->seat.reservation, kHeld);
  EXPECT_EQ(set.seat({1}), nullptr);
  EXPECT_EQ(set.account(kAnn).balance, Points{1'000});
  EXPECT_EQ(set.reservation(kHeld)->reservation.user, kAnn);
  EXPECT_EQ(set.reservation({32}), nullptr);
  EXPECT_EQ(set.idempotency(kKey), nullptr);
}

TEST(WorkingSet, IsUnchangedUntilSomethingChanges) {
  WorkingSet set = loaded();
  EXPECT_FALSE(WorkingSet{}.is_changed());
  EXPECT_FALSE(set.is_changed());
  set.queue({1}, {.tail = 10, .front = 4});  // read, but not changed
  set.take_id(IdKind::seat);
  EXPECT_FALSE(set.is_changed());
}

TEST(WorkingSet, CountsTheAvailableSeatsThatABatchTakesAndFrees) {
  WorkingSet set = loaded();
  EXPECT_TRUE(set.changes_of_available_seats().empty());
  set.change_seat(kSeat).status = SeatStatus::available;
  set.change_seat({201}).status = SeatStatus::held;
  const std::map<ScheduleId, std::int64_t> freed_and_taken{{{5}, 1}, {{6}, -1}};
  EXPECT_EQ(set.changes_of_available_seats(), freed_and_taken);
  set.change_seat(kSeat).status = SeatStatus::held;  // freed and taken again in one batch
  set.change_seat({201}).status = SeatStatus::sold;
  const std::map<ScheduleId, std::int64_t> taken{{{6}, -1}};
  EXPECT_EQ(set.changes_of_available_seats(), taken);
  set.change_seat({102}).price = {5};
  EXPECT_EQ(set.changes_of_available_seats(), taken) << "a price takes no seat";
}

TEST(WorkingSet, EveryKindOfChangeCounts) {
  struct Case {
    const char* what;
    std::function<void(WorkingSet&)> change;
  };
  const std::vector<Case> cases = {
      {"a seat", [](WorkingSet& set) { set.change_seat(kSeat); }},
      {"a reservation", [](WorkingSet& set) { set.change_reservation(kHeld); }},
      {"a new reservation", [](WorkingSet& set) { set.add_reservation({.id = {32}, .user = kAnn, .seats = {}}); }},
      {"money",
       [](WorkingSet& set) {
         set.add_ledger_entry({.id = {1}, .user = kAnn, .kind = LedgerKind::charge, .amount = {1}, .at = kNow});
       }},
      {"a concert", [](WorkingSet& set) { set.change_concert(*set.concert({1})); }},
      {"a key", [](WorkingSet& set) { set.add_idempotency({.key = kKey, .created_at = kNow}); }},
      {"an event", [](WorkingSet& set) { set.add_event(EventType::reservation_expired, kHeld); }},
      {"a new concert", [](WorkingSet& set) { set.new_concerts.emplace_back(); }},
      {"a new schedule", [](WorkingSet& set) { set.new_schedules.emplace_back(); }},
      {"a queue's tail", [](WorkingSet& set) { ++set.queue({1}, {.tail = 10, .front = 4}).row.tail; }},
      {"a queue's front", [](WorkingSet& set) { ++set.queue({1}, {.tail = 10, .front = 4}).row.front; }},
      {"a ticket",
       [](WorkingSet& set) { set.queue({1}, {.tail = 10, .front = 4}).put({.number = {3}, .user = kAnn, .issued_at = kNow}); }},
  };
  for (const Case& c : cases) {
    WorkingSet set = loaded();
    c.change(set);
    EXPECT_TRUE(set.is_changed()) << c.what;
  }
}

TEST(WorkingSet, RowsCoalesceOverABatch) {
  WorkingSet set = loaded();
  set.change_seat(kSeat).status = SeatStatus::available;
  set.change_seat(kSeat).status = SeatStatus::sold;
  set.change_seat({102}).status = SeatStatus::sold;
  set.change_seat({201}).status = SeatStatus::sold;
  EXPECT_EQ(set.seat(kSeat)->seat.status, SeatStatus::sold);
  EXPECT_TRUE(set.seat(kSeat)->changed);
  std::vector<ScheduleId> schedules;
  for (const auto& [id, version] : set.versions) schedules.push_back(id);
  EXPECT_THAT(schedules, ElementsAre(ScheduleId{5}, ScheduleId{6})) << "one new version for each seat map, whatever changed in it";
}

TEST(WorkingSet, EventsNeverCoalesceAndCountWithinTheirReservation) {
  WorkingSet set = loaded();
  set.add_reservation({.id = {32}, .user = kAnn, .seats = {}});
  set.add_event(EventType::reservation_created, {32});
  set.add_event(EventType::reservation_expired, kHeld);
  set.add_event(EventType::payment_completed, {32});
  ASSERT_THAT(set.events, SizeIs(3));
  const auto is = [&](int i, EventType type, ReservationId id, int seq) {
    return set.events[i].type == type && set.events[i].reservation == id && set.events[i].seq == seq &&
           set.events[i].occurred_at == kNow;
  };
  EXPECT_TRUE(is(0, EventType::reservation_created, {32}, 1));
  EXPECT_TRUE(is(1, EventType::reservation_expired, kHeld, 2)) << "it goes on from what was stored";
  EXPECT_TRUE(is(2, EventType::payment_completed, {32}, 2));
  EXPECT_EQ(set.reservation(kHeld)->reservation.last_seq, 2);
  EXPECT_EQ(set.reservation({32})->reservation.last_seq, 2);
}

TEST(WorkingSet, AReservationRemembersWhatIsStored) {
  WorkingSet set = loaded();
  set.change_reservation(kHeld).status = ReservationStatus::expired;
  EXPECT_EQ(set.reservation(kHeld)->stored, ReservationStatus::held);
  set.add_reservation({.id = {32}, .user = kAnn, .seats = {}});
  EXPECT_EQ(set.reservation({32})->stored, std::nullopt);
  EXPECT_TRUE(set.reservation({32})->changed);
}

TEST(WorkingSet, LoadingARowAgainKeepsTheOneItHas) {
  WorkingSet set = loaded();
  set.change_reservation(kHeld).status = ReservationStatus::cancelled;
  set.load_reservation({.reservation = {.id = kHeld, .user = kAnn, .seats = {}}, .stored = ReservationStatus::held});
  EXPECT_EQ(set.reservation(kHeld)->reservation.status, ReservationStatus::cancelled);
  EXPECT_THAT(set.reservations_of(kAnn), SizeIs(1)) << "and does not count it twice";
}

TEST(WorkingSet, AUsersReservationsAreShownAsTheyAreNow) {
  WorkingSet set = loaded();
  EXPECT_THAT(set.reservations_of({8}), IsEmpty());
  set.add_reservation({.id = {32}, .user = kAnn, .seats = {}});
  set.change_reservation(kHeld).status = ReservationStatus::expired;
  std::map<ReservationId, ReservationStatus> mine;
  for (const Reservation* reservation : set.reservations_of(kAnn)) mine[reservation->id] = reservation->status;
  EXPECT_EQ(mine,
            (std::map<ReservationId, ReservationStatus>{{kHeld, ReservationStatus::expired}, {{32}, ReservationStatus::held}}));
}

TEST(WorkingSet, ALedgerEntryMovesTheBalance) {
  WorkingSet set = loaded();
  set.add_ledger_entry({.id = {1}, .user = kAnn, .kind = LedgerKind::charge, .amount = {500}, .at = kNow});
  set.add_ledger_entry({.id = {2}, .user = kAnn, .kind = LedgerKind::payment, .amount = {1'500}, .at = kNow});
  EXPECT_EQ(set.account(kAnn).balance, Points{0});
  EXPECT_THAT(set.ledger, SizeIs(2));
}

TEST(WorkingSet, ALaterCommandSeesAKeyUsedEarlierInTheBatch) {
  WorkingSet set = loaded();
  set.add_idempotency({.key = kKey, .fingerprint = 42, .result = 1, .created_at = kNow});
  ASSERT_NE(set.idempotency(kKey), nullptr);
  EXPECT_EQ(set.idempotency(kKey)->fingerprint, 42);
  IdempotencyKey other = kKey;
  other.operation = Operation::pay;
  EXPECT_EQ(set.idempotency(other), nullptr);
}

TEST(WorkingSet, AChangedConcertIsSeenByLaterCommands) {
  WorkingSet set = loaded();
  Concert next = *set.concert({1});
  next.title = "Dawn";
  set.change_concert(next);
  EXPECT_EQ(set.concert({1})->title, "Dawn");
  EXPECT_THAT(set.changed_concerts, SizeIs(1));
}

TEST(WorkingSet, GivesOnlyIdsThatWereSetAsideForTheBatch) {
  WorkingSet set = loaded();
  EXPECT_EQ(set.take_id(IdKind::seat), 11);
  EXPECT_EQ(set.take_id(IdKind::seat), 12);
  EXPECT_DEATH(set.take_id(IdKind::seat), "CHECK failed");
  EXPECT_DEATH(set.take_id(IdKind::payment), "CHECK failed");
}

TEST(QueueChange, CountsFromWhereTheQueueStoodWhenTheBatchBegan) {
  WorkingSet set;
  QueueChange& change = set.queue({1}, {.tail = 10, .front = 4});
  ++change.row.tail;
  QueueChange& same = set.queue({1}, {.tail = 999, .front = 999});
  EXPECT_EQ(&same, &change);
  EXPECT_EQ(same.row.tail, 11);
  EXPECT_EQ(same.before.tail, 10);
  EXPECT_EQ(same.row.front, 4);
  EXPECT_EQ(set.queue({2}, {.tail = 3, .front = 3}).row.tail, 3) << "one for each concert";
}

TEST(QueueChange, KnowsTheLiveTicketOfAUserWithinTheBatch) {
  QueueChange change;
  EXPECT_EQ(change.find_live(kAnn), nullptr);
  change.put({.number = {3}, .user = kAnn, .state = TicketState::ended, .issued_at = kNow});
  EXPECT_EQ(change.find_live(kAnn), nullptr);
  change.put({.number = {9}, .user = kAnn, .state = TicketState::waiting, .issued_at = kNow});
  ASSERT_NE(change.find_live(kAnn), nullptr);
  EXPECT_EQ(change.find_live(kAnn)->number, TicketNumber{9});
  change.put({.number = {3}, .user = kAnn, .state = TicketState::ended, .issued_at = kNow});
  ASSERT_NE(change.find_live(kAnn), nullptr) << "the end of an older ticket hides no newer one";
  EXPECT_EQ(change.find({3})->state, TicketState::ended);
  change.put({.number = {9}, .user = kAnn, .state = TicketState::ended, .issued_at = kNow});
  EXPECT_EQ(change.find_live(kAnn), nullptr);
  EXPECT_EQ(change.find({4}), nullptr);
}

}  // namespace
}  // namespace frontrow
