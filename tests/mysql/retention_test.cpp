// What the cluster's store forgets, by one process at a time, and that the audit still proves the rest.
#include <numeric>

#include "mysql_test.hpp"
#include "support/audited_sale.hpp"
#include "support/fakes/numbering_store.hpp"

namespace frontrow::mysql {
namespace {

using std::chrono::days;
using std::chrono::hours;

class RetentionOfMysql : public MysqlTest {
 protected:
  StoreSettings settings_of(std::int64_t owner) {
    StoreSettings given = settings();
    given.owner = owner;
    return given;
  }
  KeptSince everything() const { return {clock_.now(), clock_.now(), clock_.now(), clock_.now()}; }
  void deliver(Outbox& outbox) {
    for (int shard = 0; shard < kOutboxShards; ++shard) {
      std::vector<OutboxId> ids;
      for (const OutboxRow& row : outbox.pending(shard, 1'000)) ids.push_back(row.id);
      outbox.delivered(shard, ids);
    }
  }
};

TEST_F(RetentionOfMysql, IsTheWorkOfOneProcess) {
  const auto one = open_store(settings_of(1)), two = open_store(settings_of(2));
  made_concert(*one);
  for (int i = 0; i < 4; ++i) execute(*one, charge(kAnn, {10}, key_of(kAnn, Operation::charge, i)));
  clock_.advance(hours{1});
  EXPECT_EQ(one->forget(everything(), 2).keys, 2);
  EXPECT_EQ(two->forget(everything(), 2).rows(), 0);
  EXPECT_FALSE(two->forget(everything(), 2).first_event) << "the other has the lease";
  EXPECT_EQ(one->forget(everything(), 2).keys, 2);
}

TEST_F(RetentionOfMysql, PassesToAnotherProcessWhenTheLeaseIsOver) {
  execute(*open_store(settings_of(1)), charge(kAnn, {10}, key_of(kAnn, Operation::charge, 1)));
  clock_.advance(hours{1});
  {
    EXPECT_EQ(open_store(settings_of(1))->forget({}, 2).rows(), 0) << "it takes the lease";
  }
  EXPECT_EQ(open_store(settings_of(2))->forget(everything(), 2).keys, 0);
  clock_.advance(hours{1});
  EXPECT_EQ(open_store(settings_of(2))->forget(everything(), 2).keys, 1);
}

TEST_F(RetentionOfMysql, KeepsAnEventUntilItIsDelivered) {
  const auto store = open();
  const auto outbox = open_outbox(settings());
  const auto seats = made_concert(*store, {.seats_of_schedules = {10}}).seats[0];
  for (int i = 0; i < 5; ++i)
    execute(*store, hold({.user = {10 + i}, .seats = {seats[static_cast<std::size_t>(i)]}}, made<ReservationId>()));
  outbox->number_events(100);
  clock_.advance(days{365});
  EXPECT_EQ(store->forget(everything(), 10).events, 0);
  const auto second = outbox->pending(2, 10);
  ASSERT_EQ(second.size(), 1u) << "reservation 2";
  deliver(*outbox);
  run("INSERT INTO outbox (shard, event_id) VALUES (2, " + std::to_string(second[0].id.value) + ")");
  EXPECT_EQ(store->forget(everything(), 10).events, 1) << "those after it stay too";
  EXPECT_EQ(store->open_reader()->event_horizon().first, EventId{2});
  outbox->delivered(2, std::vector{second[0].id});
  EXPECT_EQ(store->forget(everything(), 10).events, 3) << "but not the newest";
}

TEST_F(RetentionOfMysql, ForgetsTheBatchesOfPodsThatHaveStopped) {
  const auto store = open();
  for (int i = 0; i < 3; ++i) execute(*store, charge(kAnn, {10}));
  run("INSERT INTO batch_log (id, at) VALUES (1, -1), (2, -" + std::to_string(clock_.now().time_since_epoch().count()) + ")");
  const std::string before = run("SELECT count(*) FROM batch_log");
  EXPECT_EQ(store->forget({.keys = {}, .events = {}, .tickets = {}, .batches = clock_.now()}, 10).batches, 1) << "(1, -1)";
  clock_.advance(hours{1});
  EXPECT_EQ(store->forget({.keys = {}, .events = {}, .tickets = {}, .batches = clock_.now()}, 10).batches, std::stoi(before) - 1);
  EXPECT_EQ(run("SELECT count(*) FROM batch_log"), "0");
}

TEST_F(RetentionOfMysql, ForgetsTheTicketsOfEndedSalesOnly) {
  const auto store = open();
  const ConcertId over = made_concert(*store).concert, on = made_concert(*store).concert, deleted = made_concert(*store).concert;
  const std::string now = std::to_string(clock_.now().time_since_epoch().count());
  for (const ConcertId concert : {over, on, deleted}) {
    const std::string id = std::to_string(concert.value);
    for (int user = 1; user <= 5; ++user)
      run("INSERT INTO tickets (concert_id, user_id, number, state, was_paid, issued_at, admitted_at, seen_at, back_by) VALUES (" +
          id + ", " + std::to_string(user) + ", " + std::to_string(user) + ", " + (user < 3 ? "2" : "0") + ", 0, 0, 0, 0, 0)");
    run("INSERT INTO queue_left (concert_id, number) VALUES (" + id + ", 1)");
    run("INSERT INTO queues (concert_id, tail, front) VALUES (" + id + ", 5, 0)");
  }
  run("UPDATE schedules SET starts_at = " + now + " - 1000 WHERE concert_id = " + std::to_string(over.value));
  run("UPDATE schedules SET starts_at = " + now + " + 1000 WHERE concert_id = " + std::to_string(on.value) + " LIMIT 1");
  run("UPDATE concerts SET deleted = 1 WHERE id = " + std::to_string(deleted.value));
  const KeptSince since{.keys = {}, .events = {}, .tickets = clock_.now(), .batches = {}};
  int forgotten = 0;
  for (bool has_more = true; has_more;) {
    const Forgotten gone = store->forget(since, 2);
    EXPECT_LE(gone.tickets, 2);
    forgotten += gone.tickets;
    has_more = gone.has_more;
  }
  EXPECT_EQ(forgotten, 10);
  EXPECT_EQ(run("SELECT count(*) FROM tickets WHERE concert_id = " + std::to_string(on.value)), "5");
  EXPECT_EQ(run("SELECT count(*) FROM tickets"), "5");
  EXPECT_EQ(run("SELECT count(*) FROM queue_left"), "1");
  EXPECT_EQ(run("SELECT count(*) FROM queues"), "3") << "numbers go on from their counters";
}

// A search that begins at the settled events must not miss one that is committed late.
TEST_F(RetentionOfMysql, NumbersAndDeliversAnEventThatIsCommittedLate) {
  const auto store = open();
  const auto outbox = open_outbox(settings());
  const auto seats = made_concert(*store, {.seats_of_schedules = {10}}).seats[0];
  const auto late = session();
  const auto first = made<ReservationId>(), second = made<ReservationId>();
  execute(*store, hold({.user = kAnn, .seats = {seats[0]}}, first));
  execute(*store, hold({.user = kBen, .seats = {seats[1]}}, second));
  // The first event is taken out, and comes back in a transaction that another one overtakes.
  run("UPDATE events SET id = 1000 WHERE reservation_id = 1; UPDATE events SET id = 1001 WHERE reservation_id = 2;"
      "DELETE FROM outbox; INSERT INTO outbox (shard, event_id) VALUES (2, 1001); DELETE FROM events WHERE id = 1000");
  mysql::run(*late,
             "INSERT INTO events (id, type, reservation_id, seq, occurred_at) VALUES (1000, 1, 1, 1, " +
                 std::to_string(clock_.now().time_since_epoch().count()) + ")");
  mysql::run(*late, "INSERT INTO outbox (shard, event_id) VALUES (1, 1000)");
  std::vector<int> all(kOutboxShards);
  std::iota(all.begin(), all.end(), 0);
  for (int round = 0; round < 3; ++round) {
    outbox->has_news(all);
    outbox->number_events(10);
    deliver(*outbox);
  }
  EXPECT_EQ(run("SELECT settled < 1000 FROM feed"), "1") << "it may still come";
  mysql::run(*late, "COMMIT");
  EXPECT_TRUE(outbox->has_news(all));
  EXPECT_EQ(outbox->number_events(10), EventId{2});
  EXPECT_EQ(outbox->pending(1, 10).size(), 1u);
  deliver(*outbox);
  EXPECT_FALSE(outbox->has_news(all));
}

TEST_F(RetentionOfMysql, ARelayThatTakesOverBeginsWhereTheLastOneHasDelivered) {
  const auto store = open();
  const auto seats = made_concert(*store, {.seats_of_schedules = {10}}).seats[0];
  for (int i = 0; i < 4; ++i)
    execute(*store, hold({.user = {10 + i}, .seats = {seats[static_cast<std::size_t>(i)]}}, made<ReservationId>()));
  std::vector<int> all(kOutboxShards);
  std::iota(all.begin(), all.end(), 0);
  {
    const auto outbox = open_outbox(settings());
    outbox->take_leases(all, 7, Duration{1'000});
    outbox->has_news(all);
    outbox->number_events(10);
    deliver(*outbox);
    outbox->has_news(all);
    deliver(*outbox);
    outbox->take_leases(all, 7, Duration{0});
  }
  EXPECT_EQ(run("SELECT min(delivered) = (SELECT max(id) FROM events) FROM relay_leases"), "1");
  run("UPDATE relay_leases SET delivered = 77");
  const auto next = open_outbox(settings());
  EXPECT_EQ(next->take_leases(all, 8, Duration{1'000}).size(), all.size());
  EXPECT_EQ(run("SELECT min(delivered) FROM relay_leases"), "77") << "not its own, which is none";
}

class AuditAfterRetention : public MysqlTest {
 protected:
  AuditAfterRetention() {
    test::NumberingStore store{settings()};
    sell_a_little(store, clock_);
    // The expired hold of the first user is older than the rest by the time of a hold.
    EXPECT_GT(store.forget({.keys = {}, .events = clock_.now(), .tickets = {}, .batches = {}}, 100).events, 0);
  }
  void TearDown() override {}
};

TEST_F(AuditAfterRetention, ProvesWhatIsLeft) {
  EXPECT_NE(run("SELECT first_id FROM event_horizon"), "1");
  for (const AuditLine& line : audit(database_.endpoint()))
    EXPECT_EQ(line.broken, 0) << line.rule << ' ' << line.what << ": " << line.example;
}

TEST_F(AuditAfterRetention, FindsWhatWasPlantedWithinTheHorizon) {
  const auto connection = session();
  mysql::run(*connection, "SET SESSION check_constraint_checks = 0");
  for (const PlantedFault& fault : faults_within_the_horizon()) {
    mysql::run(*connection, fault.sql);
    expect_found(fault, audit_as_seen_by(*connection));
    mysql::run(*connection, "ROLLBACK");
  }
  const PlantedFault oldest{"E1", "the event log", "DELETE FROM events ORDER BY feed_id LIMIT 1"};
  mysql::run(*connection, oldest.sql);
  expect_found(oldest, audit_as_seen_by(*connection));
}

}  // namespace
}  // namespace frontrow::mysql
