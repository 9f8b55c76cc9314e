// The source of plain reads: a replica that is fit, and never one that would show a sold seat as free.
#include "adapters/mysql/catalog_reader.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "app/live/seat_map.hpp"
#include "mysql_test.hpp"
#include "server_setting.hpp"
#include "support/faults/tcp_proxy.hpp"

namespace frontrow::mysql {
namespace {

using test::eventually;

// The replica applies nothing while this object lives.
class StoppedReplication {
 public:
  StoppedReplication() { run_as_administrator("MYSQL_REPLICA_SOCKET", "STOP SLAVE SQL_THREAD"); }
  ~StoppedReplication() { run_as_administrator("MYSQL_REPLICA_SOCKET", "START SLAVE SQL_THREAD"); }
  StoppedReplication(const StoppedReplication&) = delete;
  StoppedReplication& operator=(const StoppedReplication&) = delete;
};

class ReplicasOfMysql : public MysqlTest {
 protected:
  ReplicaSettings replicas() { return {.endpoints = {database_.replica()}, .most_behind = Duration{1'500}}; }
  bool is_fit() {
    replicas_.measure();
    return replicas_.states()[0].is_fit;
  }
  StoredSeatMap map() {
    const auto version = reader_->seat_map_version(made_.schedules[0]);
    return reader_->seat_map(made_.schedules[0], *version).value();
  }
  std::int64_t reads_of_replica() {
    Connection replica{database_.replica(), Role::reader, {}};
    Rows rows = replica.ask(Sql::script("SHOW GLOBAL STATUS LIKE 'Com_select'"), "count reads");
    return rows.next() ? rows.integer(1) : 0;
  }

  const std::unique_ptr<Store> store_ = open();
  const MadeConcert made_ = made_concert(*store_, {.seats_of_schedules = {20}});
  const std::shared_ptr<Pool> primary_ = std::make_shared<Pool>(PoolSettings{.endpoint = database_.endpoint()});
  Replicas replicas_{primary_, replicas()};
  const std::unique_ptr<CatalogReader> reader_ = open_catalog_reader(primary_, replicas_);
};

TEST_F(ReplicasOfMysql, AreAskedWhenTheyHaveShownThatTheyFollow) {
  EXPECT_EQ(replicas_.next(), nullptr) << "nobody has looked yet";
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  EXPECT_LE(*replicas_.states()[0].behind, Duration{1'500});
  const std::int64_t before = reads_of_replica();
  const StoredCatalog catalog = reader_->catalog();
  EXPECT_EQ(catalog.concerts.size(), 1u);
  EXPECT_EQ(catalog.schedules.size(), 1u);
  EXPECT_EQ(map().sections.at(0).name, "Stalls");
  EXPECT_EQ(map().seats.size(), 20u);
  EXPECT_GE(reads_of_replica(), before + 2 + 3 + 3);
  EXPECT_FALSE(reader_->seat_map_version({99}));
  EXPECT_FALSE(reader_->seat_map({99}, 0));
}

TEST_F(ReplicasOfMysql, AReplicaThatIsBehindNeverShowsATakenSeatAsFree) {
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  const StoppedReplication stopped;
  for (std::size_t i = 0; i < 5; ++i) {
    execute(*store_, hold({.user = {static_cast<std::int64_t>(i) + 1}, .seats = {made_.seats[0][i]}}, made<ReservationId>()));
    ASSERT_TRUE(replicas_.states()[0].is_fit) << "nobody knows yet that it is behind";
    EXPECT_EQ(map().seats[i].status, SeatStatus::held);
  }
}

// One of two replicas is as new as the primary, the other stands still. The rows of a read fit together with either.
TEST_F(ReplicasOfMysql, SeatsAndSectionsAreReadTogetherHoweverDifferentlyTwoReplicasLag) {
  Replicas two{primary_, {.endpoints = {database_.replica(), database_.endpoint()}, .most_behind = Duration{60'000}}};
  const auto reader = open_catalog_reader(primary_, two);
  const auto both_are_fit = [&] {
    two.measure();
    return two.states()[0].is_fit && two.states()[1].is_fit;
  };
  ASSERT_TRUE(eventually(both_are_fit));
  const StoppedReplication stopped;
  for (int i = 0; i < 6; ++i) {
    const ScheduleId date = made_concert(*store_, {.seats_of_schedules = {3}}).schedules[0];
    const auto read = reader->seat_map(date, reader->seat_map_version(date).value());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->seats.size(), 3u);
    EXPECT_EQ(why_no_map(date, read->sections, read->seats), std::nullopt);
    const StoredCatalog catalog = reader->catalog();
    for (const Schedule& schedule : catalog.schedules)
      EXPECT_TRUE(std::ranges::count(catalog.concerts, schedule.concert, &Concert::id)) << "a date of a concert that is not there";
    EXPECT_GE(catalog.schedules.size(), catalog.concerts.size());
  }
}

// The replica is silent, as in a cut network or a stopped process.
TEST_F(ReplicasOfMysql, AReplicaThatHangsTakesNoOtherWithIt) {
  test::TcpProxy proxy{database_.replica().port};
  Endpoint silent = database_.replica();
  silent.host = "127.0.0.1";
  silent.port = proxy.port();
  Replicas two{primary_, {.endpoints = {database_.replica(), silent}, .most_behind = Duration{1'500}}};
  const auto is_fit = [&](std::size_t which) {
    two.measure();
    return two.states()[which].is_fit;
  };
  ASSERT_TRUE(eventually([&] { return is_fit(0) && is_fit(1); }));
  proxy.break_at("heartbeat", std::deque<test::Break>(20, test::Break::silently));
  EXPECT_TRUE(eventually([&] { return !is_fit(1); }));
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(is_fit(0)) << "the heartbeat goes on";
    EXPECT_FALSE(two.states()[1].is_fit);
    EXPECT_FALSE(two.states()[1].behind);
  }
  proxy.break_at("heartbeat", {});
  EXPECT_TRUE(eventually([&] { return is_fit(1); }));
}

TEST_F(ReplicasOfMysql, AReplicaThatFallsBehindIsLeftOutUntilItHasCaughtUp) {
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  {
    const StoppedReplication stopped;
    EXPECT_TRUE(eventually([&] { return !is_fit(); }));
    EXPECT_EQ(replicas_.next(), nullptr);
    EXPECT_EQ(reader_->catalog().concerts.size(), 1u) << "from the primary";
  }
  EXPECT_TRUE(eventually([&] { return is_fit(); }));
}

TEST_F(ReplicasOfMysql, AReplicaThatIsGoneIsLeftOutUntilItIsBack) {
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  test::kill_service("mysql-replica");
  EXPECT_EQ(map().seats.size(), 20u) << "whoever finds out asks the primary";
  EXPECT_FALSE(replicas_.states()[0].is_fit);
  EXPECT_FALSE(is_fit());
  EXPECT_FALSE(replicas_.states()[0].behind);
  test::revive_service("mysql-replica");
  EXPECT_TRUE(eventually([&] { return is_fit(); }));
}

TEST_F(ReplicasOfMysql, OneOfAllPodsWritesTheHeartbeat) {
  const auto written = [&] { return std::stoll(run("SELECT at FROM heartbeat WHERE id = 1")); };
  Replicas other{primary_, replicas()};
  replicas_.measure();
  const auto first = written();
  for (int i = 0; i < 3; ++i) other.measure();
  EXPECT_LT(written(), first + 3 * 400) << "not one for each look";
  EXPECT_TRUE(eventually([&] {
    other.measure();
    return written() > first;
  })) << "the first has stopped";
  run("UPDATE heartbeat SET at = at + 3600000 WHERE id = 1");
  const auto future = written();
  other.measure();
  EXPECT_LT(written(), future) << "the clock was set back";
}

TEST_F(ReplicasOfMysql, NoHeartbeatIsWrittenForNobody) {
  Replicas none{primary_, {}};
  none.measure();
  EXPECT_EQ(run("SELECT at FROM heartbeat WHERE id = 1"), "0");
}

TEST_F(ReplicasOfMysql, APoolOfPatientReadersStaysSmall) {
  Pool pool{{.endpoint = database_.endpoint(), .most = 4, .grows_after = test::kPatience}};
  const auto who = [&] {
    return read_from(pool, [](Connection& connection) {
      Rows rows = connection.ask(Sql::script("SELECT CONNECTION_ID()"), "ask who I am");
      return rows.next() ? rows.integer(0) : 0;
    });
  };
  std::array<std::int64_t, 4> ids{};
  {
    std::vector<std::jthread> readers;
    for (std::int64_t& id : ids) readers.emplace_back([&] { id = who(); });
  }
  EXPECT_EQ(std::ranges::count(ids, ids[0]), 4) << "one after another";
}

TEST_F(ReplicasOfMysql, APoolGrowsWhenAConnectionIsNotGivenBack) {
  Pool pool{{.endpoint = database_.endpoint(), .most = 2, .grows_after = Duration{1}}};
  const Pool::Lease first = pool.take();
  const Pool::Lease second = pool.take();
  EXPECT_EQ(pool.usage().in_use, 2u);
}

// What a burst has opened is closed while a single reader goes on.
TEST_F(ReplicasOfMysql, APoolClosesWhatIdles) {
  Pool pool{{.endpoint = database_.endpoint(), .connection = {.idle_timeout = Duration{1'000}}, .most = 3}};
  const auto connections = [&] {
    return std::stoi(run("SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"));
  };
  const int before = connections();
  {
    const Pool::Lease leases[] = {pool.take(), pool.take(), pool.take()};
    for (const Pool::Lease& lease : leases) lease.connection();
    EXPECT_EQ(connections(), before + 3);
  }
  EXPECT_TRUE(eventually([&] {
    pool.take().connection();
    return connections() <= before + 1;
  }));
}

TEST_F(ReplicasOfMysql, APoolIsBoundedAndMakesLostConnectionsAgain) {
  Pool pool{{.endpoint = database_.endpoint(), .most = 2, .patience = Duration{1}}};
  const auto one_is = [&] {
    return read_from(pool, [](Connection& connection) {
      Rows rows = connection.ask(Sql::script("SELECT CONNECTION_ID()"), "ask who I am");
      return rows.next() ? rows.integer(0) : 0;
    });
  };
  {
    const Pool::Lease first = pool.take();
    const Pool::Lease second = pool.take();
    EXPECT_EQ(pool.usage().in_use, 2u);
    EXPECT_THROW(pool.take(), Unavailable);
  }
  EXPECT_EQ(pool.usage().in_use, 0u);
  const std::int64_t before = one_is();
  EXPECT_EQ(one_is(), before) << "used again";
  run("KILL " + std::to_string(before));
  EXPECT_NE(one_is(), before) << "made again";
}

}  // namespace
}  // namespace frontrow::mysql
