// What a pod asks of Redis and MySQL while nobody buys: the same, however many concerts there are.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <sstream>

#include "server_counts.hpp"
#include "support/processes/test_sale.hpp"
#include "support/services/redis_services.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

constexpr std::chrono::seconds kCounted{6};
constexpr std::chrono::seconds kUntilQuiet{7};  // what was made is delivered, and is looked for less often

// By replicas, sentinels and watching clients, whatever the pod does.
const std::set<std::string> kUpkeep{
    "ping", "info", "publish", "replconf", "role", "auth", "client", "hello", "subscribe", "psync", "config", "command", "select"};

struct Counts {
  double redis = 0, statements = 0, rows = 0;
  friend Counts operator-(const Counts& a, const Counts& b) {
    return {a.redis - b.redis, a.statements - b.statements, a.rows - b.rows};
  }
};

class IdleCost : public testing::Test {
 protected:
  IdleCost() {
    Settings settings = test_settings();
    sale_ = std::make_unique<TestSale>(settings, true);
    counts_ = std::make_unique<ServerCounts>(sale_->database()->endpoint());
  }

  double redis_commands() {
    const redis::Reply reply = ask(redis_, {"INFO", "commandstats"});
    double all = 0;
    std::istringstream lines{std::string{reply.text()}};
    for (std::string line; std::getline(lines, line);) {
      const auto colon = line.find(':'), calls = line.find("calls=");
      if (!line.starts_with("cmdstat_") || calls == std::string::npos) continue;
      std::string name = line.substr(8, colon - 8);
      name = name.substr(0, name.find('|'));
      if (!kUpkeep.contains(name)) all += std::stod(line.substr(calls + 6));
    }
    return all;
  }

  Counts now() {
    return {
        .redis = redis_commands(),
        .statements = counts_->status("Queries"),
        .rows = counts_->status("Handler_read_key") + counts_->status("Handler_read_next") + counts_->status("Handler_read_prev")};
  }

  static void pass(std::chrono::seconds time) {
    const auto until = steady_now() + time;
    EXPECT_TRUE(eventually([&] { return steady_now() >= until; }));
  }

  // A second's worth.
  Counts measure(const char* what) {
    pass(kUntilQuiet);
    const Counts before = now();
    pass(kCounted);
    Counts spent = now() - before;
    for (double* each : {&spent.redis, &spent.statements, &spent.rows}) *each /= static_cast<double>(kCounted.count());
    std::printf(
        "%s: %.0f Redis commands, %.0f MySQL statements, %.0f rows a second\n", what, spent.redis, spent.statements, spent.rows);
    return spent;
  }

  void make_concerts(int count) {
    std::string dates;
    for (const char* day : {"01", "02", "03"})
      dates += std::string{dates.empty() ? "" : ","} + R"({"startsAt":"2030-01-)" + day +
               R"(T19:00:00Z","seats":{"count":5,"price":1000}})";
    const std::string body = R"({"title":"Idle","schedules":[)" + dates + "]}";
    for (int i = 0; i < count; ++i) {
      const HttpRequest request{.method = "POST", .target = "/api/v1/admin/concerts", .body = body};
      ASSERT_EQ(sale_->http().send(as_admin(request, sale_->admin_token())).status, 201);
    }
  }

  std::unique_ptr<TestSale> sale_;
  std::unique_ptr<ServerCounts> counts_;
  redis::Client redis_{redis_settings()};
};

TEST_F(IdleCost, DoesNotGrowWithTheCatalogue) {
  make_concerts(20);
  const Counts few = measure("20 concerts of 3 dates");
  make_concerts(280);
  const Counts many = measure("300 concerts of 3 dates");
  EXPECT_NEAR(many.redis, few.redis, 5);
  EXPECT_NEAR(many.statements, few.statements, 0.1 * few.statements + 5);
  EXPECT_NEAR(many.rows, few.rows, 0.1 * few.rows + 20);
  EXPECT_LE(many.redis, 25);
  EXPECT_LE(many.statements, 15);
  EXPECT_LE(many.rows, 150);
}

}  // namespace
}  // namespace frontrow::test
