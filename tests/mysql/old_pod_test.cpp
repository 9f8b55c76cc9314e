// A rolling release: this process is the old pod, and the schema becomes a newer one while it runs. It serves, or says
// that it cannot; it never ends. Also reads whose connection is cut, by a proxy or an operator's KILL.
#include <latch>

#include "app/commit/commit_queue.hpp"
#include "app/commit/readers.hpp"
#include "mysql_test.hpp"
#include "support/faults/tcp_proxy.hpp"

namespace frontrow::mysql {
namespace {

using enum CommitStatus;
using test::Break;
using test::TcpProxy;

class OldPod : public MysqlTest {
 protected:
  OldPod() : made_(made_concert(*open())) {}
  // At the end the database may be of another release, and our audit cannot read it.
  void TearDown() override {}

  void expanded_by_a_newer_pod() { run("INSERT INTO schema_version (version) VALUES (9998)"); }
  void contracted_by_a_newer_pod() { run("INSERT INTO schema_version (version, oldest_program) VALUES (9999, 9998)"); }
  template <class Query>
  auto asked(Readers& readers, Query query) {
    std::latch answered{1};
    std::optional<Result<std::invoke_result_t<Query&, StoreReader&>>> answer;
    EXPECT_TRUE(readers.ask(query, [&](auto given) {
      answer = std::move(given);
      answered.count_down();
    }));
    answered.wait();
    return std::move(*answer);
  }

