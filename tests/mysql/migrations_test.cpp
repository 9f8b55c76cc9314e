// A database is migrated once, with any number of processes starting at the same moment; a foreign or newer database is
// refused.
#include "adapters/mysql/migrations.hpp"

#include <atomic>
#include <latch>
#include <thread>

#include <gmock/gmock.h>

#include "mysql_test.hpp"
#include "server_setting.hpp"

namespace frontrow::mysql {
namespace {

constexpr Migration kSteps[] = {{1, "0001_first", "CREATE TABLE IF NOT EXISTS a (x INT); INSERT INTO a VALUES (1);"},
                                {2, "0002_second", "CREATE TABLE IF NOT EXISTS b (x INT);"}};

// The third takes away what programs of version 1 use.
constexpr Migration kContracted[] = {kSteps[0], kSteps[1], {3, "0003_third", "DROP TABLE IF EXISTS a;", 2}};

class Migrations : public testing::Test {
 protected:
  std::unique_ptr<Connection> steward() {
    return std::make_unique<Connection>(database_.endpoint(), Role::steward, ConnectionSettings{});
  }
  test::MysqlDatabase database_;
};

TEST_F(Migrations, AreDoneOnceByManyAtTheSameMoment) {
  constexpr int kProcesses = 8;
  std::latch start{kProcesses};
  std::atomic<int> did{0}, found_it_done{0};
  std::vector<std::jthread> processes;
  for (int i = 0; i < kProcesses; ++i)
    processes.emplace_back([&] {
      const auto connection = steward();
      start.arrive_and_wait();
      const MigrationReport report = migrate(*connection, kSteps);
      ++(report.from == 0 ? did : found_it_done);
    });
  for (std::jthread& process : processes) process.join();
  EXPECT_EQ(did, 1);
  EXPECT_EQ(found_it_done, kProcesses - 1);
  EXPECT_EQ(database_.run("SELECT count(*) FROM a"), "1");
}

TEST_F(Migrations, TakeAnOlderDatabaseFurther) {
  migrate(*steward(), std::span{kSteps}.first(1));
  EXPECT_THROW(require_usable(*steward(), kSteps), NotUsable);
  const MigrationReport report = migrate(*steward(), kSteps);
  EXPECT_EQ(report.from, 1);
  EXPECT_EQ(report.to, 2);
  require_usable(*steward(), kSteps);
}

// A database that a program has made before there was a record of the oldest one.
TEST_F(Migrations, AddTheOldestProgramToAnOlderRecord) {
  database_.run("CREATE TABLE schema_version (version INT NOT NULL PRIMARY KEY); INSERT INTO schema_version VALUES (1)");
  EXPECT_NO_THROW(require_usable(*steward(), std::span{kSteps}.first(1)));
  EXPECT_EQ(migrate(*steward(), kContracted).to, 3);
  EXPECT_EQ(database_.run("SELECT GROUP_CONCAT(oldest_program ORDER BY version) FROM schema_version"), "0,0,2");
}

TEST_F(Migrations, TakeNothingAwayFromPodsThatMayBeAtWork) {
  migrate(*steward(), std::span{kSteps}.first(1));
  EXPECT_THROW(migrate(*steward(), kContracted, Others::may_be_at_work), NotUsable);
  EXPECT_EQ(database_.run("SELECT max(version) FROM schema_version"), "1") << "not even a part of the steps";
  migrate(*steward(), kSteps, Others::may_be_at_work);
  EXPECT_EQ(migrate(*steward(), kContracted, Others::may_be_at_work).to, 3);
}

TEST_F(Migrations, AStepThatWasBrokenOffIsTakenAgain) {
  constexpr Migration kBroken[] = {{1, "0001_first", "CREATE TABLE IF NOT EXISTS a (x INT); CREATE TABLE no sense;"}};
  EXPECT_THROW(migrate(*steward(), kBroken), Unavailable);
  migrate(*steward(), kSteps);
  EXPECT_EQ(database_.run("SELECT count(*) FROM a"), "1");
  // Our own migrations can run again, too.
  for (int round = 0; round < 2; ++round) {
    database_.run("DROP TABLE IF EXISTS schema_version; CREATE TABLE schema_version (version INT)");
    EXPECT_EQ(migrate(*steward()).from, 0);
  }
}

TEST_F(Migrations, LeaveANewerDatabaseThatWasOnlyExpandedAsItIs) {
  migrate(*steward(), kSteps);
  const MigrationReport report = migrate(*steward(), std::span{kSteps}.first(1));
  EXPECT_EQ(report.from, 2);
  EXPECT_EQ(report.to, 2);
  EXPECT_NO_THROW(require_usable(*steward(), std::span{kSteps}.first(1)));
}

TEST_F(Migrations, RefuseANewerDatabaseThatLacksSomethingAndOneOfAnotherProgram) {
  migrate(*steward(), kContracted);
  EXPECT_EQ(migrate(*steward(), std::span{kContracted}.first(2)).to, 3) << "a program of version 2 works on it";
  try {
    migrate(*steward(), std::span{kSteps}.first(1));
    ADD_FAILURE() << "a newer database was taken";
  } catch (const NotUsable& refused) {
    EXPECT_STREQ(
        refused.what(),
        "the database is of version 3, which needs a program that knows version 2, and this program knows versions up to 1: "
        "use a newer frontrow");
  }
  EXPECT_THROW(require_usable(*steward(), std::span{kSteps}.first(1)), NotUsable);
  const test::MysqlDatabase other;
  Connection connection{other.endpoint(), Role::steward, {}};
  run(connection, "CREATE TABLE theirs (x INT)");
  EXPECT_THROW(migrate(connection, kSteps), NotUsable);
}

TEST_F(Migrations, AStoreOpensOnlyWhatIsCurrent) { EXPECT_THROW(open_store({.primary = database_.endpoint()}), NotUsable); }

std::string refusal(const StoreSettings& settings) {
  try {
    open_store(settings);
  } catch (const NotUsable& refused) {
    return refused.what();
  }
  return "";
}

TEST_F(Migrations, AStoreRefusesAServerThatMayLoseCommits) {
  migrate_database(database_.endpoint());
  const StoreSettings settings{.primary = database_.endpoint()};
  EXPECT_EQ(refusal(settings), "");
  {
    const ServerSetting weak{"innodb_flush_log_at_trx_commit", "2", "1"};
    EXPECT_THAT(refusal(settings), testing::HasSubstr("innodb_flush_log_at_trx_commit = 1"));
  }
  {
    const ServerSetting weak{"sync_binlog", "0", "1"};
    EXPECT_THAT(refusal(settings), testing::HasSubstr("sync_binlog = 1"));
  }
  EXPECT_TRUE(test::eventually([&] {
    try {
      return refusal({.primary = database_.replica()}).find("is read-only") != std::string::npos;
    } catch (const Unavailable&) {
      return false;  // the replica has not got the database yet
    }
  }));
}

TEST_F(Migrations, AStoreSaysWhyItCannotConnect) {
  StoreSettings settings{.primary = database_.endpoint()};
  settings.primary.password = Secret{"wrong"};
  EXPECT_THROW(open_store(settings), Unavailable);
  settings.primary = database_.endpoint();
  settings.primary.port = 1;
  EXPECT_THROW(open_store(settings), Unavailable);
}

}  // namespace
}  // namespace frontrow::mysql
