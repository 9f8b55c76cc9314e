// The stored number of available seats, while pods of an older release sell beside this one: they raise a date's version and leave
// the number as it is. A number that is of another version is nobody's truth, and the next commit of a newer pod counts again.
#include <algorithm>
#include <future>

#include "adapters/mysql/migrations.hpp"
#include "mysql_test.hpp"

namespace frontrow::mysql {
namespace {

using test::eventually;

constexpr int kStep = 300;

class AvailableSeats : public MysqlTest {
 protected:
  AvailableSeats() : store_(open()), made_(made_concert(*store_, {.seats_of_schedules = {10, 10, 10}})) {}

  ReservationId held(UserId user, std::size_t date, std::size_t seat) {
    const auto out = made<ReservationId>();
    execute(*store_, hold({.user = user, .seats = {made_.seats[date][seat]}}, out));
    return *out;
  }
  // The same, and the columns that an older pod does not know stay as they were.
  ReservationId held_by_an_old_pod(UserId user, std::size_t date, std::size_t seat) {
    const std::string seats = column("available_seats", date), version = column("available_version", date);
    const ReservationId id = held(user, date, seat);
    run("UPDATE schedules SET available_seats = " + seats + ", available_version = " + version + where(date));
    return id;
  }
  std::string where(std::size_t date) const { return " WHERE id = " + std::to_string(made_.schedules[date].value); }
  std::string column(const std::string& name, std::size_t date) { return run("SELECT " + name + " FROM schedules" + where(date)); }
  // Nothing: it is of another version than the row.
  std::string counted(std::size_t date) {
    return run("SELECT IF(available_version = version, available_seats, '') FROM schedules" + where(date));
  }
  void expect_a_clean_audit() { MysqlTest::TearDown(); }

  const std::unique_ptr<Store> store_;
  const MadeConcert made_;
};

TEST_F(AvailableSeats, AreCountedAgainAfterAnOldPodsCommit) {
  held(kAnn, 0, 0);
  EXPECT_EQ(counted(0), "9");
  const ReservationId old = held_by_an_old_pod(kBen, 0, 1);
  held_by_an_old_pod(kBen, 0, 2);
  EXPECT_EQ(counted(0), "");
  expect_a_clean_audit();
  held(kCho, 0, 3);
  EXPECT_EQ(counted(0), "6");
  execute(*store_, end(old, ReservationStatus::cancelled));
  EXPECT_EQ(counted(0), "7") << "without a count again";
  EXPECT_EQ(counted(1), "10");
}

TEST_F(AvailableSeats, AreCountedAgainByACommitThatTakesAndFreesNone) {
  held_by_an_old_pod(kAnn, 0, 0);
  execute(*store_, price({made_.seats[0][5]}, {70'000}));
  EXPECT_EQ(counted(0), "9");
}

TEST_F(AvailableSeats, ABatchOverManyDatesCountsThoseThatNeedIt) {
  held_by_an_old_pod(kAnn, 0, 0);
  held_by_an_old_pod(kAnn, 2, 0);
  std::vector<CommandPtr> batch;
  for (std::size_t date = 0; date < 3; ++date)
    batch.push_back(hold({.user = kBen, .seats = {made_.seats[date][1]}}, made<ReservationId>()));
  const Executed executed = execute(*store_, batch);
  EXPECT_EQ(counted(0) + ' ' + counted(1) + ' ' + counted(2), "8 9 8");
  for (std::size_t date = 0; date < 3; ++date)
    EXPECT_EQ(std::to_string(executed.set.versions.at(made_.schedules[date])), column("version", date));
}

TEST_F(AvailableSeats, OfADateThatAnOldPodHasMadeAreCountedWithTheFirstCommit) {
  run("UPDATE schedules SET available_seats = DEFAULT, available_version = DEFAULT" + where(1));
  EXPECT_EQ(counted(1), "");
  expect_a_clean_audit();
  held(kAnn, 1, 0);
  EXPECT_EQ(counted(1), "9");
}

// The old pod has the date's row when the newer one comes, and commits what is to be counted.
TEST_F(AvailableSeats, IncludeTheCommitThatWasWaitedFor) {
  const ReservationId known = held_by_an_old_pod(kAnn, 0, 0);
  const auto old = session();
  mysql::run(*old,
             "START TRANSACTION; UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL, held_until = NULL WHERE id = " +
                 std::to_string(made_.seats[0][0].value) +
                 "; UPDATE reservation_seats SET live = 0; UPDATE reservations SET"
                 " status = 'CANCELLED', last_seq = 2, ended_at = expires_at - 1 WHERE id = " +
                 std::to_string(known.value) +
                 "; INSERT INTO events (type, reservation_id, seq, occurred_at, concert_id, user_id) SELECT 3, id, 2, ended_at,"
                 " concert_id, user_id FROM reservations WHERE id = " +
                 std::to_string(known.value) + "; UPDATE schedules SET version = version + 1" + where(0));
  auto waiting = std::async(std::launch::async, [&] { held(kBen, 0, 1); });
  EXPECT_TRUE(eventually([&] {
    return run("SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'UPDATE schedules%'") ==
           "1";
  }));
  mysql::run(*old, "COMMIT");
  waiting.get();
  EXPECT_EQ(counted(0), "9");
}

// The step of the migration that made the columns, statement by statement, with an old pod's commit in between.
TEST_F(AvailableSeats, AreRightAfterAMigrationDuringWhichAnOldPodSells) {
  held(kAnn, 0, 0);
  held(kAnn, 1, 0);
  run("ALTER TABLE schedules DROP COLUMN available_seats, DROP COLUMN available_version");
  const auto step = std::ranges::find(migrations(), kStep, &Migration::version);
  ASSERT_NE(step, migrations().end());
  const std::string_view sql = step->sql;
  const auto count = sql.find("\nUPDATE schedules JOIN");
  ASSERT_NE(count, std::string_view::npos);
  const auto steward = session(Role::steward);
  mysql::run(*steward, sql.substr(0, count));
  held_by_an_old_pod(kBen, 1, 1);
  mysql::run(*steward, sql.substr(count));
  EXPECT_EQ(counted(0) + '|' + counted(1) + '|' + counted(2), "9||10");
  expect_a_clean_audit();
  held(kCho, 1, 2);
  EXPECT_EQ(counted(1), "7");
  mysql::run(*steward, sql);  // broken off before it was noted, and so taken again
  EXPECT_EQ(counted(0) + '|' + counted(1) + '|' + counted(2), "9|7|10");
}

}  // namespace
}  // namespace frontrow::mysql
