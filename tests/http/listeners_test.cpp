// Two listeners: what operators have on their own address is not on that of the buyers, and answers whatever buyers do.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "http/all_routes.hpp"
#include "support/clients/raw_client.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

Settings apart() {
  Settings settings = test_settings();
  settings.admin_host = "127.0.0.1";
  settings.admin_port = 0;
  return settings;
}

std::string with_ids(std::string path) {
  for (auto at = path.find('{'); at != std::string::npos; at = path.find('{')) path.replace(at, path.find('}') - at + 1, "1");
  return path;
}

// Route × listener: a route is served where the table says so, and unknown elsewhere.
TEST(Listeners, ServeTheRoutesOfTheirAudience) {
  Settings settings = apart();
  settings.swagger = Settings::Swagger::on;
  TestSale sale(settings);
  HttpClient buyers(sale.port()), operators(sale.server().admin_port());
  std::set<std::string> of_buyers, of_operators;
  const auto rows = all_route_rows();
  for (const RouteRow& row : rows) {
    if (row.audience != "operators") of_buyers.insert(row.method + " " + row.pattern);
    if (row.audience != "buyers") of_operators.insert(row.method + " " + row.pattern);
  }
  for (const RouteRow& row : rows) {
    const HttpRequest request{.method = row.method, .target = with_ids(row.pattern), .body = row.method == "GET" ? "" : "{}"};
    const auto is_served = [&](HttpClient& http) {
      const std::string code = http.send(request).code();
      return code != "NOT_FOUND" && code != "METHOD_NOT_ALLOWED";
    };
    const std::string name = row.method + " " + row.pattern;
    EXPECT_EQ(is_served(buyers), of_buyers.contains(name)) << name;
    EXPECT_EQ(is_served(operators), of_operators.contains(name)) << name;
  }
  EXPECT_GE(rows.size(), 40U);
}

TEST(Listeners, NothingOfTheOperatorsIsOnTheBuyersAddress) {
  TestSale sale(apart());
  HttpClient buyers(sale.port()), operators(sale.server().admin_port());
  for (const char* path : {"/admin", "/api/v1/admin/concerts", "/api/v1/admin/events", "/actuator/prometheus", "/actuator/info"}) {
    const auto answer = buyers.send(as_admin({.target = path}, sale.admin_token()));
    EXPECT_EQ(answer.code(), "NOT_FOUND") << path;
    EXPECT_NE(operators.send(as_admin({.target = path}, sale.admin_token())).status, 404) << path;
  }
  EXPECT_EQ(buyers.get("/actuator/health").body, R"({"status":"UP"})");
  EXPECT_TRUE(operators.get("/actuator/health").json().contains("components"));
  EXPECT_EQ(operators.send(join(1, 1)).code(), "NOT_FOUND");
  const std::string description = buyers.get("/docs/openapi.yml").body;
  EXPECT_EQ(description.find("/api/v1/admin"), std::string::npos);
  EXPECT_NE(description.find("/api/v1/queue/token:"), std::string::npos);
  EXPECT_NE(operators.get("/docs/openapi.yml").body.find("/api/v1/admin/concerts:"), std::string::npos);
}

TEST(Listeners, SwaggerIsASetting) {
  struct Case {
    Settings::Swagger swagger;
    bool buyers, operators;
  };
  for (const Case& each : {Case{Settings::Swagger::automatic, true, true}, Case{Settings::Swagger::off, false, false}}) {
    Settings settings = apart();
    settings.swagger = each.swagger;
    TestSale sale(settings, false);
    EXPECT_EQ(HttpClient(sale.port()).get("/swagger-ui.html").status == 200, each.buyers);
    EXPECT_EQ(HttpClient(sale.server().admin_port()).get("/swagger-ui.html").status == 200, each.operators);
  }
  Settings shared = test_settings();
  shared.swagger = Settings::Swagger::off;
  TestSale sale(shared, false);
  EXPECT_EQ(sale.http().get("/swagger-ui.html").status, 404);
  EXPECT_EQ(sale.http().get("/docs/openapi.yml").body.find("/api/v1/admin"), std::string::npos);
}

// Buyers hold every connection, and all their threads compute: an operator's answer depends on neither.
TEST(Listeners, OperatorsAreAnsweredWhileBuyersTakeEverything) {
  Settings settings = apart();
  settings.max_connections = 64;
  TestSale sale(settings, false);
  const NewConcert concert = [&] {
    HttpClient operators(sale.server().admin_port());
    return add_concert(operators, sale.admin_token(), {.seats = 20'000});
  }();
  const std::string token = enter(sale.http(), 1, concert.id);
  const std::string render = seat_map(token, concert, "?status=AVAILABLE").bytes();
  std::vector<RawClient> clients;
  for (int i = 0; i < 80; ++i) {
    clients.emplace_back(sale.port());
    clients.back().send(render + render + "GET /hel");
  }
  HttpClient operators(sale.server().admin_port());
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(operators.get("/actuator/health/readiness").status, 200);
    EXPECT_EQ(operators.send(as_admin({.target = "/api/v1/admin/concerts"}, sale.admin_token())).status, 200);
  }
}

TEST(Listeners, ReadinessEndsOnBothWhenTheServerDrains) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data",
                       {.flags = {"--admin-host", "127.0.0.1", "--admin-port", "0", "--drain-seconds", "5"}, .environment = {}});
  server.start();
  EXPECT_EQ(server.stop(), 0) << server.log_end();
}

TEST(Listeners, ThePortOfTheOtherIsRefused) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  const auto second = run_frontrow({"serve",
                                    "--port",
                                    "0",
                                    "--admin-host",
                                    "127.0.0.1",
                                    "--admin-port",
                                    std::to_string(server.port()),
                                    "--data-dir",
                                    (dir.path() / "other").string()});
  EXPECT_NE(second.code, 0);
  EXPECT_NE(second.output.find("cannot listen on 127.0.0.1"), std::string::npos) << second.output;
}

}  // namespace
}  // namespace frontrow::test
