// The outcome of a batch when rows are locked, connections break, or a commit is not answered.
#include <atomic>
#include <thread>

#include "mysql_test.hpp"
#include "server_setting.hpp"
#include "support/faults/tcp_proxy.hpp"
#include "support/rounds.hpp"

namespace frontrow::mysql {
namespace {

using test::Break;
using test::eventually;
using test::TcpProxy;

class Faults : public MysqlTest {
 protected:
  Faults() : seats_(made_concert(*open()).seats[0]) {}

  std::int64_t stored_charges() { return std::stoll(run("SELECT count(*) FROM ledger WHERE account = 1")); }
  // Sessions of other connections on this database, as the server lists them.
  std::string others() {
    return "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
  }
  void kill_others() {
    const std::string ids = database_.run(
        "SELECT ifnull(group_concat(id), '') FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
    std::size_t at = 0;
    while (at < ids.size()) {
      const std::size_t end = std::min(ids.find(',', at), ids.size());
      try {
        run("KILL " + ids.substr(at, end - at));
      } catch (const std::exception&) {
        // The session has ended by itself meanwhile.
      }
      at = end + 1;
    }
  }
  std::unique_ptr<Store> open_through(const TcpProxy& proxy, Duration idle = Duration{5'000}) {
    StoreSettings through = settings();
    through.primary.port = proxy.port();
    through.connection.idle_timeout = idle;
    through.settle_timeout = Duration{300};
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

  const std::vector<SeatId> seats_;
};

CommandPtr watched(CommandPtr inner, std::function<void(int)> on_declare, std::function<void()> on_decide = [] {}) {
  const std::shared_ptr<LambdaCommand> command = std::move(inner);
  const auto count = std::make_shared<int>(0);
  return std::make_unique<LambdaCommand>(
      [=](Keys& keys) {
        on_declare(++*count);
        command->declare(keys);
      },
      [=](WorkingSet& set) {
        on_decide();
        return command->decide(set);
      });
}

TEST_F(Faults, RunsABatchAgainThatWasTheVictimOfADeadlock) {
  int attempts = 0;
  StoreSettings patient = settings();
  patient.connection.lock_timeout = test::kPatience;
  patient.connection.statement_timeout = test::kPatience;
  patient.on_batch = [&](const BatchCost& cost) { attempts = cost.attempts; };
  const auto store = open_store(patient);
  const auto rival = session();
  // In a deadlock the database rolls back the transaction with fewer changes. This one has many.
  mysql::run(*rival,
             "INSERT INTO batch_log (id, at) SELECT id + 1000000, 0 FROM seats; INSERT INTO batch_log (id, at) SELECT id - "
             "2000000, 0 FROM batch_log;"
             "SELECT version FROM schedules WHERE id = 1 FOR UPDATE");
  std::jthread waiting;
  execute(*store,
          watched(
              hold({.user = kAnn, .seats = {seats_[0]}}, made<ReservationId>()),
              [&](int attempt) {
                if (attempt == 2) waiting.join();
              },
              [&] {
                if (waiting.joinable() || attempts != 0) return;
                attempts = -1;
                waiting = std::jthread(
                    [&] { EXPECT_NO_THROW(mysql::run(*rival, "SELECT 1 FROM seats WHERE id = 1 FOR UPDATE; ROLLBACK")); });
                EXPECT_TRUE(eventually([&] {
                  return run("SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT 1 FROM seats%'") == "1";
                }));
              }));
  EXPECT_EQ(attempts, 2);
}

TEST_F(Faults, SaysThatNothingHappenedWhenTheConnectionIsLostBeforeTheCommit) {
  const auto store = open();
  EXPECT_EQ(unknown_of(*store,
                       watched(
                           hold({.user = kAnn, .seats = {seats_[0]}}, made<ReservationId>()), [](int) {}, [&] { kill_others(); })),
            false);
  execute(*store, hold({.user = kBen, .seats = {seats_[0]}}, made<ReservationId>()));
  EXPECT_EQ(run("SELECT user_id FROM reservations"), "2");
}

TEST_F(Faults, LeavesAServerThatBecameReadOnlyAndComesBack) {
  const auto store = open();
  execute(*store, charge(kAnn, {1}));
  {
    const ServerSetting demoted{"read_only", "1", "0"};
    EXPECT_EQ(unknown_of(*store, charge(kAnn, {1})), false);
    EXPECT_EQ(unknown_of(*store, charge(kAnn, {1})), false) << "a new connection leads to the same server";
    EXPECT_EQ(store->open_reader()->account(kAnn).balance, Points{1}) << "reading goes on";
  }
  execute(*store, charge(kAnn, {1}));
  EXPECT_EQ(stored_charges(), 2);
}

TEST_F(Faults, NoticesThatAnIdleSessionWasEnded) {
  StoreSettings sleepy = settings();
  sleepy.connection.idle_timeout = std::chrono::seconds{1};
  const auto store = open_store(sleepy);
  execute(*store, charge(kAnn, {1}));
  ASSERT_TRUE(eventually([&] { return run(others()) == "0"; })) << "the server ends it";
  execute(*store, charge(kAnn, {1}));
  EXPECT_EQ(stored_charges(), 2);
}

TEST_F(Faults, TendKeepsTheSessionAwake) {
  StoreSettings sleepy = settings();
  sleepy.connection.idle_timeout = std::chrono::seconds{2};
  const auto store = open_store(sleepy);
  execute(*store, charge(kAnn, {1}));
  const std::string ids = "SELECT max(id) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
  const std::string before = run(ids);
  const auto idle_since = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] {
    store->tend();
    return std::chrono::steady_clock::now() - idle_since > std::chrono::seconds{4};
  }));
  EXPECT_EQ(run(ids), before) << "the same session";
}

TEST_F(Faults, SettlesACommitThatWasHeardAndNotAnswered) {
  TcpProxy proxy{database_.endpoint().port};
  const auto store = open_through(proxy);
  execute(*store, charge(kAnn, {5}));  // has taken its block of ids, which is a commit of its own
  proxy.break_at("COMMIT;", {Break::before_reply});
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 2);
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 3);
}

