// A managed database that fails over: the address leads to another server, the former one is read-only, conflicts are found at
// COMMIT, and some settings do not exist.
#include <array>

#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/server_check.hpp"
#include "mysql_test.hpp"
#include "server_setting.hpp"
#include "support/faults/tcp_proxy.hpp"

namespace frontrow::mysql {
namespace {

using test::TcpProxy;

// A statement as a client sends it: length, number, COM_QUERY, text.
std::string packet(std::string_view statement) {
  const std::size_t size = statement.size() + 1;
  std::string bytes{static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(size >> 16), '\0', '\3'};
  return bytes.append(statement);
}

std::string failing(int code) {
  return "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = " + std::to_string(code) + ", MESSAGE_TEXT = 'a failure of a test'";
}

const std::string kRefused = packet("SELECT @@global.no_such_setting");

class Failover : public MysqlTest {
 protected:
  Failover() { made_concert(*open()); }

  std::unique_ptr<Store> open_through(const TcpProxy& proxy) {
    StoreSettings through = settings();
    through.primary.port = proxy.port();
    through.on_batch = [this](const BatchCost& cost) { attempts_ = cost.attempts; };
    return open_store(through);
  }
  std::optional<bool> unknown_of(Store& store, CommandPtr command) {
    try {
      execute(store, std::move(command));
    } catch (const Unavailable& lost) {
      return lost.outcome_unknown;
    }
    return {};
  }
  std::int64_t stored_charges() { return std::stoll(run("SELECT count(*) FROM ledger WHERE account = 1")); }

  TcpProxy proxy_{database_.endpoint().port};
  int attempts_ = 0;
};

// Group replication, Galera and TiDB find a conflict at COMMIT. It certainly was not committed, so it is tried again.
TEST_F(Failover, AConflictAtTheCommitIsTriedAgain) {
  const auto store = open_through(proxy_);
  execute(*store, charge(kAnn, {5}));  // has taken its block of ids, which is a commit of its own
  std::int64_t charges = 1;
  for (const int code : {1213, 3101, 8002, 8022, 8028, 9007}) {
    proxy_.replace(packet("COMMIT;"), {packet("ROLLBACK; " + failing(code))});
    EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), std::nullopt) << code;
    EXPECT_EQ(attempts_, 2) << code;
    EXPECT_EQ(stored_charges(), ++charges) << code;
  }
}

TEST_F(Failover, AServerThatConflictsAtEveryCommitIsNotAskedForEver) {
  const auto store = open_through(proxy_);
  execute(*store, charge(kAnn, {5}));
  proxy_.replace(packet("COMMIT;"), std::deque<std::string>(100, packet("ROLLBACK; " + failing(9007))));
  EXPECT_THROW(execute(*store, charge(kAnn, {5})), Contended);
  proxy_.replace({}, {});
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 2);
}

// A limit of time at COMMIT says nothing about the outcome, which the log of batches knows.
TEST_F(Failover, ALimitOfTimeAtTheCommitIsSettled) {
  const auto store = open_through(proxy_);
  execute(*store, charge(kAnn, {5}));
  proxy_.replace(packet("COMMIT;"), {packet("COMMIT; " + failing(1969))});
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 2);
  proxy_.replace(packet("COMMIT;"), {packet("ROLLBACK; " + failing(1969))});
  EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), false);
  EXPECT_EQ(stored_charges(), 2);
}

TEST(FailoverCodes, AnUnknownErrorIsAConflictOfTiDbOnly) {
  EXPECT_TRUE(is_conflict(1105, true));
  EXPECT_FALSE(is_conflict(1105, false));
  for (const bool is_tidb : {false, true}) {
    for (const unsigned code : {1205U, 1290U, 1836U, 1062U, 2013U, 8501U}) EXPECT_FALSE(is_conflict(code, is_tidb)) << code;
  }
}

