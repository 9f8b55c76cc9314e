// Memory follows the commits: applied batch by batch, or rebuilt from the store, it is the same.
#include "app/live/live_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/concert.hpp"
#include "app/commands/payment.hpp"
#include "app/commands/reservation.hpp"
#include "app/commands/schedule.hpp"
#include "app/queue/queue.hpp"
#include "support/fakes/halls_now.hpp"
#include "support/fakes/hand_made_set.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Loudspeaker final : public EventBus {
 public:
  void publish(EventId last) override { told.push_back(last.value); }
  Subscription subscribe(std::function<void(EventId)>) override { return {}; }
  std::vector<std::int64_t> told;
};

// The rows of HandMadeSet stand for the store; after each batch the store's part of a commit is done here.
class LiveStateTest : public testing::Test {
 protected:
  LiveStateTest() {
    store.on_load = [this](const LoadVisitor& visitor) { load(visitor); };
    live.rebuild(store);
  }

  void commit() {
    for (auto& [schedule, version] : rows.set.versions) version = ++versions[schedule];
    rows.set.last_event = {rows.set.last_event.value + static_cast<std::int64_t>(rows.set.events.size())};
    live.apply(rows.set);
    for (const auto& [concert, change] : rows.set.queues) {
      StoredQueue& queue = queues[concert];
      queue = {.concert = concert, .tail = change.row.tail, .front = change.row.front};
      for (const auto& [number, row] : change.tickets) {
        if (row.state == TicketState::ended)
          tickets[concert].erase(number);
        else
          tickets[concert][number] = row;
      }
    }
    for (auto& [id, record] : rows.set.reservations) {
      record.changed = false;
      record.stored = record.reservation.status;
    }
    for (auto& [id, record] : rows.set.seats) record.changed = false;
    rows.set.versions.clear();
    rows.set.changed_schedules.clear();
    rows.set.events.clear();
    rows.set.queues.clear();
  }

  void load(const LoadVisitor& visitor) const {
    const std::map concerts(rows.set.concerts.begin(), rows.set.concerts.end());
    const std::map schedules(rows.set.schedules.begin(), rows.set.schedules.end());
    const std::map seats(rows.set.seats.begin(), rows.set.seats.end());
    for (const auto& [id, concert] : concerts) visitor.concert(concert);
    for (const auto& [id, schedule] : schedules) {
      Schedule stored = schedule;
      if (const auto version = versions.find(id); version != versions.end()) stored.version = version->second;
      stored.available_seats = 0;
      for (const auto& [seat_id, record] : seats)
        stored.available_seats += record.seat.place.schedule == id && record.seat.status == SeatStatus::available;
      visitor.schedule(stored);
    }
    for (const auto& [id, record] : rows.set.reservations)
      if (record.reservation.status == ReservationStatus::held) visitor.held_reservation(record.reservation);
    for (const auto& [id, queue] : queues) visitor.queue(queue);
    for (const auto& [concert, rows_of] : tickets)
      for (const auto& [number, row] : rows_of) visitor.ticket(concert, row);
    for (const auto& [id, record] : rows.set.reservations)
      if (record.reservation.status == ReservationStatus::confirmed)
        visitor.completed_ticket(record.reservation.concert, record.reservation.ticket);
  }
  std::optional<StoredSeatMap> seats(ScheduleId schedule) {
    ++maps_read;
    const auto version = versions.find(schedule);
    StoredSeatMap map{.version = version == versions.end() ? 0 : version->second, .sections = {}, .seats = {}};
    map.sections = rows.set.sections.contains(schedule) ? rows.set.sections.at(schedule) : rows.set.new_sections;
    for (const auto& [id, record] : std::map(rows.set.seats.begin(), rows.set.seats.end())) {
      if (record.seat.place.schedule != schedule) continue;
      map.seats.push_back(record.seat);
      if (record.seat.status == SeatStatus::held)
        map.holders[record.seat.reservation] = rows.set.reservations.at(record.seat.reservation).reservation.user;
    }
    if (map.seats.empty()) map.seats = rows.set.new_seats;
    return map;
  }

  std::shared_ptr<SeatMap> map_of(LiveState& state, ScheduleId schedule) {
    return halls.look(*state.catalog().picture(), schedule);
  }
  std::vector<SeatStatus> seats_of(LiveState& state, ScheduleId schedule, TimePoint now) {
    SeatMap::Cursor cursor;
    std::vector<SeatMap::Shown> shown;
    const auto map = map_of(state, schedule);
    map->read(now, cursor, shown);
    EXPECT_EQ(state.catalog().picture()->find(schedule)->head(now), map->stamp(now)) << "a list knows what the map shows";
    std::vector<SeatStatus> statuses;
    for (const SeatMap::Shown& seat : shown) statuses.push_back(seat.status);
    return statuses;
  }
  ConcertQueue& queue() { return *live.queue(kConcert); }
  std::shared_ptr<ConcertQueue> queue_ptr() { return live.queue(kConcert); }

