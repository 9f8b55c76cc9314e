// No statement of the store reads more rows when there are many rows of other people.
//
// The test fills the tables with foreign rows, then uses everything that the store can do once. SQLite itself reports
// the statements, their steps, and their query plans. So a statement that is added later is checked without being named
// here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdio>
#include <map>

#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/statement.hpp"
#include "adapters/sqlite/store.hpp"
#include "base/mutex.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/rounds.hpp"
#include "support/store_moves.hpp"

namespace frontrow::sqlite {
namespace {

using std::chrono::hours;
using testing::SizeIs;

// For a statement that gives kPage rows or fewer: about ten steps a row; the seats of kPage reservations are statements
// of their own. A scan of the smallest fill takes ten times as many steps.
constexpr std::int64_t kMostSteps = 10'000;
constexpr int kPage = 50;
constexpr int kSeats = 200;
constexpr int kForeignConcerts = 2'000;

struct Ran {
  std::int64_t most_steps = 0, times = 0;
};

// The statements that ran on any connection of the process while this object lived.
class Recorder {
 public:
  Recorder() {
    const MutexLock lock(mutex());
    statements().clear();
    sqlite3_auto_extension(entry());
  }
  ~Recorder() { sqlite3_cancel_auto_extension(entry()); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  static std::map<std::string, Ran> take() {
    const MutexLock lock(mutex());
    return std::exchange(statements(), {});
  }

 private:
  using Entry = void (*)();
  static Mutex& mutex() {
    static Mutex one;
    return one;
  }
  static std::map<std::string, Ran>& statements() {
    static std::map<std::string, Ran> all;
    return all;
  }
  static int record(unsigned, void*, void* finished, void*) {
    auto* statement = static_cast<sqlite3_stmt*>(finished);
    const std::int64_t steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    const MutexLock lock(mutex());
    Ran& ran = statements()[sqlite3_sql(statement)];
    ran.most_steps = std::max(ran.most_steps, steps);
    ++ran.times;
    return 0;
  }
  static int install(sqlite3* db, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, record, nullptr);
  }
  static Entry entry() { return reinterpret_cast<Entry>(&install); }
};

class BigTables : public testing::Test {
 protected:
  static constexpr UserId kHeavy{7};  // owns half of the foreign rows
  static constexpr UserId kAnn{1};
  const Subject kAnnAtIssuer{.issuer = "https://id.example", .text = "ann"};