// The server became read-only in the middle, and the address leads to its successor already: no request fails.
TEST_F(Failover, AReadOnlyServerIsLeftWithinTheBatch) {
  const auto store = open_through(proxy_);
  execute(*store, charge(kAnn, {5}));
  std::int64_t charges = 1;
  for (const int code : {1290, 1836, 1792}) {
    const int before = proxy_.accepted();
    proxy_.replace("INSERT INTO batch_log", {packet(failing(code))});
    EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), std::nullopt) << code;
    EXPECT_EQ(attempts_, 2) << code;
    EXPECT_EQ(proxy_.accepted(), before + 1) << code;
    EXPECT_EQ(stored_charges(), ++charges) << code;
  }
}

// As it really is: the former primary is read-only, the address leads to a replica for a while, then to the new primary.
TEST_F(Failover, FollowsTheAddressToAServerThatTakesWrites) {
  const auto store = open_through(proxy_);
  execute(*store, charge(kAnn, {5}));
  {
    const ServerSetting demoted{"read_only", "1", "0"};
    proxy_.lead_to(database_.replica().port);
    EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), false) << "the replica takes no writes, either";
    EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), false);
  }
  proxy_.lead_to(database_.endpoint().port);
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 2);
}

// Readers that are still connected to the former primary would show its past.
TEST_F(Failover, ReadersLeaveTheFormerPrimaryWithTheWriter) {
  const auto store = open_through(proxy_);
  execute(*store, charge(kAnn, {5}));
  const auto reader = store->open_reader();
  EXPECT_EQ(reader->account(kAnn).balance, Points{5});
  const int connections = proxy_.accepted();
  EXPECT_EQ(reader->account(kAnn).balance, Points{5});
  EXPECT_EQ(proxy_.accepted(), connections) << "the reader keeps its connection";
  // The writer's next connection leads to a server with another name.
  proxy_.break_at("COMMIT", {test::Break::before_request});
  proxy_.replace("@@global.hostname", {kRefused, packet("SELECT 'the-successor'")});
  EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), false);
  execute(*store, charge(kAnn, {5}));
  const int after = proxy_.accepted();
  EXPECT_EQ(reader->account(kAnn).balance, Points{10});
  EXPECT_EQ(proxy_.accepted(), after + 1) << "the reader connects anew";
}

// Newer releases drop settings, and TiDB or a proxy of a provider never had some.
TEST_F(Failover, AServerMayLackASetting) {
  for (const char* missing : {"global.innodb_flush_log_at_trx_commit",
                              "global.log_bin",
                              "global.sync_binlog",
                              "global.binlog_format",
                              "global.read_only",
                              "global.innodb_read_only",
                              "session.auto_increment_increment",
                              "global.innodb_rollback_on_timeout",
                              "global.hostname",
                              "global.port",
                              "global.server_id"}) {
    TcpProxy proxy{database_.endpoint().port};
    proxy.replace(std::string("@@") + missing, {kRefused, kRefused});  // asked with the others, then alone
    EXPECT_NO_THROW(open_through(proxy)) << missing;
  }
}

TEST_F(Failover, ASettingThatIsWrongIsStillRefused) {
  const std::array<std::pair<const char*, const char*>, 7> table = {{{"global.innodb_flush_log_at_trx_commit", "2"},
                                                                     {"global.sync_binlog", "0"},
                                                                     {"global.binlog_format", "'STATEMENT'"},
                                                                     {"global.read_only", "1"},
                                                                     {"global.innodb_read_only", "1"},
                                                                     {"session.auto_increment_increment", "2"},
                                                                     {"global.innodb_rollback_on_timeout", "1"}}};
  for (const auto& [name, value] : table) {
    TcpProxy proxy{database_.endpoint().port};
    proxy.replace(std::string("@@") + name, {kRefused, packet(std::string("SELECT ") + value)});
    EXPECT_THROW(open_through(proxy), NotUsable) << name;
  }
}

}  // namespace
}  // namespace frontrow::mysql