  Ticket join(UserId user) {
    const auto joined = rows.run<JoinQueue>(queue_ptr(), user, std::nullopt);
    commit();
    return {.concert = kConcert,
            .number = joined->place.number,
            .user = user,
            .issued_at = joined->place.issued_at,
            .expires_at = rows.set.now + std::chrono::days{1}};
  }
  ReservationId hold(const Ticket& ticket, std::vector<SeatId> seats) {
    const HoldRequest ask{.user = ticket.user,
                          .concert = kConcert,
                          .schedule = kSchedule,
                          .seats = std::move(seats),
                          .ticket = ticket.number,
                          .entry_refusal = {},
                          .idempotent = {}};
    return rows.run<HoldSeats>(ask, HoldLimits{}, rows.metrics)->reservation.id;
  }
  bool pay(UserId user, ReservationId id) { return rows.run<PayReservation>(user, id, std::nullopt, rows.metrics).has_value(); }
  TicketStatus status(const Ticket& ticket) { return queue().look(ticket, rows.set.now, 0).status; }

  HandMadeSet rows;
  std::map<ScheduleId, std::int64_t> versions;
  std::map<ConcertId, StoredQueue> queues;
  std::map<ConcertId, std::map<TicketNumber, TicketRow>> tickets;
  ManualClock clock{rows.set.now};
  ScriptedStore store{clock};
  Metrics metrics;
  Loudspeaker bus;
  int maps_read = 0;
  HallsNow halls{[this](ScheduleId id) { return seats(id); }, clock, metrics};
  LiveState live{clock, QueueLimits{}, metrics, bus};
};

TEST_F(LiveStateTest, FollowsAHoldToItsPayment) {
  const Ticket ticket = join(kAnn);
  const ReservationId id = hold(ticket, {{101}, {103}});
  commit();
  using enum SeatStatus;
  EXPECT_THAT(seats_of(live, kSchedule, rows.set.now),
              ElementsAre(held, available, held, available, available, available, available, available, available, available));
  EXPECT_THAT(live.deadlines().due(rows.set.now + seconds{300}, 10), ElementsAre(id));
  EXPECT_EQ(status(ticket), TicketStatus::active);
  ASSERT_TRUE(pay(kAnn, id));
  commit();
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], sold);
  EXPECT_THAT(live.deadlines().due(rows.set.now + seconds{300}, 10), IsEmpty());
  EXPECT_EQ(status(ticket), TicketStatus::completed);
  EXPECT_THAT(bus.told, ElementsAre(1, 2, 3)) << "queue.activated, reservation.created, payment.completed";
  EXPECT_EQ(metrics.queue_joins.Value(), 1);
  EXPECT_EQ(metrics.queue_admissions.Value(), 1);
  EXPECT_EQ(metrics.events_last_id.Value(), 3);
}

TEST_F(LiveStateTest, FollowsAHoldToItsExpiry) {
  const Ticket ticket = join(kAnn);
  const ReservationId id = hold(ticket, {{101}});
  commit();
  rows.set.now += seconds{301};
  rows.run<ExpireReservations>(std::vector{id});
  commit();
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], SeatStatus::available);
  EXPECT_THAT(live.deadlines().due(rows.set.now, 10), IsEmpty());
  EXPECT_EQ(metrics.holds_expired.Value(), 1);
  EXPECT_EQ(metrics.expiry_lag_seconds.Value(), 1);
}

TEST_F(LiveStateTest, FollowsATakeover) {
  const Ticket ann = join(kAnn), bob = join(kBob);
  hold(ann, {{101}, {102}});
  commit();
  rows.set.now += seconds{300};
  queue().look(bob, rows.set.now - seconds{200}, 0);
  const ReservationId taken = hold(bob, {{102}});
  commit();
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], SeatStatus::available);
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[1], SeatStatus::held);
  EXPECT_THAT(live.deadlines().due(rows.set.now + seconds{300}, 10), ElementsAre(taken));
  EXPECT_THAT(map_of(live, kSchedule)->surely_taken(std::vector<SeatId>{{101}, {102}}, kAnn, rows.set.now, seconds{1}),
              ElementsAre(SeatId{102}));
}

