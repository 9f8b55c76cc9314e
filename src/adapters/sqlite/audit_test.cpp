// Each rule of the audit finds the corruption planted for it, and looking leaves no trace.
#include "adapters/sqlite/audit.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "adapters/sql/audit_rules.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "support/lambda_command.hpp"
#include "support/manual_clock.hpp"
#include "support/store_moves.hpp"
#include "support/temp_directory.hpp"

namespace frontrow::sqlite {
namespace {

constexpr UserId kAnn{1}, kBen{2};

// Two concerts; in the first reservation 1 is sold (seats 1, 2), 2 held (seat 3), 3 expired, 4 cancelled; two tickets.
void sell_a_little(Store& store, ManualClock& clock) {
  const auto concert = std::make_shared<MadeConcert>();
  execute(store, create({.seats_of_schedules = {10, 5}}, concert));
  execute(store, create({}, std::make_shared<MadeConcert>()));
  const auto seats = concert->seats[0];
  const auto sold = made<ReservationId>(), over = made<ReservationId>(), given_back = made<ReservationId>();
  execute(store, hold({.user = kAnn, .seats = {seats[4]}}, over));
  clock.advance(kHold);
  execute(store, end(*over, ReservationStatus::expired));
  execute(store, hold({.user = kAnn, .seats = {seats[0], seats[1]}, .key = key_of(kAnn, Operation::hold, 1)}, sold));
  execute(store, charge(kAnn, {250'000}));
  execute(store, pay(*sold, kAnn, made<PaymentId>(), key_of(kAnn, Operation::pay, 1)));
  execute(store, hold({.user = kBen, .seats = {seats[2]}}, made<ReservationId>()));
  execute(store, hold({.user = kBen, .seats = {seats[5]}}, given_back));
  execute(store, end(*given_back, ReservationStatus::cancelled));
  const auto name = [concert](const char* title) {
    return CommandPtr{new LambdaCommand{[concert](Keys& keys) { keys.changed_concerts.push_back(concert->concert); },
                                        [concert, title](WorkingSet& set) {
                                          Concert next = *set.concert(concert->concert);
                                          next.title = title;
                                          set.add_change(next, "{}");
                                          return Verdict::decided;
                                        }}};
  };
  execute(store, name("Dawn"));
  execute(store, name("Dusk"));
  const TimePoint now = clock.now();
  execute(store,
          move_queue(concert->concert,
                     2,
                     1,
                     {{.number = {1}, .user = kAnn, .state = TicketState::active, .issued_at = now, .admitted_at = now},
                      {.number = {2}, .user = kBen, .state = TicketState::waiting, .issued_at = now}}));
}

struct Planted {
  const char* rule;
  const char* what;  // the start of the rule's sentence
  const char* sql;
};

constexpr Planted kPlanted[] = {
    {"S1",
     "a seat has",
     "DROP INDEX idx_active_seat_reservation; UPDATE reservation_seats SET live = 1 WHERE reservation_id = 1;"
     "UPDATE reservation_seats SET seat_id = 3 WHERE reservation_id = 1"},
    {"S1", "the seats of a reservation are live", "UPDATE reservation_seats SET live = 0 WHERE reservation_id = 3"},
    {"S1", "the seats of a reservation are live", "UPDATE reservation_seats SET live = 1 WHERE reservation_id = 1"},
    {"S2", "a taken seat", "UPDATE seats SET held_until = held_until + 1 WHERE id = 3"},
    {"S2", "a taken seat", "UPDATE seats SET status = 'RESERVED', held_until = NULL WHERE id = 3"},
    {"S2", "a taken seat", "UPDATE seats SET status = 'RESERVED', reservation_id = 2 WHERE id = 7"},
    {"S2", "a seat of a live", "UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL, held_until = NULL WHERE id = 3"},
    {"S2", "the seats of a schedule", "DELETE FROM seats WHERE id = 10"},
    {"S4", "a reservation was", "UPDATE reservations SET ended_at = expires_at WHERE id = 2"},
    {"S4", "a reservation was", "UPDATE reservations SET ended_at = expires_at - 1 WHERE id = 1"},
    {"S5", "a reservation has at least", "DELETE FROM reservation_seats WHERE reservation_id = 1"},
    {"S5", "a reservation has at least", "UPDATE reservation_seats SET seat_id = 11 WHERE reservation_id = 1"},
    {"S6", "the amount", "UPDATE reservation_seats SET price = price - 1 WHERE seat_id = 1"},
    {"M1", "a balance", "UPDATE accounts SET balance = balance + 1"},
    {"M1", "a balance", "DELETE FROM accounts"},
    {"M1", "a ledger entry", "DROP TRIGGER ledger_lines_never_go; DELETE FROM ledger WHERE account = -1"},
    {"M1", "a ledger entry", "DROP TRIGGER ledger_lines_never_change; UPDATE ledger SET amount = amount + 1 WHERE account = -2"},
    {"M2", "a reservation is CONFIRMED", "DELETE FROM payments"},
    {"M2", "a reservation is CONFIRMED", "UPDATE reservations SET status = 'TEMPORARY', ended_at = NULL WHERE id = 2"},
    {"M2", "a reservation is CONFIRMED", "UPDATE payments SET amount = amount + 1"},
    {"M2", "a payment has an id", "DROP TRIGGER ledger_lines_never_go; DELETE FROM ledger WHERE reservation_id IS NOT NULL"},
    {"M2", "a payment has an id", "INSERT INTO payments SELECT 1, id, user_id, amount, balance, paid_at FROM payments"},
    {"M3", "every balance", "UPDATE accounts SET balance = -1"},
    {"M4", "a remembered", "UPDATE idempotency SET result = 3 WHERE operation = 2"},
    {"E1", "every transition", "DELETE FROM events WHERE id = (SELECT max(id) FROM events WHERE type < 5)"},
    {"E1", "an event tells", "UPDATE events SET type = 3 WHERE type = 2"},
    {"E1", "an event tells", "UPDATE events SET seq = 2 WHERE type = 1 AND reservation_id = 3"},
    {"E1", "an event tells", "INSERT INTO events (id, type, reservation_id, seq, occurred_at) VALUES (100, 1, 77, 1, 0)"},
    {"E1",
     "no transition",
     "INSERT INTO events (id, type, reservation_id, seq, occurred_at)"
     " SELECT id + 100, type, reservation_id, seq, occurred_at FROM events WHERE type < 5"},
    {"E1", "every transition", "UPDATE reservations SET last_seq = 1 WHERE id = 2"},
    {"E1", "the event log", "UPDATE events SET id = 100 WHERE id = (SELECT max(id) FROM events)"},
    {"E1", "a change of a concert", "UPDATE events SET seq = 77 WHERE type = 6 AND seq = 2"},
    {"E1", "a change of a concert", "UPDATE events SET concert_id = 77 WHERE type = 6 AND seq = 2"},
    {"Q1", "a user has", "UPDATE tickets SET user_id = 1"},
    {"Q2", "a ticket's", "UPDATE queues SET tail = 1"},
    {"Q2", "a ticket's", "UPDATE queues SET front = 0"},
    {"D1", "every id", "UPDATE id_blocks SET next = 1 WHERE kind = 'reservation'"},
    {"D1", "no row points", "DELETE FROM concerts WHERE id = 2"},
    {"D1",
     "the file is sound",
     "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'WHERE live', 'WHERE NOT live')"
     " WHERE name = 'idx_active_seat_reservation'"},
};

class Audit : public testing::Test {
 protected:
  void sell() {
    const auto store = open_store({.location = database()}, clock_);
    sell_a_little(*store, clock_);
  }
  std::string database() const { return DataDirectory::database_in(home_.path()).string(); }

  TempDirectory home_;
  ManualClock clock_;
};

TEST_F(Audit, FindsNothingInASoundSale) {
  sell();
  const auto lines = audit(home_.path());
  EXPECT_EQ(lines.size(), sql::audit_rules(sql::AuditOf::sqlite).size());
  for (const AuditLine& line : lines) {
    EXPECT_EQ(line.broken, 0) << line.rule << ' ' << line.what << ": " << line.example;
    EXPECT_GT(line.checked, 0) << line.rule << ' ' << line.what << " had nothing to look at";
  }
}

TEST_F(Audit, FindsWhatWasPlanted) {
  sell();
  for (const Planted& planted : kPlanted) {
    const TempDirectory copy;
    std::filesystem::copy(home_.path(), copy.path(), std::filesystem::copy_options::recursive);
    {
      Connection connection{DataDirectory::database_in(copy.path()).string(), Access::read_write, {}};
      connection.run("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON");
      connection.run(planted.sql);
    }
    const auto lines = audit(copy.path());
    const auto found = std::ranges::find_if(lines, [&](const AuditLine& line) {
      return line.rule == planted.rule && line.what.starts_with(planted.what) && line.broken > 0 && !line.example.empty();
    });
    EXPECT_NE(found, lines.end()) << planted.rule << ' ' << planted.what << " did not see: " << planted.sql;
  }
}

TEST_F(Audit, HasARuleTestedForEachOfItsLines) {
  for (const sql::AuditRule& rule : sql::audit_rules(sql::AuditOf::sqlite))
    EXPECT_TRUE(std::ranges::any_of(kPlanted,
                                    [&](const Planted& planted) {
                                      return std::string_view{rule.name} == planted.rule &&
                                             std::string_view{rule.what}.starts_with(planted.what);
                                    }))
        << rule.name << ' ' << rule.what;
}

// Names, sizes and times of everything in the directory.
std::map<std::string, std::string> trace_of(const std::filesystem::path& directory) {
  std::map<std::string, std::string> trace;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    trace[entry.path().filename()] =
        std::to_string(entry.file_size()) + " at " + std::to_string(entry.last_write_time().time_since_epoch().count());
  return trace;
}

TEST_F(Audit, LeavesNoTraceInAStoppedDirectory) {
  sell();
  const auto before = trace_of(home_.path());
  for (const AuditLine& line : audit(home_.path())) EXPECT_EQ(line.broken, 0) << line.what;
  EXPECT_EQ(trace_of(home_.path()), before);
}

TEST_F(Audit, LeavesNoTraceAfterACrashAndReadsTheWal) {
  sell();
  const TempDirectory crashed;
  {
    // Copied while it was open, with commits in the WAL: what a crash leaves.
    const auto store = open_store({.location = database()}, clock_);
    execute(*store, charge(kBen, {77}));
    std::filesystem::copy(home_.path(), crashed.path(), std::filesystem::copy_options::recursive);
  }
  for (const bool has_index : {true, false}) {
    if (!has_index) std::filesystem::remove(crashed.path() / "frontrow.db-shm");
    const auto before = trace_of(crashed.path());
    std::map<std::string, std::int64_t> checked;
    for (const AuditLine& line : audit(crashed.path())) {
      EXPECT_EQ(line.broken, 0) << line.what;
      checked[line.what] = line.checked;
    }
    EXPECT_EQ(checked["a balance is the sum of the user's ledger lines"], 2) << "Ben's charge is in the WAL only";
    EXPECT_TRUE(!has_index || trace_of(crashed.path()) == before);
  }
}

TEST_F(Audit, ReadsBesideAServer) {
  const DataDirectory directory{home_.path() / "data"};
  const auto store = open_store({.location = directory.database()}, clock_);
  sell_a_little(*store, clock_);
  for (const AuditLine& line : audit(directory.path())) EXPECT_EQ(line.broken, 0) << line.what << ": " << line.example;
  execute(*store, charge(kBen, {1}));
}

TEST_F(Audit, RefusesADirectoryWithoutASale) {
  EXPECT_THROW(audit(home_.path()), NotUsable);
  EXPECT_THROW(audit(home_.path() / "nowhere"), NotUsable);
}

}  // namespace
}  // namespace frontrow::sqlite
