// A batch reads the rows that it needs, and not more because the tables have grown.
//
// The optimizer reads a whole table if its statistics say that the table is small; that is so whenever many people come
// at once. The answer is right then, and only its time shows the fault. So here the statistics stay those of empty
// tables.
#include <algorithm>
#include <map>

#include "adapters/mysql/due_holds.hpp"
#include "mysql_test.hpp"
#include "server_setting.hpp"

namespace frontrow::mysql {
namespace {

constexpr int kBatch = 250;
constexpr int kBatchesBefore = 4;  // batches before the first measurement; before the second there are four times as many
// Rows of one table that one command may read: for hints, for the lock, under it, and for the write.
constexpr std::int64_t kMostEach = 4;
constexpr std::int64_t kTolerance = 20;  // rows of one table that a batch may read more in the second measurement

class RowsRead : public MysqlTest {
 protected:
  using Counts = std::map<std::string, std::int64_t>;  // by operation and table

  template <class Make>
  void batch(Make make) {
    std::vector<CommandPtr> commands;
    for (std::size_t i = 0; i < kBatch; ++i) commands.push_back(make(i));
    execute(*store_, commands);
  }
  MadeConcert new_concert() { return made_concert(*store_, {.seats_of_schedules = {kBatch}}); }
  // Each of another user, with a key.
  std::vector<ReservationId> hold_all(const MadeConcert& concert) {
    std::vector<Made<ReservationId>> made_ids;
    first_user_ += kBatch;
    batch([&](std::size_t i) {
      made_ids.push_back(made<ReservationId>());
      return hold(
          {.user = user(i), .seats = {concert.seats[0][i]}, .concert = concert.concert, .key = key_of(user(i), Operation::hold, 1)},
          made_ids.back());
    });
    std::vector<ReservationId> ids;
    for (const auto& id : made_ids) ids.push_back(*id);
    return ids;
  }
  UserId user(std::size_t i) const { return {first_user_ + static_cast<std::int64_t>(i)}; }
  void charge_all() {
    batch([&](std::size_t i) { return charge(user(i), {50'000}, key_of(user(i), Operation::charge, 1)); });
  }
  void pay_all(const std::vector<ReservationId>& ids) {
    batch([&](std::size_t i) { return pay(ids[i], user(i), made<PaymentId>(), key_of(user(i), Operation::pay, 1)); });
  }
  void end_all(const std::vector<ReservationId>& ids, ReservationStatus ending) {
    batch([&](std::size_t i) { return end(ids[i], ending); });
  }
  void move_all(std::int64_t first, TicketState state) {
    std::vector<TicketRow> rows;
    for (std::int64_t i = 0; i < kBatch; ++i)
      rows.push_back(
          {.number = {first + i}, .user = {first + i}, .state = state, .issued_at = clock_.now(), .admitted_at = clock_.now()});
    execute(*store_, move_queue({1}, first + kBatch, first, rows));
  }

  // Reservations of every kind, half of them paid, and people who wait.
  void fill(int batches) {
    for (int i = 0; i < batches; ++i) {
      const auto ids = hold_all(new_concert());
      if (i % 4 == 0) end_all(ids, ReservationStatus::cancelled);
      if (i % 4 > 1) charge_all(), pay_all(ids);
      move_all(tail_ += kBatch, TicketState::waiting);
    }
  }

  Counts tables_now() {
    Counts now;
    const auto asking = session(Role::reader);
    constexpr auto kQuestion =
        "SELECT table_name, rows_read FROM information_schema.table_statistics WHERE table_schema = DATABASE()";
    Rows rows = asking->ask(Sql::script(kQuestion), "read the statistics of a test");
    while (rows.next()) now[std::string{rows.text(0)}] = rows.integer(1);
    return now;
  }
  template <class Work>
  void count(Counts& counts, const std::string& what, Work work) {
    const Counts before = tables_now();
    work();
    for (const auto& [table, read] : tables_now()) {
      const auto known = before.find(table);
      counts[what + ", " + table] = read - (known == before.end() ? 0 : known->second);
    }
  }

  void count_buying(Counts& counts) {
    std::vector<ReservationId> ids;
    const MadeConcert concert = new_concert();
    count(counts, "holding", [&] { ids = hold_all(concert); });
    count(counts, "answering again", [&] {
      batch([&](std::size_t i) {
        return std::make_unique<LambdaCommand>(
            [key = key_of(user(i), Operation::hold, 1)](Keys& keys) { keys.idempotency.push_back(key); },
            [](WorkingSet&) { return Verdict::decided; });
      });
    });
    count(counts, "charging", [&] { charge_all(); });
    count(counts, "paying", [&] { pay_all(ids); });
    count(counts, "pricing", [&] { execute(*store_, price(concert.seats[0], {50'000})); });
  }

  void count_endings(Counts& counts) {
    const MadeConcert concert = new_concert();
    std::vector<ReservationId> ids = hold_all(concert);
    count(counts, "giving back", [&] { end_all(ids, ReservationStatus::cancelled); });
    ids = hold_all(concert);
    clock_.advance(kHold);
    count(counts, "taking over", [&] { ids = hold_all(concert); });
    clock_.advance(kHold);
    count(counts, "expiring", [&] { end_all(ids, ReservationStatus::expired); });
  }

  void count_queue_and_catalog(Counts& counts) {
    const std::int64_t first = tail_ += kBatch;
    count(counts, "joining", [&] { move_all(first, TicketState::waiting); });
    count(counts, "letting in", [&] { move_all(first, TicketState::active); });
    count(counts, "leaving", [&] { move_all(first, TicketState::ended); });
    count(counts, "looking at concerts", [&] {
      batch([&](std::size_t i) {
        return std::make_unique<LambdaCommand>(
            [i](Keys& keys) {
              keys.concerts.push_back({static_cast<std::int64_t>(i % 3) + 1});
              keys.schedules.push_back({static_cast<std::int64_t>(i % 3) + 1});
            },
            [](WorkingSet&) { return Verdict::decided; });
      });
    });
  }

  void count_relay_and_sweep(Counts& counts) {
    count(counts, "finding what is due", [&] { due_->due(clock_.now(), kBatch); });
    count(counts, "numbering events", [&] { outbox_->number_events(kBatch); });
    std::vector<OutboxRow> pending;
    count(counts, "reading the outbox", [&] { pending = outbox_->pending(1, kBatch); });
    std::vector<OutboxId> told;
    for (const OutboxRow& row : pending) told.push_back(row.id);
    EXPECT_FALSE(told.empty());
    count(counts, "emptying the outbox", [&] { outbox_->delivered(1, told); });
  }

  Counts measure() {
    run_as_administrator("MYSQL_PRIMARY_SOCKET", "FLUSH TABLES");  // a table that is opened anew reads its statistics
    Counts counts;
    count_buying(counts);
    count_endings(counts);
    count_queue_and_catalog(counts);
    count_relay_and_sweep(counts);
    return counts;
  }

  const ServerSetting counts_{"userstat", "1", "0"};
  const ServerSetting statistics_{"innodb_stats_auto_recalc", "0", "1"};
  const std::unique_ptr<Store> store_ = open_store({.primary = database_.endpoint(), .clock = &clock_});
  const std::unique_ptr<Outbox> outbox_ = open_outbox({.primary = database_.endpoint(), .clock = &clock_});
  const std::unique_ptr<DueHolds> due_ =
      open_due_holds(std::make_shared<Pool>(PoolSettings{.endpoint = database_.endpoint(), .connection = {}, .most = 1}));
  std::int64_t first_user_ = 0, tail_ = 0;
};

TEST_F(RowsRead, ByABatchDoNotGrowWithTheTables) {
  fill(kBatchesBefore);
  Counts few = measure();
  fill(3 * kBatchesBefore);
  for (const auto& [what, read] : measure()) {
    EXPECT_LE(std::max(few[what], read), kMostEach * kBatch) << what;
    // A batch of the relay contains all those payments.
    EXPECT_LE(read, std::max<std::int64_t>(few[what], kBatch) + kTolerance) << what << ": as the tables grow";
  }
  EXPECT_EQ(few["paying, reservations"], kMostEach * kBatch) << "it does count";
}

}  // namespace
}  // namespace frontrow::mysql