// The rows of a batch come in any order.
TEST_F(LiveStateTest, AHoldMadeInTheBatchOfAPaymentKeepsTheTicket) {
  for (std::int64_t user = 100; user < 130; ++user) {
    rows.set.accounts[{user}].account = {.user = {user}, .balance = {1'000'000}};
    const Ticket ticket = join({user});
    const ReservationId first = hold(ticket, {{101}});
    commit();
    ASSERT_TRUE(pay({user}, first));
    const ReservationId second = hold(ticket, {{102}});
    commit();
    ASSERT_EQ(status(ticket), TicketStatus::active) << user;
    rows.run<CancelReservation>(ticket.user, second);
    commit();
    ASSERT_EQ(status(ticket), TicketStatus::completed);
    rows.store_ending(first, ReservationStatus::cancelled);  // another user wants the seat
  }
}

TEST_F(LiveStateTest, AHoldThatBeganAndEndedInOneBatchLeavesNothing) {
  const Ticket ticket = join(kAnn);
  const ReservationId id = hold(ticket, {{101}});
  rows.run<CancelReservation>(kAnn, id);
  commit();
  EXPECT_THAT(live.deadlines().due(rows.set.now + seconds{300}, 10), IsEmpty());
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], SeatStatus::available);
  EXPECT_EQ(status(ticket), TicketStatus::active);
}

TEST_F(LiveStateTest, IsTheSameWhenRebuilt) {
  const Ticket ann = join(kAnn), bob = join(kBob), waiting = join({9});
  const ReservationId paid = hold(ann, {{101}}), kept = hold(bob, {{102}, {103}}), given_back = hold(bob, {{104}});
  commit();
  ASSERT_TRUE(pay(kAnn, paid));
  rows.run<CancelReservation>(kBob, given_back);
  commit();
  clock.set(rows.set.now);
  LiveState again{clock, QueueLimits{}, metrics, bus};
  again.rebuild(store);
  for (const ScheduleId schedule : {kSchedule, kLaterSchedule, kOtherSchedule}) {
    EXPECT_EQ(seats_of(again, schedule, rows.set.now), seats_of(live, schedule, rows.set.now));
    EXPECT_EQ(map_of(again, schedule)->stamp(rows.set.now), map_of(live, schedule)->stamp(rows.set.now));
  }
  EXPECT_THAT(again.deadlines().due(rows.set.now + seconds{300}, 10), ElementsAre(kept));
  for (const Ticket& ticket : {ann, bob, waiting})
    EXPECT_EQ(again.catalog().picture()->find(kConcert)->queue->look(ticket, rows.set.now, 0).status, status(ticket));
  EXPECT_EQ(status(ann), TicketStatus::completed);
  EXPECT_EQ(status(bob), TicketStatus::active);
}

TEST_F(LiveStateTest, ReadsNoSeatsUntilSomebodyLooks) {
  hold(join(kAnn), {{101}, {102}});
  commit();
  LiveState again{clock, QueueLimits{}, metrics, bus};
  again.rebuild(store);
  EXPECT_EQ(again.catalog().picture()->find(kSchedule)->available(rows.set.now), 8);
  EXPECT_EQ(again.catalog().picture()->find(kSchedule)->available(rows.set.now + seconds{300}), 10) << "lapsed holds included";
  EXPECT_EQ(maps_read, 0);
  seats_of(again, kSchedule, rows.set.now + seconds{300});
  EXPECT_EQ(maps_read, 1);
}

// The commit that was lost may have been of this hall; the page that shows it must hear of everything.
TEST_F(LiveStateTest, ARebuildMakesAHallRightThatIsInMemory) {
  const Ticket ticket = join(kAnn);
  const auto before = map_of(live, kSchedule);
  hold(ticket, {{101}});
  for (auto& [schedule, version] : rows.set.versions) version = ++versions[schedule];
  live.rebuild(store);  // the commit was durable, and was never applied
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], SeatStatus::held);
  const auto after = map_of(live, kSchedule);
  EXPECT_NE(after, before);
  EXPECT_GT(after->stamp(rows.set.now).version, before->stamp(rows.set.now).version);
  EXPECT_TRUE(after->since(0, rows.set.now)->is_full) << "a follower begins anew";
}

TEST_F(LiveStateTest, AHoldMadeAndEndedInOneBatchLeavesTheHeadAsItWas) {
  const Ticket ticket = join(kAnn);
  const ReservationId id = hold(ticket, {{101}});
  rows.run<CancelReservation>(kAnn, id);
  commit();
  EXPECT_EQ(live.catalog().picture()->find(kSchedule)->available(rows.set.now + seconds{400}), 10);
}

