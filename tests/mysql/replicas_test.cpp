// Who is asked when somebody only looks: a replica that is fit, and never one that would show a sold seat as free.
#include "adapters/mysql/catalog_reader.hpp"
#include "mysql_test.hpp"
#include "server_setting.hpp"

namespace frontrow::mysql {
namespace {

using test::eventually;

// The replica applies nothing while this lives.
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
  Replicas replicas_{database_.endpoint(), replicas()};
  const std::shared_ptr<Pool> primary_ = std::make_shared<Pool>(PoolSettings{.endpoint = database_.endpoint()});
  const std::unique_ptr<CatalogReader> reader_ = open_catalog_reader(primary_, replicas_);
};

TEST_F(ReplicasOfMysql, AreAskedWhenTheyHaveShownThatTheyFollow) {
  EXPECT_EQ(replicas_.next(), nullptr) << "nobody has looked yet";
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  EXPECT_LE(*replicas_.states()[0].behind, Duration{1'500});
  const std::int64_t before = reads_of_replica();
  EXPECT_EQ(reader_->concerts().size(), 1u);
  EXPECT_EQ(reader_->schedules(made_.concert).size(), 1u);
  EXPECT_EQ(reader_->sections(made_.schedules[0]).at(0).name, "Stalls");
  EXPECT_EQ(map().seats.size(), 20u);
  EXPECT_GE(reads_of_replica(), before + 4);
  EXPECT_FALSE(reader_->concert({99}));
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

TEST_F(ReplicasOfMysql, AConcertIsReadAsThePrimaryHasItWhateverAReplicaSays) {
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  const StoppedReplication stopped;
  database_.run("UPDATE concerts SET title = 'Renamed'");
  EXPECT_EQ(reader_->concert(made_.concert).value().title, "Renamed");
  EXPECT_NE(reader_->concerts().at(0).title, "Renamed");
}

TEST_F(ReplicasOfMysql, AReplicaThatFallsBehindIsLeftOutUntilItHasCaughtUp) {
  ASSERT_TRUE(eventually([&] { return is_fit(); }));
  {
    const StoppedReplication stopped;
    EXPECT_TRUE(eventually([&] { return !is_fit(); }));
    EXPECT_EQ(replicas_.next(), nullptr);
    EXPECT_EQ(reader_->concerts().size(), 1u) << "from the primary";
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
