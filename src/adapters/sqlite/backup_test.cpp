#include "adapters/sqlite/backup.hpp"

#include <atomic>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "support/processes/temp_directory.hpp"

namespace frontrow::sqlite {
namespace {

constexpr std::int64_t kMuch = std::int64_t{1} << 40;

// A database of some slices, and a writer that changes rows at both of its ends in each transaction.
class DatabaseCopies : public testing::Test {
 protected:
  DatabaseCopies() {
    migrate(connection_);
    connection_.run(
        "CREATE TABLE filler (id INTEGER PRIMARY KEY, bytes BLOB);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
        "INSERT INTO filler SELECT i, zeroblob(2000) FROM n;"
        "CREATE TABLE ends (id INTEGER PRIMARY KEY, value INTEGER);"
        "INSERT INTO ends VALUES (1, 0); ALTER TABLE filler ADD COLUMN value INTEGER DEFAULT 0;");
    sqlite3_wal_checkpoint_v2(connection_.raw(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  }
  // Writes until the call is over.
  template <class Call>
  void beside_a_writer(const Call& call) {
    std::atomic<bool> is_over{false};
    std::jthread writer([&] {
      while (!is_over) {
        WriteTransaction transaction{connection_};
        connection_.run("UPDATE ends SET value = value + 1; UPDATE filler SET value = value - 1 WHERE id = 12000;");
        transaction.commit();
        ++commits_;
      }
    });
    while (commits_ < 10) std::this_thread::yield();
    call();
    is_over = true;
  }
  static std::int64_t difference(Connection& connection) {
    return connection.integer("SELECT (SELECT value FROM ends) + (SELECT value FROM filler WHERE id = 12000)");
  }

  const TempDirectory home_;
  const std::filesystem::path copy_ = home_.path() / "copy.db";
  Connection connection_{DataDirectory::database_in(home_.path()).string(), Access::read_write, {.durable = false}};
  std::atomic<int> commits_{0};
};

TEST_F(DatabaseCopies, AreOneMomentBesideAWriter) {
  int before = 0;
  beside_a_writer([&] {
    before = commits_;
    copy_database(home_.path(), copy_, kMuch);
    for (const int after = commits_; commits_ < after + 10;) std::this_thread::yield();
  });
  Connection copied{uri_of(copy_, "mode=ro&immutable=1"), Access::read_only, {}};
  EXPECT_EQ(difference(copied), 0) << "a transaction is half in it";
  EXPECT_GE(copied.integer("SELECT value FROM ends"), before) << "a commit from before is missing";
  EXPECT_LT(copied.integer("SELECT value FROM ends"), commits_);
  EXPECT_EQ(copied.text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(copied.integer("SELECT count(*) FROM filler"), 12'000);
}

TEST_F(DatabaseCopies, GiveWayWhenTheLogOutgrowsItsLimit) {
  beside_a_writer([&] {
    try {
      copy_database(home_.path(), copy_, 1);
      ADD_FAILURE() << "the log has grown";
    } catch (const NotUsable& refused) {
      EXPECT_NE(std::string_view{refused.what()}.find("the sale goes first"), std::string_view::npos);
    }
  });
}

TEST_F(DatabaseCopies, NameTheirNewestEventAndOverwriteNothing) {
  connection_.run("INSERT INTO events (id, type, reservation_id, seq, occurred_at) VALUES (77, 1, 5, 1, 1000);");
  EXPECT_EQ(copy_database(home_.path(), copy_, kMuch), EventId{77});
  EXPECT_THROW(copy_database(home_.path(), copy_, kMuch), NotUsable) << "nothing is overwritten";
  const TempDirectory empty;
  EXPECT_THROW(copy_database(empty.path(), empty.path() / "copy.db", kMuch), NotUsable);
  connection_.run("PRAGMA user_version = 1");
  EXPECT_THROW(copy_database(home_.path(), home_.path() / "old.db", kMuch), NotUsable);
}

TEST_F(DatabaseCopies, GiveNoIdAndNoPlaceASecondTime) {
  for (const char* id : {"1", "2", "3"})
    connection_.run(
        std::string{"INSERT INTO concerts (id, title, artist, venue, queue_enabled, queue_max_active, queue_admissions_per_second) "
                    "VALUES ("} +
        id + ", 't', '', '', 1, 1, 1)");
  connection_.run("INSERT INTO queues (concert_id, tail, front) VALUES (1, 5, 3), (2, 5, 5), (3, 0, 0)");
  copy_database(home_.path(), copy_, kMuch);
  make_usable(copy_);
  Connection copied{copy_.string(), Access::read_only, {}};
  const auto next = [](Connection& connection, const char* kind) {
    return connection.integer(std::string{"SELECT next FROM id_blocks WHERE kind = '"} + kind + "'");
  };
  for (const char* kind : {"schedule", "section", "seat", "reservation", "payment", "ledger_entry"})
    EXPECT_EQ(next(copied, kind), next(connection_, kind) + 10'000'000) << kind;
  EXPECT_EQ(next(copied, "concert"), next(connection_, "concert") + 1'000);
  const auto queue = [&](const char* id) {
    return std::pair{copied.integer(std::string{"SELECT tail FROM queues WHERE concert_id = "} + id),
                     copied.integer(std::string{"SELECT front FROM queues WHERE concert_id = "} + id)};
  };
  EXPECT_EQ(queue("1"), (std::pair<std::int64_t, std::int64_t>{100'005, 3}));
  EXPECT_EQ(queue("2"), (std::pair<std::int64_t, std::int64_t>{100'005, 100'005})) << "nobody waits";
  EXPECT_EQ(queue("3"), (std::pair<std::int64_t, std::int64_t>{0, 0}));
  std::ofstream{home_.path() / "other.db"} << "no database at all, though long enough to be one";
  EXPECT_ANY_THROW(make_usable(home_.path() / "other.db"));
}

}  // namespace
}  // namespace frontrow::sqlite