TEST_F(LiveStateTest, PutsANewConcertOnSale) {
  rows.set.new_concerts.push_back({.id = {3}, .title = "Dawn", .artist = "", .venue = "", .booking = {}, .queue = {}});
  rows.set.new_schedules.push_back({.id = {12}, .concert = {3}, .starts_at = rows.set.now + std::chrono::days{30}});
  rows.set.new_sections.push_back({.id = {4}, .schedule = {12}, .name = "A"});
  for (std::int64_t seat = 401; seat <= 403; ++seat)
    rows.set.new_seats.push_back({.place = {.id = {seat}, .schedule = {12}, .section = {4}, .number = 1}, .price = {10}});
  live.apply(rows.set);
  const auto picture = live.catalog().picture();
  ASSERT_NE(picture->find(ConcertId{3}), nullptr);
  EXPECT_EQ(picture->find(ConcertId{3})->concert.title, "Dawn");
  ASSERT_NE(picture->find(ScheduleId{12}), nullptr);
  EXPECT_EQ(picture->find(ScheduleId{12})->available(rows.set.now), 3);
  EXPECT_EQ(maps_read, 0);
  EXPECT_EQ(map_of(live, {12})->sections()->at(0).name, "A");
  const ScheduleEntry* date = picture->find(ConcertId{3})->find(ScheduleId{12});
  EXPECT_EQ(date->hall.get(), picture->find(ScheduleId{12}));
  EXPECT_EQ(date->schedule.first_seat, SeatId{401});
  EXPECT_EQ(date->schedule.seat_count, 3);
  EXPECT_EQ(picture->find(kConcert)->find(ScheduleId{12}), nullptr);
  EXPECT_THAT(picture->concerts, SizeIs(3));
  EXPECT_THAT(bus.told, IsEmpty());
}

TEST_F(LiveStateTest, AMovedDateIsShownAndRaisesTheVersion) {
  hold(join(kAnn), {{101}});
  commit();
  const auto before = live.catalog().picture();
  const TimePoint later = rows.set.now + std::chrono::hours{24};
  rows.run<PatchSchedule>(kConcert, kSchedule, SchedulePatch{.starts_at = later});
  commit();
  const auto after = live.catalog().picture();
  EXPECT_NE(before->find(kConcert)->find(kSchedule)->schedule.starts_at, later) << "a picture never changes";
  EXPECT_EQ(after->find(kConcert)->find(kSchedule)->schedule.starts_at, later);
  EXPECT_EQ(after->find(kSchedule), before->find(kSchedule));
  EXPECT_EQ(after->find(kSchedule)->version(), 2);
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], SeatStatus::held);
  live.rebuild(store);
  EXPECT_EQ(live.catalog().picture()->find(kConcert)->find(kSchedule)->schedule.starts_at, later);
}

TEST_F(LiveStateTest, NewPricesAreShownAndKeptByARebuild) {
  const Ticket ann = join(kAnn);
  hold(ann, {{101}});
  commit();
  rows.run<RepriceSeats>(kConcert, kSchedule, std::vector<SeatPrice>{{{101}, {70'000}}, {{102}, {70'000}}}, Reprice::really);
  commit();
  const auto prices = [&] {
    SeatMap::Cursor cursor;
    std::vector<SeatMap::Shown> shown;
    map_of(live, kSchedule)->read(rows.set.now, cursor, shown);
    return std::vector{shown[0].price, shown[1].price, shown[2].price};
  };
  EXPECT_THAT(prices(), ElementsAre(Points{70'000}, Points{70'000}, kSeatPrice));
  EXPECT_EQ(map_of(live, kSchedule)->stamp(rows.set.now).version, 2);
  live.rebuild(store);
  EXPECT_THAT(prices(), ElementsAre(Points{70'000}, Points{70'000}, kSeatPrice));
}

TEST_F(LiveStateTest, ChangingAConcertKeepsItsQueueAndItsSeats) {
  const Ticket ticket = join(kAnn);
  hold(ticket, {{101}});
  commit();
  const auto before = live.catalog().picture();
  rows.run<PatchConcert>(
      kConcert,
      ConcertPatch{
          .title = "Dawn", .artist = {}, .venue = {}, .opens_at = {}, .closes_at = {}, .queue = QueueSettings{.enabled = false}});
  rows.set.new_schedules.push_back({.id = {12}, .concert = kConcert, .starts_at = rows.set.now + std::chrono::days{30}});
  rows.set.new_seats.push_back({.place = {.id = {401}, .schedule = {12}, .section = {4}, .number = 1}, .price = {10}});
  commit();
  const auto after = live.catalog().picture();
  EXPECT_EQ(before->find(kConcert)->concert.title, "Night") << "a picture never changes";
  EXPECT_EQ(after->find(kConcert)->concert.title, "Dawn");
  EXPECT_EQ(after->find(kConcert)->queue, before->find(kConcert)->queue);
  EXPECT_THAT(after->find(kConcert)->schedules, SizeIs(3));
  EXPECT_EQ(seats_of(live, kSchedule, rows.set.now)[0], SeatStatus::held);
  rows.set.now += std::chrono::hours{2};
  EXPECT_EQ(status(ticket), TicketStatus::active) << "the queue was told that it is off";
}

}  // namespace
}  // namespace frontrow
