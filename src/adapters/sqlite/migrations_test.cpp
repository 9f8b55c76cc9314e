#include "adapters/sqlite/migrations.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/store.hpp"
#include "support/audited_sale.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/store_moves.hpp"

namespace frontrow::sqlite {
namespace {

constexpr Migration kFirst{1,
                           "0001_initial",
                           "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
                           "INSERT INTO people VALUES (1, 'Ann');"};
constexpr Migration kSecond{2, "0002_ages", "ALTER TABLE people ADD COLUMN age INTEGER NOT NULL DEFAULT 30;"};
constexpr Migration kContracting{3, "0003_no_names", "ALTER TABLE people DROP COLUMN name;", 2};
constexpr Migration kBroken{3, "0003_broken", "UPDATE people SET age = 31; INSERT INTO people (name) VALUES (NULL);"};

class Migrations : public testing::Test {
 protected:
  Connection open() { return Connection{(home_.path() / "file.db").string(), Access::read_write, {}}; }
  TempDirectory home_;
};

TEST_F(Migrations, BringANewFileToTheLastVersion) {
  Connection connection = open();
  const Migration steps[] = {kFirst, kSecond};
  const MigrationReport report = migrate(connection, steps);
  EXPECT_EQ(report.from, 0);
  EXPECT_EQ(report.to, 2);
  EXPECT_EQ(connection.integer("SELECT age FROM people"), 30);
  EXPECT_EQ(connection.integer("PRAGMA user_version"), 2);
  EXPECT_EQ(connection.integer("PRAGMA foreign_keys"), 1);
}

TEST_F(Migrations, BringAnOlderFileUpAndKeepItsRows) {
  const Migration steps[] = {kFirst, kSecond};
  {
    Connection connection = open();
    migrate(connection, std::span{steps}.first(1));
    connection.run("INSERT INTO people VALUES (2, 'Ben')");
  }
  Connection connection = open();
  EXPECT_THROW(require_usable(connection, steps), NotUsable);
  const MigrationReport report = migrate(connection, steps);
  EXPECT_EQ(report.from, 1);
  EXPECT_EQ(connection.integer("SELECT count(*) FROM people WHERE age = 30"), 2);
  EXPECT_EQ(migrate(connection, steps).from, 2) << "a second time there is nothing to do";
  EXPECT_NO_THROW(require_usable(connection, steps));
}

TEST_F(Migrations, LeaveTheFileAtTheLastStepThatWorked) {
  const Migration steps[] = {kFirst, kSecond, kBroken};
  Connection connection = open();
  EXPECT_THROW(migrate(connection, steps), ConstraintBroken);
  EXPECT_EQ(connection.integer("PRAGMA user_version"), 2);
  EXPECT_EQ(connection.integer("SELECT age FROM people"), 30) << "nothing of the broken step";
}

TEST_F(Migrations, RefuseAStepThatLeavesARowPointingNowhere) {
  const Migration steps[] = {
      kFirst, {2, "0002_pets", "CREATE TABLE pets (owner INTEGER REFERENCES people (id)) STRICT; INSERT INTO pets VALUES (9);"}};
  Connection connection = open();
  EXPECT_THROW(migrate(connection, steps), NotUsable);
  EXPECT_EQ(connection.integer("PRAGMA user_version"), 1);
}

TEST_F(Migrations, LeaveANewerFileThatWasOnlyExpandedAsItIs) {
  const Migration steps[] = {kFirst, kSecond};
  Connection connection = open();
  migrate(connection, steps);
  const MigrationReport report = migrate(connection, std::span{steps}.first(1));
  EXPECT_EQ(report.from, 2);
  EXPECT_EQ(report.to, 2);
  EXPECT_NO_THROW(require_usable(connection, std::span{steps}.first(1)));
}

// A file that a program has made before there was a record of the steps.
TEST_F(Migrations, BeginTheRecordOfStepsInAnOlderFile) {
  const Migration steps[] = {kFirst, kSecond, kContracting};
  Connection connection = open();
  migrate(connection, std::span{steps}.first(1));
  connection.run("DROP TABLE schema_version");
  EXPECT_NO_THROW(require_usable(connection, std::span{steps}.first(1)));
  migrate(connection, steps);
  EXPECT_EQ(connection.integer("SELECT max(oldest_program) FROM schema_version"), 2);
}

TEST_F(Migrations, RefuseAFileThatLacksSomethingInOneSentence) {
  const Migration steps[] = {kFirst, kSecond, kContracting};
  Connection connection = open();
  migrate(connection, steps);
  EXPECT_FALSE(is_too_new(connection, std::span{steps}.first(2)));
  EXPECT_TRUE(is_too_new(connection, std::span{steps}.first(1)));
  try {
    migrate(connection, std::span{steps}.first(1));
    FAIL() << "took a newer file";
  } catch (const NotUsable& refused) {
    EXPECT_STREQ(
        refused.what(),
        "the database is of version 3, which needs a program that knows version 2, and this program knows versions up to 1: "
        "use a newer frontrow");
  }
  EXPECT_THROW(require_usable(connection, std::span{steps}.first(1)), NotUsable);
}

TEST_F(Migrations, RefuseAFileOfAnotherProgram) {
  Connection connection = open();
  connection.run("CREATE TABLE notes (text TEXT)");
  EXPECT_THROW(migrate(connection), NotUsable);
  EXPECT_THROW(require_usable(connection), NotUsable);
}

TEST_F(Migrations, OfTheBinaryHaveIncreasingNumbers) {
  int last = 0;
  for (const Migration& step : migrations()) {
    EXPECT_GT(step.version, last) << step.name;
    last = step.version;
  }
  EXPECT_GE(last, 1);
}

// A sale made under the first version is still there under every later one.
TEST_F(Migrations, KeepASaleOfTheFirstVersion) {
  const std::string location = (home_.path() / "sale.db").string();
  {
    Connection connection{location, Access::read_write, {}};
    migrate(connection, migrations().first(1));
    connection.run("INSERT INTO accounts VALUES (1, 70); INSERT INTO ledger VALUES (1, 1, 70, NULL, 5), (-1, 1, -70, NULL, 5)");
  }
  const ManualClock clock;
  const auto store = open_store({.location = location}, clock);
  EXPECT_EQ(store->open_reader()->account({1}).balance, Points{70});
}

TEST_F(Migrations, CountTheAvailableSeatsOfAnOlderFile) {
  const std::string location = (home_.path() / "sale.db").string();
  ManualClock clock;
  sell_a_little(*open_store({.location = location}, clock), clock);
  const std::string counts = "SELECT sum(available_seats * id) FROM schedules";
  Connection connection{location, Access::read_write, {}};
  const std::int64_t kept = connection.integer(counts);
  ASSERT_GT(kept, 0);
  connection.run("ALTER TABLE schedules DROP COLUMN available_seats");
  connection.run("ALTER TABLE schedules DROP COLUMN available_version");
  const auto step = std::ranges::find(migrations(), 300, &Migration::version);
  ASSERT_NE(step, migrations().end());
  connection.run(step->sql);
  EXPECT_EQ(connection.integer(counts), kept);
  EXPECT_EQ(connection.integer("SELECT count(*) FROM schedules WHERE available_version <> version"), 0);
}

TEST_F(Migrations, CountTheSalesOfAnOlderFile) {
  const std::string location = (home_.path() / "sale.db").string();
  ManualClock clock;
  sell_a_little(*open_store({.location = location}, clock), clock);
  Connection connection{location, Access::read_write, {}};
  const auto figures = [&] {
    std::string all;
    for (const char* column : {"held_seats",
                               "sold_seats",
                               "sales_made",
                               "sales_confirmed",
                               "sales_expired",
                               "sales_cancelled",
                               "sales_revenue",
                               "sales_version"})
      all += std::to_string(connection.integer("SELECT sum(" + std::string{column} + " * id) FROM schedules")) + " ";
    return all;
  };
  const std::string kept = figures();
  ASSERT_FALSE(kept.starts_with("0 0 0")) << kept;
  for (const char* column : {"held_seats",
                             "sold_seats",
                             "sales_made",
                             "sales_confirmed",
                             "sales_expired",
                             "sales_cancelled",
                             "sales_revenue",
                             "sales_version"})
    connection.run("ALTER TABLE schedules DROP COLUMN " + std::string{column});
  const auto step = std::ranges::find(migrations(), 441, &Migration::version);
  ASSERT_NE(step, migrations().end());
  connection.run(step->sql);
  EXPECT_EQ(figures(), kept);
}

TEST_F(Migrations, SalesFiguresOfAnotherVersionAreNotBelieved) {
  const std::string location = (home_.path() / "sale.db").string();
  ManualClock clock;
  const auto store = open_store({.location = location}, clock);
  const auto made_concert = std::make_shared<MadeConcert>();
  execute(*store, create({.seats_of_schedules = {10}}, made_concert));
  const auto held = [&] { return store->open_reader()->sales(made_concert->concert).held; };
  const auto hold_one = [&](std::size_t seat) {
    const UserId user{static_cast<std::int64_t>(seat) + 1};
    execute(*store,
            hold({.user = user, .seats = {made_concert->seats[0][seat]}, .concert = made_concert->concert}, made<ReservationId>()));
  };
  hold_one(0);
  Connection connection{location, Access::read_write, {}};
  connection.run("UPDATE schedules SET held_seats = 7");
  EXPECT_EQ(held(), 7) << "the row is believed";
  connection.run("UPDATE schedules SET sales_version = version - 1");
  EXPECT_EQ(held(), 1);
  hold_one(1);
  EXPECT_EQ(held(), 2);
}

TEST_F(Migrations, ANumberOfAvailableSeatsThatIsOfAnotherVersionIsCountedAgainByTheNextCommit) {
  const std::string location = (home_.path() / "sale.db").string();
  ManualClock clock;
  const auto store = open_store({.location = location}, clock);
  const auto made_concert = std::make_shared<MadeConcert>();
  execute(*store, create({.seats_of_schedules = {10}}, made_concert));
  Connection connection{location, Access::read_write, {}};
  connection.run("UPDATE schedules SET available_seats = 3, available_version = version - 1");
  execute(*store, hold({.user = {1}, .seats = {made_concert->seats[0][0]}}, made<ReservationId>()));
  EXPECT_EQ(connection.integer("SELECT available_seats FROM schedules WHERE available_version = version"), 9);
}

TEST_F(Migrations, StopAStoreFromOpeningANewerFileThatLacksSomething) {
  const std::string location = (home_.path() / "sale.db").string();
  const ManualClock clock;
  open_store({.location = location}, clock);
  {
    Connection connection{location, Access::read_write, {}};
    connection.run("PRAGMA user_version=9999");
    EXPECT_NO_THROW(open_store({.location = location}, clock)) << "it has only more than this program uses";
    connection.run("INSERT INTO schema_version (version, oldest_program) VALUES (9999, 9999)");
  }
  EXPECT_THROW(open_store({.location = location}, clock), NotUsable);
}

}  // namespace
}  // namespace frontrow::sqlite