  BigTables() {
    open_store({.location = location_}, clock_);
    fill(test::rounds(100'000, 2'000'000));
  }

  std::string numbers(const std::string& count) const {
    return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + count + ") ";
  }
  // Rows of other concerts, of other users, and of one user with a long history. Their times are long ago.
  void fill(int rows) {
    Connection connection{location_, Access::read_write, {.cache_bytes = std::int64_t{256} << 20, .durable = false}};
    connection.run("PRAGMA foreign_keys=OFF; BEGIN");
    const std::string few = numbers(std::to_string(kForeignConcerts)), many = numbers(std::to_string(rows));
    const std::string user = "iif(i % 2, 7, 1000000 + i)", id = "1000000000 + i", concert = "1000000 + i % 2000";
    connection.run(
        few +
        "INSERT INTO concerts (id, title, artist, venue, booking_opens_at, booking_closes_at, queue_enabled,"
        " queue_max_active, queue_admissions_per_second) SELECT 1000000 + i, 'Other', '', '', NULL, NULL, 1, 1, 1 FROM n");
    connection.run(few +
                   "INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version) SELECT 1000000 + i, "
                   "1000000 + i, 0, 1000000000 + i * 10, 10, 0 FROM n");
    connection.run(many + "INSERT INTO accounts SELECT 1000000 + i, 1000 FROM n");
    connection.run(many + "INSERT INTO reservations SELECT " + id + ", " + user + ", " + concert + ", " + concert +
                   ", CASE i % 3 WHEN 0 THEN 'EXPIRED' WHEN 1 THEN 'CONFIRMED' ELSE 'CANCELLED' END, 100, i, i, i, 0, 2 FROM n");
    connection.run(many + "INSERT INTO reservation_seats SELECT " + id + ", " + id + ", 1, 100, 0 FROM n");
    connection.run(many + "INSERT INTO payments SELECT " + id + ", " + id + ", " + user + ", 100, 0, i FROM n WHERE i % 3 = 1");
    connection.run(many + "INSERT INTO ledger SELECT " + user + ", " + id + ", 100, NULL, i FROM n");
    connection.run(many + "INSERT INTO ledger SELECT -1, " + id + ", -100, NULL, i FROM n");
    connection.run(many + "INSERT INTO idempotency SELECT " + user +
                   ", 2, CAST(printf('%016d', i) AS BLOB), 1, 1, 0, 0, 0, i FROM n");
    connection.run(many +
                   "INSERT INTO subjects SELECT CAST('https://id.example' AS BLOB), CAST('person ' || i AS BLOB), 4503599727370496 "
                   "+ i, i FROM n");
    connection.run(many + "INSERT INTO events (id, type, reservation_id, seq, occurred_at) SELECT i, 1, " + id + ", 1, i FROM n");
    connection.run("COMMIT");
  }

  void buy_and_end(Store& store) {
    const auto concert = std::make_shared<MadeConcert>();
    execute(store, create({.seats_of_schedules = {kSeats}}, concert));
    concert_ = concert->concert;
    const auto& seats = concert->seats[0];
    execute(store, charge(kAnn, {500'000}, key_of(kAnn, Operation::charge, 1)));
    std::vector<Made<ReservationId>> made_ids;
    for (std::size_t i = 0; i < 8; ++i) {
      const UserId user = i % 2 == 0 ? kHeavy : kAnn;
      made_ids.push_back(made<ReservationId>());
      execute(store,
              hold({.user = user,
                    .seats = {seats[i]},
                    .concert = concert_,
                    .key = key_of(user, Operation::hold, 100 + static_cast<int>(i))},
                   made_ids.back()));
    }
    execute(store, pay(*made_ids[1], kAnn, made<PaymentId>(), key_of(kAnn, Operation::pay, 1)));
    execute(store, end(*made_ids[0], ReservationStatus::cancelled));
    clock_.advance(kHold);
    execute(store, hold({.user = kAnn, .seats = {seats[2]}, .concert = concert_}, made<ReservationId>()));
    execute(store, end(*made_ids[4], ReservationStatus::expired));
    execute(store, price({seats[10]}, {60'000}));
    for (int i = 0; i < 2; ++i) execute(store, identify(kAnnAtIssuer, made<UserId>()));
    execute(store,
            std::make_unique<LambdaCommand>(
                [&](Keys& keys) {
                  keys.idempotency = {key_of(kAnn, Operation::pay, 1)};
                  keys.concerts = {concert_};
                  keys.schedules = {concert->schedules[0]};
                  keys.accounts = {kHeavy};
                },
                [](WorkingSet&) { return Verdict::decided; }));
    sold_ = *made_ids[1];
  }
  void queue_up(Store& store) {
    TicketRow row{.number = {1}, .user = kAnn, .state = TicketState::waiting, .issued_at = clock_.now()};
    execute(store, move_queue(concert_, 1, 0, {row}));
    row.state = TicketState::active, row.admitted_at = clock_.now();
    execute(store, move_queue(concert_, 1, 1, {row}));
    row.state = TicketState::ended;
    execute(store, move_queue(concert_, 1, 1, {row}));
  }
  void read_everything(Store& store) {
    const auto reader = store.open_reader();
    EXPECT_TRUE(reader->reservation(sold_));
    for (const UserId user : {kAnn, kHeavy}) {
      const auto page = reader->reservations_of(user, {}, kPage);
      if (user == kHeavy) {
        EXPECT_THAT(page, SizeIs(kPage));
      }
      reader->reservations_of(user, std::pair{page.back().created_at, page.back().id}, kPage);
      const auto lines = reader->ledger_of(user, {}, kPage);
      reader->ledger_of(user, lines.back().id, kPage);
      reader->account(user);
    }
    EXPECT_THAT(reader->events_after({5}, kPage), SizeIs(kPage));
    EXPECT_THAT(reader->events_after({store.last_event().value - 3}, kPage), SizeIs(3));
    EXPECT_EQ(reader->sales(concert_).seats, kSeats);
    EXPECT_EQ(reader->sales(concert_).confirmed, 1);
    EXPECT_TRUE(reader->payment_of(sold_));
    EXPECT_TRUE(reader->user_of(kAnnAtIssuer));
  }
  void tidy_up(Store& store) {
    EXPECT_EQ(store.forget({.keys = clock_.now() - hours{24}, .events = {}, .tickets = {}, .batches = {}}, kPage).keys, kPage);
    EXPECT_EQ(store.forget({}, kPage).rows(), 0);
    EXPECT_EQ(store.forget({.keys = {}, .events = clock_.now(), .tickets = {}, .batches = {}}, kPage).events, kPage);
    give_up_a_hall(store);
    store.tend();
  }

  // A hall of two seats is begun and given up.
  void give_up_a_hall(Store& store) {
    const auto hall = std::make_shared<Schedule>();
    const auto section = std::make_shared<SectionId>();
    const auto begin = [=](WorkingSet& set) {
      Concert hidden{.id = {set.take_id(IdKind::concert)}, .title = "", .artist = "", .venue = "", .booking = {}, .queue = {}};
      hidden.is_deleted = true;
      *hall = {.id = {set.take_id(IdKind::schedule)},
               .concert = hidden.id,
               .starts_at = set.now,
               .first_seat = {set.take_id(IdKind::seat)}};
      set.take_id(IdKind::seat);
      set.new_drafts.push_back({.concert = hidden.id, .begun_at = set.now});
      set.new_schedules.push_back(*hall);
      *section = {set.take_id(IdKind::section)};
      set.new_sections.push_back({.id = *section, .schedule = hall->id, .name = ""});
      set.new_concerts.push_back(std::move(hidden));
      return Verdict::decided;
    };
    execute(store, std::make_unique<LambdaCommand>([](Keys& keys) { keys.new_ids = {1, 1, 1, 2, 0, 0, 0}; }, begin));
    const auto declare = [=](Keys& keys) {
      keys.changed_concerts.push_back(hall->concert);
      keys.drafts.push_back(hall->concert);
    };
    const auto grow = [=](WorkingSet& set) {
      for (int i = 0; i < 2; ++i)
        set.new_seats.push_back(
            {.place = {.id = {hall->first_seat.value + i}, .schedule = hall->id, .section = *section, .number = i + 1},
             .price = {1}});
      return Verdict::decided;
    };
    execute(store, std::make_unique<LambdaCommand>(declare, grow));
    clock_.advance(Duration{1});
    const KeptSince old{.keys = {}, .events = {}, .tickets = {}, .drafts = clock_.now(), .batches = {}};
    while (store.forget(old, 1).drafts > 0) continue;
  }

  // The full scans and sorts of a statement; nothing if it finds its rows by indexes.
  std::string objection_to(Connection& connection, const std::string& sql) {
    std::string found;
    Statement plan{connection, "EXPLAIN QUERY PLAN " + sql};
    for (Rows rows = plan.rows(); rows.next();) {
      const std::string line{rows.text(3)};
      if (line.starts_with("SCAN") || line.find("FOR ORDER BY") != std::string::npos) found += line + "; ";
    }
    return found;
  }
  void expect_all_bounded(const std::map<std::string, Ran>& statements) {
    Connection connection{location_, Access::read_only, {}};
    int looked_at = 0;
    for (const auto& [sql, ran] : statements) {
      if (!sql.starts_with("SELECT") && !sql.starts_with("INSERT") && !sql.starts_with("UPDATE") && !sql.starts_with("DELETE"))
        continue;
      if (sql.find("sqlite_schema") != std::string::npos) continue;            // as many rows as there are tables
      if (sql.find("FROM drafts WHERE going") != std::string::npos) continue;  // as many rows as halls are being made
      ++looked_at;
      EXPECT_LE(ran.most_steps, kMostSteps) << sql;
      EXPECT_EQ(objection_to(connection, sql), "") << sql;
    }
    EXPECT_GE(looked_at, 35) << "the statements were recorded";
    std::printf("%d statements\n", looked_at);
  }

  // A start rebuilds the catalog, the seats and the live rows: it reads no row of an ended hold or ticket.
  void load(Store& store) {
    LoadVisitor visitor;
    std::int64_t held = 0;
    visitor.concert = [](const Concert&) {};
    visitor.schedule = [](const Schedule&) {};
    visitor.held_reservation = [&](const Reservation&) { ++held; };
    visitor.ticket = [](ConcertId, const TicketRow&) {};
    visitor.completed_ticket = [](ConcertId, TicketNumber) {};
    store.load(visitor);
    EXPECT_EQ(held, 5);
  }
  void expect_load_bounded(const std::map<std::string, Ran>& statements) {
    EXPECT_GE(statements.size(), 5u);
    for (const auto& [sql, ran] : statements) EXPECT_LE(ran.most_steps, 30 * kForeignConcerts) << sql;
  }

  TempDirectory home_;
  const std::string location_ = DataDirectory::database_in(home_.path()).string();
  ManualClock clock_;
  ConcertId concert_;
  ReservationId sold_;
};

TEST_F(BigTables, OfOthersAreNotReadByAnyStatement) {
  const Recorder recorder;
  {
    newest_time(location_);
    const auto store = open_store({.location = location_}, clock_);
    buy_and_end(*store);
    queue_up(*store);
    read_everything(*store);
    tidy_up(*store);
    expect_all_bounded(Recorder::take());
    load(*store);
  }
  expect_load_bounded(Recorder::take());
}

}  // namespace
}  // namespace frontrow::sqlite
