#include "adapters/sqlite/connection.hpp"

#include <gtest/gtest.h>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/statement.hpp"
#include "domain/ids.hpp"
#include "support/processes/temp_directory.hpp"

namespace frontrow::sqlite {
namespace {

class ConnectionTest : public testing::Test {
 protected:
  TempDirectory home_;
  Connection connection_{(home_.path() / "a ?#%.db").string(), Access::read_write, {}};
};

TEST_F(ConnectionTest, IsSetUpToLoseNothing) {
  EXPECT_EQ(connection_.text("PRAGMA journal_mode"), "wal");
  EXPECT_TRUE(connection_.has_wal());
  EXPECT_EQ(connection_.integer("PRAGMA synchronous"), 2) << "FULL";
  EXPECT_EQ(connection_.integer("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(connection_.integer("PRAGMA wal_autocheckpoint"), 0);
  EXPECT_EQ(connection_.integer("PRAGMA secure_delete"), 0);
  EXPECT_EQ(connection_.integer("PRAGMA cache_size"), -64 * 1024);
}

TEST_F(ConnectionTest, BindsAndReadsEveryKindOfValue) {
  connection_.run("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, d TEXT, e BLOB, f INTEGER, g INTEGER) STRICT");
  const std::array<std::byte, 3> bytes{std::byte{0}, std::byte{255}, std::byte{7}};
  const TimePoint time{Duration{-5}};
  {
    Statement insert{connection_, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    insert.run(kMaxId, UserId{42}, Points{-3}, std::string_view{"a\0b", 3}, Bytes{bytes}, time, std::optional<TimePoint>{});
    insert.run(0, true, 1u, std::string_view{}, Bytes{}, std::optional{time}, std::nullopt);
  }
  Statement select{connection_, "SELECT * FROM t"};
  Rows rows = select.rows();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.integer(0), kMaxId);
  EXPECT_EQ(rows.id<UserId>(1), UserId{42});
  EXPECT_EQ(rows.points(2), Points{-3});
  EXPECT_EQ(rows.text(3), (std::string_view{"a\0b", 3}));
  EXPECT_TRUE(std::ranges::equal(rows.bytes(4), bytes));
  EXPECT_EQ(rows.time(5), time);
  EXPECT_EQ(rows.maybe_time(6), std::nullopt);
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.small(1), 1);
  EXPECT_EQ(rows.maybe_time(5), time);
  EXPECT_FALSE(rows.next());
}

TEST_F(ConnectionTest, RollsBackATransactionThatWasNotCommitted) {
  connection_.run("CREATE TABLE t (a INTEGER) STRICT");
  {
    const WriteTransaction transaction{connection_};
    connection_.run("INSERT INTO t VALUES (1)");
    EXPECT_TRUE(connection_.is_in_transaction());
  }
  EXPECT_FALSE(connection_.is_in_transaction());
  EXPECT_EQ(connection_.integer("SELECT count(*) FROM t"), 0);
  WriteTransaction transaction{connection_};
  connection_.run("INSERT INTO t VALUES (1)");
  transaction.commit();
  EXPECT_FALSE(connection_.is_in_transaction());
  EXPECT_EQ(connection_.integer("SELECT count(*) FROM t"), 1);
}

TEST_F(ConnectionTest, TellsABrokenConstraintFromAnythingElse) {
  connection_.run("CREATE TABLE t (a INTEGER NOT NULL CHECK (a > 0)) STRICT");
  EXPECT_THROW(connection_.run("INSERT INTO t VALUES (0)"), ConstraintBroken);
  EXPECT_THROW(connection_.run("INSERT INTO t VALUES ('x')"), ConstraintBroken);
  EXPECT_THROW(connection_.run("INSERT INTO nowhere VALUES (0)"), Unavailable);
}

TEST_F(ConnectionTest, ThatReadsCannotWrite) {
  connection_.run("CREATE TABLE t (a INTEGER) STRICT");
  Connection reader{uri_of(home_.path() / "a ?#%.db", "mode=ro"), Access::read_only, {}};
  EXPECT_EQ(reader.integer("SELECT count(*) FROM t"), 0) << "the path is escaped";
  EXPECT_THROW(reader.run("INSERT INTO t VALUES (1)"), Unavailable);
}

TEST_F(ConnectionTest, CannotBeOpenedWhereThereIsNothing) {
  EXPECT_THROW(Connection((home_.path() / "missing.db").string(), Access::read_only, {}), Unavailable);
  EXPECT_THROW(Connection((home_.path() / "missing" / "file.db").string(), Access::read_write, {}), Unavailable);
}

TEST(MemoryDatabase, IsSharedByNameAndGoesWithTheLast) {
  const std::string location = "file:/connection-test?vfs=memdb";
  {
    Connection one{location, Access::read_write, {}};
    EXPECT_FALSE(one.has_wal());
    one.run("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (7)");
    Connection two{location, Access::read_only, {}};
    EXPECT_EQ(two.integer("SELECT a FROM t"), 7);
  }
  Connection again{location, Access::read_write, {}};
  EXPECT_EQ(again.integer("SELECT count(*) FROM sqlite_schema"), 0);
}

}  // namespace
}  // namespace frontrow::sqlite
