// The rows that a GET reads: none while nothing has changed, and afterwards as many as it shows, however large the hall is. SQLite
// counts the steps of its statements, and a row takes one at least.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <map>

#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

constexpr int kSmall = 20, kLarge = 20'000;
// For the page of a user's history, or of the events of a small sale.
constexpr std::int64_t kMostSteps = 5'000;

// The steps that readers' connections have taken, of any server in this process, while this object lived.
class Steps {
 public:
  Steps() { sqlite3_auto_extension(entry()); }
  ~Steps() { sqlite3_cancel_auto_extension(entry()); }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  static std::int64_t take() { return taken().exchange(0); }

 private:
  using Entry = void (*)();
  static std::atomic<std::int64_t>& taken() {
    static std::atomic<std::int64_t> steps{0};
    return steps;
  }
  static int record(unsigned, void*, void* finished, void*) {
    auto* statement = static_cast<sqlite3_stmt*>(finished);
    if (sqlite3_db_readonly(sqlite3_db_handle(statement), "main") == 1)
      taken() += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    return 0;
  }
  static int install(sqlite3* db, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, record, nullptr);
  }
  static Entry entry() { return reinterpret_cast<Entry>(&install); }
};

class RouteRows : public testing::Test {
 protected:
  void SetUp() override {
    if (tests_the_cluster()) GTEST_SKIP() << "tests/mysql counts the rows of the other store";
  }

  struct Sold {
    NewConcert concert;
    std::string token;
    std::int64_t reservation = 0;
  };
  // One seat sold and one held, by a user of its own.
  Sold sold(std::int64_t user, int seats) {
    Sold made{.concert = sale_.add_concert({.seats = seats}), .token = {}};
    made.token = enter(http(), user, made.concert.id);
    const auto first = http().send(hold(made.token, made.concert, made.concert.first_seat));
    EXPECT_EQ(first.status, 201) << first;
    made.reservation = first.integer("reservationId");
    hold_one(made, 1);
    EXPECT_EQ(http().send(charge(user, 5'000'000)).status, 201);
    EXPECT_EQ(http().send(pay(made.token, made.reservation)).status, 201);
    return made;
  }
  void hold_one(const Sold& made, int seat) {
    const auto held = http().send(hold(made.token, made.concert, made.concert.first_seat + seat));
    EXPECT_EQ(held.status, 201) << held;
  }
  HttpClient& http() { return sale_.http(); }

  // All GETs that a buyer or an operator has, but for the seats themselves.
  std::vector<std::string> paths(const Sold& made, std::int64_t user) const {
    const std::string concert = std::to_string(made.concert.id);
    std::vector<std::string> all{"/api/v1/concerts?limit=100",
                                 "/api/v1/concerts/" + concert,
                                 "/api/v1/concerts/" + concert + "/schedules",
                                 "/api/v1/info",
                                 "/api/v1/time",
                                 "/actuator/health",
                                 "/actuator/health/readiness",
                                 "/actuator/prometheus",
                                 "/api/v1/admin/concerts?limit=100",
                                 "/api/v1/admin/concerts/" + concert + "/sales",
                                 "/api/v1/admin/events?limit=1000",
                                 "/api/v1/admin/counters",
                                 fmt::format("/api/v1/admin/reservations/{}", made.reservation)};
    for (const char* of_user : {"points", "points/history", "reservations", "admin/reservations"})
      all.push_back(fmt::format("/api/v1/{}?userId={}", of_user, user));
    return all;
  }
  std::int64_t steps_of(const std::string& path, const char* method = "GET") {
    Steps::take();
    const auto answer = http().send(as_admin({.method = method, .target = path}, sale_.admin_token()));
    EXPECT_EQ(answer.status, 200) << path << ": " << answer;
    return Steps::take();
  }

  const Steps steps_;
  TestSale sale_;
};

TEST_F(RouteRows, AreNoMoreInALargeHall) {
  const Sold small = sold(1, kSmall), large = sold(2, kLarge);
  const auto of_small = paths(small, 1), of_large = paths(large, 2);
  std::printf("| route | steps, %d seats | steps, %d seats | steps again |\n|---|---:|---:|---:|\n", kSmall, kLarge);
  for (std::size_t i = 0; i < of_small.size(); ++i) {
    const std::int64_t few = steps_of(of_small[i]), many = steps_of(of_large[i]), again = steps_of(of_large[i]);
    std::printf("| %s | %ld | %ld | %ld |\n", of_large[i].c_str(), few, many, again);
    EXPECT_LE(many, few + 50) << of_large[i];
    EXPECT_LE(many, kMostSteps) << of_large[i];
    EXPECT_LE(again, kMostSteps) << of_large[i];
  }
}

TEST_F(RouteRows, OfSalesAndEventsAreReadOnceForAllUntilSomethingIsSold) {
  const Sold made = sold(1, kLarge);
  const std::string sales = fmt::format("/api/v1/admin/concerts/{}/sales", made.concert.id);
  const std::string full = "/api/v1/admin/events?limit=2", open = "/api/v1/admin/events?limit=1000";
  for (const std::string& path : {sales, full, open}) {
    EXPECT_EQ(steps_of(path, "HEAD"), 0) << path;
    EXPECT_GT(steps_of(path), 0) << path;
    EXPECT_EQ(steps_of(path), 0) << path;
    EXPECT_EQ(steps_of(path, "HEAD"), 0) << path;
  }
  hold_one(made, 2);
  EXPECT_EQ(steps_of(full), 0) << "a page of the past never changes";
  EXPECT_GT(steps_of(sales), 0);
  EXPECT_GT(steps_of(open), 0);
  EXPECT_EQ(steps_of(sales) + steps_of(open), 0);
}

TEST_F(RouteRows, AreNoneForHeadOfALongList) {
  const Sold made = sold(1, kSmall);
  for (const std::string& path : paths(made, 1)) {
    if (path.contains("/admin/reservations/")) continue;  // whether there is one
    EXPECT_EQ(steps_of(path, "HEAD"), 0) << path;
  }
}

}  // namespace
}  // namespace frontrow::test
