// Documents and program agree: routes both ways, every error code, every metric name.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "http/all_routes.hpp"
#include "http/problem.hpp"
#include "support/golden.hpp"
#include "support/processes/test_sale.hpp"
#include "support/text_file.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

// Paths are indented by two blanks, methods by four; see the head of the file.
std::set<std::string> documented_routes() {
  std::istringstream lines(read_file(source_dir() / "docs/openapi.yml"));
  std::set<std::string> routes;
  std::string path;
  bool is_in_paths = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] != ' ') is_in_paths = line == "paths:";
    if (!is_in_paths) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    const bool is_method = line.starts_with("    ") && line.size() > 5 && line[4] != ' ' && line.ends_with(':');
    if (!is_method) continue;
    std::string method = line.substr(4, line.size() - 5);
    std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
    routes.insert(method + " " + path);
  }
  return routes;
}

// Files that a page loads, whose names change with their content, and files that a browser or a crawler asks for by
// itself.
bool is_asset(const std::string& pattern) {
  const auto ends_so = [&](std::string_view end) { return pattern.ends_with(end); };
  return pattern.starts_with("/swagger-ui/") || pattern.starts_with("/assets/") || ends_so(".svg") || ends_so(".ico") ||
         ends_so(".png") || ends_so(".webmanifest") || ends_so("/robots.txt");
}

TEST(Documents, TheRouteTableAndOpenApiAgreeBothWays) {
  std::set<std::string> served;
  for (const RouteRow& row : all_route_rows())
    if (!is_asset(row.pattern)) served.insert(row.method + " " + row.pattern);
  const auto documented = documented_routes();
  EXPECT_GE(documented.size(), 20U);
  EXPECT_EQ(served, documented);
}

TEST(Documents, TheRouteTable) {
  std::string text = "# method, path, credential, role, body, listener, use (docs/reference/limits.md)\n";
  for (const RouteRow& row : all_route_rows())
    if (!is_asset(row.pattern))
      text += fmt::format("{} {} {} {} {} {} {}\n",
                          row.method,
                          row.pattern,
                          row.needs,
                          row.role.empty() ? "-" : row.role,
                          row.has_large_body ? "large" : "normal",
                          row.audience,
                          row.traffic);
  expect_golden("tests/golden/routes.txt", text);
}

std::vector<http::ProblemKind> all_problems() {
  std::vector<http::ProblemKind> all;
  for (int code = 0; code <= static_cast<int>(ErrorCode::outcome_unknown); ++code)
    all.push_back(http::problem_kind(static_cast<ErrorCode>(code)));
  all.push_back(http::kPreconditionFailed);
  return all;
}

TEST(Documents, EveryErrorCodeIsExplainedWithItsStatus) {
  const std::string errors = read_file(source_dir() / "docs/reference/errors.md");
  const std::string openapi = read_file(source_dir() / "docs/openapi.yml");
  std::set<std::string_view> codes;
  for (const auto& problem : all_problems()) {
    EXPECT_TRUE(codes.insert(problem.code).second) << problem.code << " twice";
    EXPECT_NE(errors.find(fmt::format("| `{}` | {} |", problem.code, problem.status)), std::string::npos) << problem.code;
    EXPECT_NE(openapi.find(fmt::format("    {}:\n      value: ", problem.code)), std::string::npos) << problem.code;
    EXPECT_NE(openapi.find(fmt::format(
                  "\"status\": {}, \"detail\": \"{}\", \"code\": \"{}\"", problem.status, problem.detail, problem.code)),
              std::string::npos)
        << problem.code << ": the example is not what is sent";
  }
}

TEST(Documents, ErrorCodes) {
  std::string text = "# code, status\n";
  for (const auto& problem : all_problems()) text += fmt::format("{} {}\n", problem.code, problem.status);
  expect_golden("tests/golden/errors.txt", text);
}

// From a server that has done each kind of work, so that every name is there.
TEST(Documents, MetricNames) {
  TestSale sale;
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert({.price = 10});
  const std::string token = enter(http, 1, concert.id);
  ASSERT_EQ(http.send(charge(1, 100)).status, 201);
  const auto held = http.send(hold(token, concert, concert.first_seat)).integer("reservationId");
  ASSERT_EQ(http.send(pay(token, held)).status, 201);
  std::istringstream lines(http.get("/actuator/prometheus").body);
  std::set<std::string> names;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("# TYPE ")) names.insert(line.substr(7));
  const std::string reference = read_file(source_dir() / "docs/reference/metrics.md");
  std::string text = "# name, kind\n";
  for (const std::string& name : names) {
    if (!name.starts_with("db_replica_lag_seconds ")) text += name + "\n";  // only of a sale with replicas
    EXPECT_NE(reference.find("| `" + name.substr(0, name.find(' ')) + "` | " + name.substr(name.find(' ') + 1) + " |"),
              std::string::npos)
        << name << " is not in docs/reference/metrics.md";
  }
  expect_golden("tests/golden/metrics.txt", text);
}

double metric(const HttpResponse& answer, const std::string& name) {
  const std::string text = "\n" + answer.body;
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

// Metrics of the cluster only. The gauge of the pool changes all the time, so only its presence is checked.
TEST(Documents, MetricsOfTheClusterAreFed) {
  if (!tests_the_cluster()) GTEST_SKIP() << "of the cluster profile";
  TestSale sale;
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const std::string token = enter(http, 1, concert.id);
  ASSERT_EQ(http.send(hold(token, concert, concert.first_seat)).status, 201);
  const HttpRequest metrics{.target = "/actuator/prometheus"};
  const auto value = [&](const std::string& name) { return metric(http.send(metrics), name); };
  EXPECT_TRUE(eventually([&] { return value("kafka_consumer_raw_lag") >= 1; })) << "a hold of five minutes waits";
  EXPECT_TRUE(eventually([&] { return value("kafka_consumer_lag") == 0; })) << "and is not due; what earlier sales left may be";
  const auto is_hit = [&] { return eventually([&] { return value("redis_hit_rate") > 0; }, std::chrono::seconds{5}); };
  for (int more = 1; more < 4 && !is_hit(); ++more)
    ASSERT_EQ(http.send(hold(token, concert, concert.first_seat + more)).status, 201);
  EXPECT_GT(value("redis_hit_rate"), 0) << "a seat map that has changed is asked of Redis";
  Crowd crowd(sale.port());
  std::vector<HttpRequest> requests(64, HttpRequest{.target = "/api/v1/points?userId=1"});
  requests.push_back(metrics);
  EXPECT_TRUE(eventually([&] { return metric(crowd.send(requests).back(), "db_connection_pool_usage") > 0; }));
}

// Labels stay bounded whatever paths clients make up.
TEST(Documents, MetricLabelsAreTemplates) {
  TestSale sale;
  HttpClient& http = sale.http();
  for (int i = 0; i < 50; ++i) {
    http.get(fmt::format("/api/v1/concerts/{}", 1'000 + i));
    http.get(fmt::format("/made-up-{}", i));
    http.send({.method = fmt::format("METHOD{}", i), .target = "/api/v1/concerts"});
  }
  const std::string text = http.get("/actuator/prometheus").body;
  EXPECT_EQ(text.find("made-up"), std::string::npos);
  EXPECT_EQ(text.find("method=\"METHOD"), std::string::npos);
  EXPECT_EQ(text.find("/1000"), std::string::npos);
  EXPECT_NE(text.find(R"(route="/api/v1/concerts/{concertId}")"), std::string::npos);
}

}  // namespace
}  // namespace frontrow::test