  const MadeConcert made_;
  Metrics metrics_;
};

TEST_F(OldPod, StartsAndSellsOnASchemaThatWasExpanded) {
  expanded_by_a_newer_pod();
  const MigrationReport report = migrate_database(database_.endpoint());
  EXPECT_EQ(report.from, 9998);
  EXPECT_EQ(report.to, 9998);
  const auto store = open();
  Readers readers(*store, 1, 10);
  execute(*store, hold({.user = kAnn, .seats = {made_.seats[0][0]}}, made<ReservationId>()));
  EXPECT_TRUE(asked(readers, [](StoreReader& reader) { return reader.audit(); }));
}

TEST_F(OldPod, DoesNotStartOnASchemaThatWasContracted) {
  contracted_by_a_newer_pod();
  EXPECT_THROW(migrate_database(database_.endpoint()), NotUsable);
  EXPECT_THROW(open(), NotUsable);
}

TEST_F(OldPod, ServesWhileTheSchemaIsContractedAndRefusesOnlyItsAudit) {
  const auto store = open();
  Readers readers(*store, 1, 10);
  EXPECT_TRUE(asked(readers, [](StoreReader& reader) { return reader.audit(); }));
  contracted_by_a_newer_pod();
  const auto audit = asked(readers, [](StoreReader& reader) { return reader.audit(); });
  ASSERT_FALSE(audit);
  EXPECT_EQ(audit.error().code, ErrorCode::store_unavailable);
  EXPECT_NE(audit.error().detail.find("another release"), std::string::npos) << audit.error().detail;
  execute(*store, hold({.user = kAnn, .seats = {made_.seats[0][0]}}, made<ReservationId>()));
  EXPECT_TRUE(asked(readers, [](StoreReader& reader) { return reader.account(kAnn); }));
}

// Changes of a newer release to tables that this one knows.
TEST_F(OldPod, SaysThatItCannotWhateverHasBecomeOfTheTables) {
  for (const char* change : {"ALTER TABLE batch_log ADD COLUMN pod VARCHAR(9) NOT NULL",
                             "ALTER TABLE accounts CHANGE balance balance VARCHAR(20) NOT NULL DEFAULT 'none'",
                             "ALTER TABLE accounts ADD COLUMN kind VARCHAR(9) NOT NULL",
                             "RENAME TABLE ledger TO entries, events TO facts, schedules TO dates, seats TO places"}) {
    SCOPED_TRACE(change);
    const auto store = open();
    Readers readers(*store, 1, 10);
    CommitQueue queue{*store, clock_, metrics_, {}, [](const WorkingSet&) {}, [] {}};
    run(change);
    int completed = 0;
    struct Counted final : Command {
      Counted(CommandPtr command, int& count) : inner(std::move(command)), out(count) {}
      void declare(Keys& keys) const override { inner->declare(keys); }
      Verdict decide(WorkingSet& set) override { return inner->decide(set); }
      void complete(CommitStatus) override { ++out; }
      CommandPtr inner;
      int& out;
    };
    const auto submit = [&](CommandPtr command) {
      queue.submit(std::make_unique<Counted>(std::move(command), completed), CommandClass::settle);
    };
    submit(hold({.user = kAnn, .seats = {made_.seats[0][1]}}, made<ReservationId>()));
    submit(charge(kBen, {5}));
    while (queue.run_batch()) {
    }
    EXPECT_EQ(completed, 2);
    asked(readers, [](StoreReader& reader) { return reader.account(kBen); });
    asked(readers, [](StoreReader& reader) { return reader.ledger_of(kBen, {}, 10); });
    asked(readers, [](StoreReader& reader) { return reader.events_after({}, 10); });
    asked(readers, [](StoreReader& reader) { return reader.reservations_of(kAnn, {}, 10); });
    asked(readers, [this](StoreReader& reader) { return reader.sales(made_.concert); });
    asked(readers, [](StoreReader& reader) { return reader.audit(); });
  }
}

class CutReads : public MysqlTest {
 protected:
  std::shared_ptr<Pool> pool_through(const TcpProxy& proxy, Duration statement) {
    PoolSettings settings{.endpoint = database_.endpoint(), .connection = {.statement_timeout = statement}};
    settings.endpoint.port = proxy.port();
    return std::make_shared<Pool>(settings);
  }
  TcpProxy proxy_{database_.endpoint().port};
};

TEST_F(CutReads, AreTriedOnceMore) {
  const auto pool = pool_through(proxy_, Duration{1'000});
  const auto reader = open_reader(pool);
  reader->account(kAnn);
  proxy_.break_at("SELECT balance", {Break::before_reply});
  EXPECT_EQ(reader->account(kAnn).balance, Points{});
}

TEST_F(CutReads, AreUnavailableWhenTheSecondIsCutToo) {
  const auto pool = pool_through(proxy_, Duration{1'000});
  const auto reader = open_reader(pool);
  reader->account(kAnn);
  proxy_.break_at("SELECT balance", {Break::before_reply, Break::before_reply});
  EXPECT_THROW(reader->account(kAnn), Unavailable);
}

// The first read is cut, and the second takes longer than a statement may: the server's error is then no lost
// connection.
TEST_F(CutReads, AreUnavailableWhenTheSecondIsTooSlow) {
  const auto pool = pool_through(proxy_, Duration{500});
  int tries = 0;
  EXPECT_THROW(read_from(*pool,
                         [&](Connection& connection) {
                           if (++tries == 1) {
                             connection.give_up();
                             throw Unavailable{kStore, "cut"};
                           }
                           mysql::run(connection, "SELECT count(*) FROM seats WHERE SLEEP(30) = 0 OR SLEEP(30) = 0");
                           mysql::run(connection, "SELECT SLEEP(30) FROM schema_version");
                           return 0;
                         }),
               Unavailable);
  EXPECT_EQ(tries, 2);
}

TEST_F(CutReads, EverythingAReadCanMeetIsUnavailable) {
  const auto pool = pool_through(proxy_, Duration{500});
  const auto failing = [&](auto thrown) { read_from(*pool, [&](Connection&) -> int { throw thrown; }); };
  EXPECT_THROW(failing(Contended{"slow"}), Unavailable);
  EXPECT_THROW(failing(RowLocked{"locked"}), Unavailable);
  EXPECT_THROW(failing(ConstraintBroken{"odd"}), Unavailable);
  EXPECT_THROW(failing(NotUsable{"newer"}), Unavailable);
  EXPECT_THROW(failing(std::bad_alloc{}), Unavailable);
  EXPECT_EQ(pool->usage().in_use, 0U);
}

}  // namespace
}  // namespace frontrow::mysql
