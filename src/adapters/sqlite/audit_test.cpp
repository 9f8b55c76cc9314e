// Each rule of the audit finds the corruption planted for it, and looking leaves no trace.
#include "adapters/sqlite/audit.hpp"

#include <map>

#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "support/audited_sale.hpp"
#include "support/processes/temp_directory.hpp"

namespace frontrow::sqlite {
namespace {

constexpr UserId kBen{2};

constexpr PlantedFault kFaultsOfSqlite[] = {
    {"D1", "no row points", "DELETE FROM reservations WHERE id = 4"},
    {"Q1", "a user has", "UPDATE tickets SET user_id = 1"},
    {"S1",
     "a seat has",
     "DROP INDEX idx_active_seat_reservation; UPDATE reservation_seats SET live = 1 WHERE reservation_id = 1;"
     "UPDATE reservation_seats SET seat_id = 3 WHERE reservation_id = 1"},
    {"M1", "a ledger entry", "DROP TRIGGER ledger_lines_never_go; DELETE FROM ledger WHERE account = -1"},
    {"M1", "a ledger entry", "DROP TRIGGER ledger_lines_never_change; UPDATE ledger SET amount = amount + 1 WHERE account = -2"},
    {"M2", "a payment has an id", "DROP TRIGGER ledger_lines_never_go; DELETE FROM ledger WHERE reservation_id IS NOT NULL"},
    {"O1", "a deed says", "DROP TRIGGER deeds_never_change; UPDATE deeds SET operator_name = 'ben' WHERE id = 2"},
    {"O1", "a deed says", "DROP TRIGGER deeds_never_change; UPDATE deeds SET changes = '{} ' WHERE id = 2"},
    {"O1", "the deeds are numbered", "DROP TRIGGER deeds_never_go; DELETE FROM deeds WHERE id = 2"},
    {"O2", "every change", "DROP TRIGGER deeds_never_go; DELETE FROM deeds WHERE what = 'concert.changed'"},
    {"E1", "every transition", "DELETE FROM events WHERE id = (SELECT max(id) FROM events WHERE type < 5)"},
    {"E1",
     "no transition",
     "INSERT INTO events (id, type, reservation_id, seq, occurred_at)"
     " SELECT id + 100, type, reservation_id, seq, occurred_at FROM events WHERE type < 5"},
    {"E1", "the event log", "UPDATE events SET id = 100 WHERE id = (SELECT max(id) FROM events)"},
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
  expect_sound(lines);
}

TEST_F(Audit, FindsWhatWasPlanted) {
  sell();
  for (const PlantedFault& fault : with_faults_of_every_store({kFaultsOfSqlite})) {
    const TempDirectory copy;
    std::filesystem::copy(home_.path(), copy.path(), std::filesystem::copy_options::recursive);
    {
      Connection connection{DataDirectory::database_in(copy.path()).string(), Access::read_write, {}};
      connection.run("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON");
      connection.run(fault.sql);
    }
    expect_found(fault, audit(copy.path()));
  }
}

TEST_F(Audit, HasARuleTestedForEachOfItsLines) {
  expect_a_fault_for_each(sql::audit_rules(sql::AuditOf::sqlite), with_faults_of_every_store({kFaultsOfSqlite}));
}

// When the oldest events are deleted, the rules are as sharp as before about the rest.
TEST_F(Audit, FindsWhatWasPlantedWithinTheHorizon) {
  {
    const auto store = open_store({.location = database()}, clock_);
    sell_a_little(*store, clock_);
    EXPECT_GT(store->forget({.keys = {}, .events = clock_.now(), .tickets = {}, .batches = {}}, 100).events, 0);
  }
  expect_sound(audit(home_.path()));
  std::vector<PlantedFault> faults = faults_within_the_horizon();
  faults.push_back({"E1", "the event log", "DELETE FROM events WHERE id = (SELECT min(id) FROM events)"});
  for (const PlantedFault& fault : faults) {
    const TempDirectory copy;
    std::filesystem::copy(home_.path(), copy.path(), std::filesystem::copy_options::recursive);
    {
      Connection connection{DataDirectory::database_in(copy.path()).string(), Access::read_write, {}};
      connection.run("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON");
      connection.run(fault.sql);
    }
    expect_found(fault, audit(copy.path()));
  }
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
    // Copied while it was open, with commits in the WAL: the files that a crash leaves.
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

TEST_F(Audit, ReadsAgainWhatAServerHasChangedMeanwhile) {
  sell();
  int looks = 0;
  std::map<std::string, std::int64_t> checked;
  const auto lines = audit(home_.path(), [&](const AuditLine& line) {
    if (++looks > 1) return;
    EXPECT_EQ(line.broken, 0);
    const auto store = open_store({.location = database()}, clock_);  // and it is gone before the next rule
    execute(*store, charge(kBen, {1}));
  });
  for (const AuditLine& line : lines) {
    EXPECT_EQ(line.broken, 0) << line.what << ": " << line.example;
    checked[line.what] = line.checked;
  }
  EXPECT_EQ(checked["a balance is the sum of the user's ledger lines"], 2) << "Ben's charge, too";
  EXPECT_EQ(looks, 2 * std::ssize(lines));
}

TEST_F(Audit, GivesUpOnFilesThatChangeAllTheTime) {
  sell();
  int looks = 0;
  EXPECT_THROW(audit(home_.path(),
                     [&](const AuditLine&) {
                       ++looks;
                       execute(*open_store({.location = database()}, clock_), charge(kBen, {1}));
                     }),
               NotUsable);
  EXPECT_LT(looks, 200);
}

TEST_F(Audit, GoesOnBesideAServerThatHasStartedMeanwhile) {
  const std::filesystem::path data = home_.path() / "data";
  {
    const DataDirectory directory{data};
    const auto store = open_store({.location = directory.database()}, clock_);
    sell_a_little(*store, clock_);
  }
  std::optional<DataDirectory> directory;
  std::unique_ptr<Store> store;
  const auto lines = audit(data, [&](const AuditLine&) {
    if (!directory) store = open_store({.location = directory.emplace(data).database()}, clock_);
    execute(*store, charge(kBen, {1}));
  });
  for (const AuditLine& line : lines) EXPECT_EQ(line.broken, 0) << line.what << ": " << line.example;
  EXPECT_LT(lines.size(), sql::audit_rules(sql::AuditOf::sqlite).size()) << "without the rules for a file at rest";
}

TEST_F(Audit, RefusesADirectoryWithoutASale) {
  EXPECT_THROW(audit(home_.path()), NotUsable);
  EXPECT_THROW(audit(home_.path() / "nowhere"), NotUsable);
}

}  // namespace
}  // namespace frontrow::sqlite
