// No statement of the store reads more rows when there are many rows of other people, and each stays within its time
// limit.
//
// The tables are filled with foreign rows, while the server's statistics stay those of empty tables. Then everything
// that the store can do is done once. The server counts the rows of each table. A statement that takes longer than its
// connection's limit throws.
#include <gmock/gmock.h>

#include <map>
#include <type_traits>

#include "adapters/mysql/catalog_reader.hpp"
#include "adapters/mysql/due_holds.hpp"
#include "adapters/mysql/queue_reader.hpp"
#include "mysql_test.hpp"
#include "server_setting.hpp"
#include "support/rounds.hpp"

namespace frontrow::mysql {
namespace {

using std::chrono::hours;
using testing::SizeIs;

constexpr int kPage = 50;
constexpr int kSeats = 200;
constexpr UserId kHeavy{7};  // owns half of the foreign rows
// Rows of one table for one operation: those of a page with their related rows, the seats of the hall, eight reads for
// each deleted key.
constexpr std::int64_t kMostRows = 10 * kPage;

class BigTables : public MysqlTest {
 protected:
  BigTables() { fill(test::rounds(100'000, 2'000'000)); }
  void TearDown() override {}  // the foreign rows are no sound sale

  // 1 … `rows` in table n.
  void count_to(int rows) {
    run("CREATE TABLE n (i BIGINT NOT NULL PRIMARY KEY) ENGINE=InnoDB; INSERT INTO n VALUES (1)");
    for (std::int64_t have = 1; have < rows; have *= 2) {
      const std::string step = "INSERT INTO n SELECT i + " + std::to_string(have) + " FROM n WHERE i + " + std::to_string(have) +
                               " <= " + std::to_string(rows);
      run(step);
    }
  }
  // Rows of other concerts, of other users, and of one user with a long history. Their times are long ago.
  void fill(int rows) {
    constexpr int kAtOnce = 100'000;  // a transaction that the replicas can follow
    count_to(rows);
    for (int from = 0; from < rows; from += kAtOnce)
      fill_stretch(" FROM n WHERE i > " + std::to_string(from) + " AND i <= " + std::to_string(from + kAtOnce));
    run("UPDATE feed SET last = (SELECT max(i) FROM n), settled = (SELECT max(i) FROM n)");
    // Foreign halls, and batches that were never deleted.
    const std::string some = " FROM n WHERE i <= 50000";
    run("INSERT INTO seats (id, schedule_id, section_id, `row`, number, price, status)"
        " SELECT 1000000000 + i, i % 500 + 1000000, 1, 0, 1, 100, 'AVAILABLE'" +
        some);
    run("INSERT INTO batch_log SELECT -1000000000 - i, 1" + some);
    run("DROP TABLE n");
  }
  void fill_stretch(const std::string& rows) {
    const std::string id = "1000000000 + i", user = "IF(i % 2, 7, 1000000 + i)", concert = "1000000 + i % 2000";
    run("INSERT INTO accounts SELECT 1000000 + i, 1000" + rows);
    run("INSERT INTO reservations (id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at, ended_at,"
        " ticket_number, last_seq) SELECT " +
        id + ", " + user + ", " + concert + ", " + concert +
        ", ELT(1 + i % 3, 'EXPIRED', 'CONFIRMED', 'CANCELLED'), 100, i, i, i, 1 + i, 2" + rows);
    run("INSERT INTO reservation_seats (reservation_id, seat_id, number, price, live) SELECT " + id + ", " + id + ", 1, 100, 0" +
        rows);
    run("INSERT INTO payments SELECT " + id + ", " + id + ", " + user + ", 100, 0, i" + rows + " AND i % 3 = 1");
    run("INSERT INTO ledger SELECT " + user + ", " + id + ", 100, NULL, i" + rows);
    run("INSERT INTO ledger SELECT -1, " + id + ", -100, NULL, i" + rows);
    run("INSERT INTO idempotency SELECT " + user + ", 2, UNHEX(LPAD(HEX(i), 32, '0')), 1, 1, 0, 0, 0, i" + rows);
    run("INSERT INTO subjects SELECT 'https://id.example', CONCAT('person ', i), 4503599727370496 + i, i" + rows);
    run("INSERT INTO events (id, feed_id, type, reservation_id, seq, occurred_at) SELECT i, i, 1, " + id + ", 1, i" + rows);
  }

  using Counts = std::map<std::string, std::int64_t>;  // by table
  Counts tables_now() {
    Counts now;
    const auto asking = session(Role::reader);
    constexpr auto kQuestion =
        "SELECT table_name, rows_read FROM information_schema.table_statistics WHERE table_schema = DATABASE()";
    Rows rows = asking->ask(Sql::script(kQuestion), "read the statistics of a test");
    while (rows.next()) now[std::string{rows.text(0)}] = rows.integer(1);
    return now;
  }
  // Runs `work`, which must find its rows by indexes.
  template <class Work>
  auto bounded(const std::string& what, Work work) {
    const Counts before = tables_now();
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      expect_bounded(what, before);
    } else {
      auto found = work();
      expect_bounded(what, before);
      return found;
    }
  }
  void expect_bounded(const std::string& what, const Counts& before) {
    for (const auto& [table, read] : tables_now()) {
      const auto known = before.find(table);
      const std::int64_t rows = read - (known == before.end() ? 0 : known->second);
      EXPECT_LE(rows, kMostRows) << what << " reads " << table;
      rows_seen_ += rows;
    }
  }
  void step(const std::string& what, CommandPtr command) {
    const std::shared_ptr<LambdaCommand> shared = std::move(command);
    bounded(what, [&] {
      execute(*store_,
              std::make_unique<LambdaCommand>([=](Keys& keys) { shared->declare(keys); },
                                              [=](WorkingSet& set) { return shared->decide(set); }));
    });
  }

  void buy_and_end() {
    concert_ = made_concert(*store_, {.seats_of_schedules = {kSeats}});
    const auto& seats = concert_.seats[0];
    const ConcertId concert = concert_.concert;
    step("charging", charge(kAnn, {500'000}, key_of(kAnn, Operation::charge, 1)));
    std::vector<Made<ReservationId>> ids;
    for (std::size_t i = 0; i < 6; ++i) {
      const UserId user = i % 2 == 0 ? kHeavy : kAnn;
      ids.push_back(made<ReservationId>());
      const auto key = key_of(user, Operation::hold, 100 + static_cast<int>(i));
      step("holding", hold({.user = user, .seats = {seats[i]}, .concert = concert, .ticket = {1}, .key = key}, ids.back()));
    }
    step("paying", pay(*ids[1], kAnn, made<PaymentId>(), key_of(kAnn, Operation::pay, 1)));
    step("giving back", end(*ids[0], ReservationStatus::cancelled));
    clock_.advance(kHold);
    step("taking over", hold({.user = kAnn, .seats = {seats[2]}, .concert = concert}, made<ReservationId>()));
    EXPECT_THAT(bounded("finding what is due", [&] { return due_->due(clock_.now(), kPage); }), SizeIs(3));
    step("expiring", end(*ids[4], ReservationStatus::expired));
    step("pricing", price({seats[10]}, {60'000}));
    for (const char* what : {"identifying a new person", "identifying a known one"})
      step(what, identify(kAnnAtIssuer, made<UserId>()));
    step("answering again",
         std::make_unique<LambdaCommand>(
             [&](Keys& keys) {
               keys.idempotency = {key_of(kAnn, Operation::pay, 1)};
               keys.concerts = {concert_.concert};
               keys.schedules = {concert_.schedules[0]};
             },
             [](WorkingSet&) { return Verdict::decided; }));
    sold_ = *ids[1];
  }
  void read_own(StoreReader& reader) {
    EXPECT_TRUE(bounded("a reservation", [&] { return reader.reservation(sold_); }));
    EXPECT_TRUE(bounded("a payment", [&] { return reader.payment_of(sold_); }));
    EXPECT_TRUE(bounded("a subject's user", [&] { return reader.user_of(kAnnAtIssuer); }));
    for (const UserId user : {kAnn, kHeavy}) {
      bounded("a balance", [&] { return reader.account(user); });
      const auto page = bounded("reservations", [&] { return reader.reservations_of(user, {}, kPage); });
      ASSERT_FALSE(page.empty());
      bounded("more reservations",
              [&] { return reader.reservations_of(user, std::pair{page.back().created_at, page.back().id}, kPage); });
      const auto lines = bounded("a ledger", [&] { return reader.ledger_of(user, {}, kPage); });
      ASSERT_FALSE(lines.empty());
      bounded("more of a ledger", [&] { return reader.ledger_of(user, lines.back().id, kPage); });
    }
  }
  void read_for_operators(StoreReader& reader) {
    const SalesSummary sales = bounded("sales", [&] { return reader.sales(concert_.concert); });
    EXPECT_EQ(sales.seats, kSeats);
    EXPECT_EQ(sales.confirmed, 1);
    EXPECT_EQ(sales.sold, 1);
    EXPECT_EQ(sales.held, 3);
    EXPECT_THAT(bounded("old events", [&] { return reader.events_after({5}, kPage); }), SizeIs(kPage));
    const EventId last = bounded("the last event", [&] { return store_->last_event(); });
    EXPECT_THAT(bounded("new events", [&] { return reader.events_after({last.value - 3}, kPage); }), SizeIs(3));
  }
  void read_catalog() {
    Replicas none{pool_, {}};
    Replicas one{pool_, {.endpoints = {database_.replica()}}};
    const auto catalog = open_catalog_reader(pool_, none);
    const ScheduleId schedule = concert_.schedules[0];
    bounded("a heartbeat", [&] { one.measure(); });
    bounded("nothing to beat for", [&] { none.measure(); });
    EXPECT_THAT(bounded("what is for sale", [&] { return catalog->catalog(); }).schedules, SizeIs(1));
    EXPECT_TRUE(bounded("a version", [&] { return catalog->seat_map_version(schedule); }));
    EXPECT_THAT(bounded("a seat map", [&] { return catalog->seat_map(schedule, 0); })->seats, SizeIs(kSeats));
  }
  void relay_and_tidy() {
    const auto outbox = open_outbox({.primary = database_.endpoint(), .clock = &clock_});
    EXPECT_TRUE(bounded("a lease", [&] { return !outbox->take_leases(std::array{1}, 5, hours{1}).empty(); }));
    EXPECT_TRUE(bounded("looking for events", [&] { return outbox->has_news(std::array{1}); }));
    bounded("numbering", [&] { return outbox->number_events(kPage); });
    for (int shard = 0; shard < 16; ++shard) {
      std::vector<OutboxId> told;
      for (const OutboxRow& row : bounded("the outbox", [&] { return outbox->pending(shard, kPage); })) told.push_back(row.id);
      bounded("emptying it", [&] { outbox->delivered(shard, told); });
    }
    const KeptSince since{.keys = clock_.now() - hours{24}, .events = clock_.now(), .tickets = {}, .batches = clock_.now()};
    EXPECT_EQ(bounded("forgetting", [&] { return store_->forget(since, kPage); }).keys, kPage);
    bounded("looking on", [&] { return store_->forget({}, kPage); });
    bounded("tending", [&] { store_->tend(); });
  }
  void queue_up() {
    TicketRow row{.number = {1}, .user = kAnn, .state = TicketState::waiting, .issued_at = clock_.now()};
    step("joining", move_queue(concert_.concert, 1, 0, {row}));
    row.state = TicketState::active, row.admitted_at = clock_.now();
    step("letting in", move_queue(concert_.concert, 1, 1, {row}));
    row.state = TicketState::ended;
    step("leaving", move_queue(concert_.concert, 1, 1, {row}));
    bounded("a queue's row", [&] { return queues_->row(concert_.concert); });
    bounded("a ticket", [&] { return queues_->ticket({kHeavy, concert_.concert}, {1}, clock_.now()); });
    bounded("who is inside", [&] { return queues_->inside(concert_.concert); });
    bounded("who is silent", [&] { return queues_->silent(concert_.concert, 1'000'000, clock_.now(), 10); });
    bounded("who has left", [&] { return queues_->left(concert_.concert, 0); });
  }

  const Subject kAnnAtIssuer{.issuer = "https://id.example", .text = "ann"};
  const ServerSetting counts_{"userstat", "1", "0"};
  const ServerSetting statistics_{"innodb_stats_auto_recalc", "0", "1"};
  const std::unique_ptr<Store> store_ = open();
  const std::shared_ptr<Pool> pool_ =
      std::make_shared<Pool>(PoolSettings{.endpoint = database_.endpoint(), .connection = {}, .most = 1});
  const std::unique_ptr<QueueReader> queues_ = open_queue_reader(pool_);
  const std::unique_ptr<DueHolds> due_ = open_due_holds(pool_);
  MadeConcert concert_;
  ReservationId sold_;
  std::int64_t rows_seen_ = 0;
};

TEST_F(BigTables, OfOthersAreNotReadByAnyStatement) {
  buy_and_end();
  queue_up();
  const auto reader = store_->open_reader();
  read_own(*reader);
  read_for_operators(*reader);
  read_catalog();
  relay_and_tidy();
  EXPECT_GT(rows_seen_, 500) << "rows are counted";
}

}  // namespace
}  // namespace frontrow::mysql