TEST_F(Faults, SettlesACommitThatWasNeverHeard) {
  TcpProxy proxy{database_.endpoint().port};
  const auto store = open_through(proxy);
  execute(*store, charge(kAnn, {5}));  // has taken its block of ids, which is a commit of its own
  proxy.break_at("COMMIT;", {Break::before_request});
  EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), false) << "it certainly did not happen";
  EXPECT_EQ(stored_charges(), 1);
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 2);
}

// In that case the row in the log is the settler's own, and must not count as the batch's.
TEST_F(Faults, SettlesACommitThatWasNeverHeardAlsoWhenSettlingIsNotAnswered) {
  TcpProxy proxy{database_.endpoint().port};
  const auto store = open_through(proxy);
  execute(*store, charge(kAnn, {5}));
  proxy.break_at("COMMIT;", {Break::before_request, Break::before_reply});
  EXPECT_EQ(unknown_of(*store, charge(kAnn, {5})), false);
  EXPECT_EQ(stored_charges(), 1);
  EXPECT_EQ(run("SELECT count(*) FROM batch_log WHERE at < 0"), "1") << "settling it was heard";
}

TEST_F(Faults, SaysSoWhenNobodyCanBeAskedAndFindsOutBeforeItGoesOn) {
  for (const Break how : {Break::before_reply, Break::before_request}) {
    TcpProxy proxy{database_.endpoint().port};
    const auto store = open_through(proxy);
    execute(*store, charge(kAnn, {5}));
    const std::int64_t before = stored_charges();
    proxy.break_at("COMMIT;", {how});
    EXPECT_EQ(unknown_of(*store, watched(charge(kAnn, {5}), [](int) {}, [&] { proxy.refuse(true); })), true);
    EXPECT_THROW(store->load({}), Unavailable) << "nothing is told while it is not settled";
    proxy.refuse(false);
    store->load({});
    const std::int64_t after = stored_charges();
    EXPECT_EQ(after, before + (how == Break::before_reply ? 1 : 0));
    execute(*store, charge(kAnn, {5}));
    EXPECT_EQ(stored_charges(), after + 1) << "what was settled stays";
  }
}

// The worst case: the server still has the batch open, on a connection that no client will end.
TEST_F(Faults, ABatchCutOffFromUsIsNeverCommittedLater) {
  TcpProxy proxy{database_.endpoint().port};
  const auto store = open_through(proxy, std::chrono::seconds{3});
  execute(*store, charge(kAnn, {5}));
  proxy.break_at("COMMIT;", {Break::silently});
  const auto outcome = unknown_of(*store, charge(kAnn, {5}));
  EXPECT_TRUE(outcome.has_value());
  // The server ends the silent session, and with it the batch.
  EXPECT_TRUE(eventually([&] {
    try {
      store->load({});
      return true;
    } catch (const Unavailable&) {
      return false;
    }
  }));
  EXPECT_EQ(stored_charges(), 1);
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(stored_charges(), 2);
}

TEST_F(Faults, AGivenCommitIsFoundAgainAfterTheServerWasKilled) {
  const int crashes = test::rounds(1, 20);
  const auto keys = std::make_shared<std::atomic<int>>(0);
  std::vector<int> acknowledged, refused;
  for (int crash = 0; crash < crashes; ++crash) {
    StoreSettings stubborn = settings();
    stubborn.settle_timeout = std::chrono::seconds{1};
    const auto store = open_store(stubborn);
    std::atomic<int> done{0};
    std::jthread writing{[&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const int key = ++*keys;
        try {
          execute(*store, charge(kAnn, {1}, key_of(kAnn, Operation::charge, key)));
          acknowledged.push_back(key);
          ++done;
        } catch (const Unavailable& lost) {
          if (!lost.outcome_unknown) refused.push_back(key);
          return;
        }
      }
    }};
    EXPECT_TRUE(eventually([&] { return done > 50; }));
    test::kill_service("mysql-primary");
    writing.join();
    test::revive_service("mysql-primary");
  }
  const auto store = open();
  for (const int key : acknowledged) EXPECT_TRUE(has_key(*store, key_of(kAnn, Operation::charge, key))) << "acknowledged and lost";
  for (const int key : refused) EXPECT_FALSE(has_key(*store, key_of(kAnn, Operation::charge, key))) << "refused and stored";
}

TEST_F(Faults, ReadsTheTimeAfterItHasItsLocks) {
  StoreSettings real = settings();
  real.clock = nullptr;
  real.connection.statement_timeout = real.connection.row_patience = test::kPatience;
  const auto store = open_store(real);
  const auto rival = session();
  mysql::run(*rival, "SELECT 1 FROM seats WHERE id = 1 FOR UPDATE");
  WorkingSet set;
  std::jthread waiting{[&] { set = execute(*store, hold({.user = kAnn, .seats = {seats_[0]}}, made<ReservationId>())).set; }};
  EXPECT_TRUE(eventually([&] { return is_guarded(kAnn); })) << "the batch has begun, and asks for the seat";
  const std::int64_t released = std::stoll(run("SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"));
  mysql::run(*rival, "ROLLBACK");
  waiting.join();
  EXPECT_GE(set.now.time_since_epoch().count(), released);
}

}  // namespace
}  // namespace frontrow::mysql
