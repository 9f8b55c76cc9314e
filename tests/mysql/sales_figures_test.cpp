// The sales figures that a date's row keeps: read without a seat or a reservation, and counted while pods of an older release sell
// beside this one, which raise a date's version and leave the figures as they are.
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/mysql/migrations.hpp"
#include "mysql_test.hpp"
#include "server_setting.hpp"

namespace frontrow::mysql {
namespace {

constexpr int kStep = 441;

class SalesFigures : public MysqlTest {
 protected:
  SalesFigures() : store_(open()), made_(made_concert(*store_, {.seats_of_schedules = {300, 10}})) {}

  ReservationId held(UserId user, std::size_t date, std::size_t seat) {
    const auto out = made<ReservationId>();
    execute(*store_, hold({.user = user, .seats = {made_.seats[date][seat]}, .concert = made_.concert}, out));
    return *out;
  }
  void sold(UserId user, std::size_t date, std::size_t seat) {
    execute(*store_, charge(user, {50'000}));
    execute(*store_, pay(held(user, date, seat), user, made<PaymentId>()));
  }
  std::string where(std::size_t date) const { return " WHERE id = " + std::to_string(made_.schedules[date].value); }
  // The columns that an older pod does not know stay as they were.
  void held_by_an_old_pod(UserId user, std::size_t date, std::size_t seat) {
    const std::string figures = "held_seats, sold_seats, sales_made, sales_version";
    run("CREATE TABLE before_it SELECT id, " + figures + " FROM schedules" + where(date));
    held(user, date, seat);
    run("UPDATE schedules s JOIN before_it b ON b.id = s.id SET s.held_seats = b.held_seats, s.sold_seats = b.sold_seats,"
        " s.sales_made = b.sales_made, s.sales_version = b.sales_version; DROP TABLE before_it");
  }
  // Of a reader that was opened a moment ago.
  std::string sales() {
    const SalesSummary s = store_->open_reader()->sales(made_.concert);
    return std::to_string(s.held) + " held, " + std::to_string(s.sold) + " sold, " + std::to_string(s.reservations) + " made";
  }
  std::string kept() {
    return run("SELECT CONCAT(sum(held_seats), ' held, ', sum(sold_seats), ' sold, ', sum(sales_made), ' made') FROM schedules");
  }
  std::string missing() { return run("SELECT count(*) FROM schedules WHERE sales_version <> version"); }
  void expect_a_clean_audit() { MysqlTest::TearDown(); }

  const std::unique_ptr<Store> store_;
  const MadeConcert made_;
};

TEST_F(SalesFigures, AreReadWithoutASeatOrAReservation) {
  const ServerSetting counts{"userstat", "1", "0"};
  for (std::size_t i = 0; i < 30; ++i) held({static_cast<std::int64_t>(100 + i)}, 0, i);
  sold(kAnn, 0, 40);
  const auto reader = store_->open_reader();
  const auto rows_read = [&] {
    return run(
        "SELECT coalesce(sum(rows_read), 0) FROM information_schema.table_statistics WHERE table_schema = DATABASE()"
        " AND table_name IN ('seats', 'reservations', 'reservation_seats')");
  };
  const std::string before = rows_read();
  ASSERT_NE(before, "0") << "the server counts";
  const SalesSummary sales = reader->sales(made_.concert);
  EXPECT_EQ(sales.seats, 310);
  EXPECT_EQ(sales.held, 30);
  EXPECT_EQ(sales.sold, 1);
  EXPECT_EQ(sales.revenue, Points{50'000});
  EXPECT_EQ(rows_read(), before);
}

TEST_F(SalesFigures, AreCountedWhereAnOldPodHasSoldAndPutRightByThatLook) {
  held(kAnn, 0, 0);
  sold(kBen, 1, 0);
  held_by_an_old_pod(kCho, 0, 1);
  EXPECT_EQ(missing(), "1");
  expect_a_clean_audit();
  EXPECT_EQ(sales(), "2 held, 1 sold, 3 made");
  EXPECT_EQ(missing(), "0");
  EXPECT_EQ(kept(), "2 held, 1 sold, 3 made");
  held({9}, 0, 2);
  EXPECT_EQ(sales(), "3 held, 1 sold, 4 made");
  EXPECT_EQ(missing(), "0") << "without a count";
}

TEST_F(SalesFigures, StayMissingThroughACommitOfANewerPod) {
  held_by_an_old_pod(kAnn, 0, 0);
  held(kBen, 0, 1);
  EXPECT_EQ(missing(), "1");
  EXPECT_EQ(sales(), "2 held, 0 sold, 2 made");
  EXPECT_EQ(missing(), "0");
}

TEST_F(SalesFigures, OfABatchOverManyDates) {
  std::vector<CommandPtr> batch;
  for (std::size_t date = 0; date < 2; ++date)
    batch.push_back(hold({.user = kBen, .seats = {made_.seats[date][1]}, .concert = made_.concert}, made<ReservationId>()));
  execute(*store_, batch);
  EXPECT_EQ(run("SELECT group_concat(held_seats) FROM schedules"), "1,1");
}

// The step of the migration that made the columns, statement by statement, with an old pod's commit in between.
TEST_F(SalesFigures, AreRightAfterAMigrationDuringWhichAnOldPodSells) {
  held(kAnn, 0, 0);
  sold(kBen, 1, 0);
  run("ALTER TABLE schedules DROP COLUMN held_seats, DROP COLUMN sold_seats, DROP COLUMN sales_made, DROP COLUMN sales_confirmed,"
      " DROP COLUMN sales_expired, DROP COLUMN sales_cancelled, DROP COLUMN sales_revenue, DROP COLUMN sales_version");
  const auto step = std::ranges::find(migrations(), kStep, &Migration::version);
  ASSERT_NE(step, migrations().end());
  const std::string_view sql = step->sql;
  const auto count = sql.find("\nUPDATE schedules JOIN");
  ASSERT_NE(count, std::string_view::npos);
  const auto steward = session(Role::steward);
  mysql::run(*steward, sql.substr(0, count));
  held_by_an_old_pod(kCho, 0, 1);
  mysql::run(*steward, sql.substr(count));
  EXPECT_EQ(missing(), "1");
  EXPECT_EQ(run("SELECT CONCAT(sold_seats, ' ', sales_confirmed, ' ', sales_revenue) FROM schedules" + where(1)), "1 1 50000");
  expect_a_clean_audit();
  EXPECT_EQ(sales(), "2 held, 1 sold, 3 made");
  mysql::run(*steward, sql);  // broken off before it was noted, and so taken again
  EXPECT_EQ(kept(), "2 held, 1 sold, 3 made");
  EXPECT_EQ(missing(), "0");
}

}  // namespace
}  // namespace frontrow::mysql
