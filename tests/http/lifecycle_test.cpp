// Starting, stopping, and the program's output meanwhile.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "support/clients/bearer_token.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/test_sale.hpp"
#include "support/text_file.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

// Stops the server by `end` while a request and a probe are half sent: both are answered, and every answered change is
// kept.
void expect_drained(ServerProcess& server, const std::function<void()>& end) {
  const auto request = charge(1, 500).bytes();
  Socket slow(server.port()), probe(server.port());
  slow.send(request.substr(0, request.size() - 5));
  const std::string half = "GET /actuator/health/readiness HTTP/1.1\r\nHo";
  probe.send(half);
  HttpClient http(server.port());
  ASSERT_EQ(http.get("/actuator/health/readiness").status, 200) << "both have been accepted by now";
  end();
  ASSERT_TRUE(eventually([&] {
    try {
      Socket(server.port());
      return false;
    } catch (const ConnectionLost&) {
      return true;
    }
  })) << "nobody new is let in";
  probe.send("st: a\r\n\r\n");
  EXPECT_TRUE(probe.receive_all().starts_with("HTTP/1.1 503 "));
  slow.send(request.substr(request.size() - 5));
  const std::string answer = slow.receive_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
  EXPECT_EQ(server.wait(), 0) << server.log_end();
  server.start();
  HttpClient again(server.port());
  EXPECT_EQ(balance_of(again, 1), 500);
}

TEST(Lifecycle, WhileDrainingItIsNotReadyAndStillAnswers) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {"--drain-seconds", "5"}});
  server.start();
  expect_drained(server, [&] { server.signal(SIGTERM); });
}

TEST(Lifecycle, AClosedTerminalDrainsIt) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {"--drain-seconds", "5"}, .environment = {}, .terminal = Terminal::own});
  server.start();
  expect_drained(server, [&] { server.hang_up(); });
}

TEST(Lifecycle, HangupWithATerminalDrainsIt) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {"--drain-seconds", "5"}, .environment = {}, .terminal = Terminal::own});
  server.start();
  expect_drained(server, [&] { server.signal(SIGHUP); });
}

TEST(Lifecycle, HangupWithoutATerminalEndsNothing) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {}, .environment = {}, .terminal = Terminal::none});
  server.start();
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return server.log().contains("no key comes from a file"); })) << server.log_end();
  EXPECT_EQ(HttpClient(server.port()).get("/actuator/health/readiness").status, 200);
  EXPECT_EQ(server.stop(), 0);
}

TEST(Lifecycle, HangupWithoutATerminalReadsTheJwtKeyAgain) {
  TempDirectory dir;
  const auto key_file = dir.path() / "jwt.key";
  const std::string first(32, 'a'), second(32, 'b');
  write_file(key_file, first + "\n");
  ServerProcess server(
      dir.path() / "data",
      {.flags = {"--auth-mode", "jwt", "--jwt-key-file", key_file.string()}, .environment = {}, .terminal = Terminal::none});
  server.start();
  HttpClient http(server.port());
  const auto status_with = [&](const std::string& key) {
    return http.send(HttpRequest{.target = "/api/v1/points"}.with("Authorization", "Bearer " + hs256_token(key, 7))).status;
  };
  ASSERT_EQ(status_with(first), 200);
  write_file(key_file, second);
  EXPECT_EQ(status_with(second), 401) << "nothing is read before it is asked for";
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return status_with(second) == 200; })) << server.log_end();
  EXPECT_EQ(status_with(first), 401);
  write_file(key_file, "short");
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return server.log().contains("the key of the tokens' issuer stays as it was"); })) << server.log_end();
  EXPECT_EQ(status_with(second), 200);
  EXPECT_EQ(server.log().find(second), std::string::npos);
}

TEST(Lifecycle, ASecondServerOnTheSameDataIsRefused) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  const auto second = run_frontrow({"serve", "--port", "0", "--data-dir", server.data_dir().string()});
  EXPECT_NE(second.code, 0);
  EXPECT_NE(second.output.find(std::to_string(server.pid())), std::string::npos) << second.output;
  EXPECT_EQ(HttpClient(server.port()).get("/actuator/health").status, 200);
}

TEST(Lifecycle, SecretsAreNeverLogged) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {"--log-level", "debug", "--log-format", "json"}});
  server.start();
  HttpClient http(server.port());
  const NewConcert concert = add_concert(http, server.admin_token());
  const std::string token = enter(http, 1, concert.id);
  const std::string key = "idempotency-key-of-a-test";
  ASSERT_EQ(http.send(charge(1, 1'000'000, key)).status, 201);
  const auto held = http.send(hold(token, concert, concert.first_seat, key)).integer("reservationId");
  ASSERT_EQ(http.send(pay(token, held, key)).status, 201);
  std::string forged = token;
  forged[40] = forged[40] == 'A' ? 'B' : 'A';
  EXPECT_EQ(http.send(poll(forged)).code(), "QUEUE_TOKEN_INVALID");
  EXPECT_EQ(http.send(as_admin({.target = "/api/v1/admin/events"}, "a-wrong-admin-token")).status, 403);
  EXPECT_EQ(http.get("/api/v1/points?userId=x&token=" + token).status, 400);
  EXPECT_EQ(server.stop(), 0);
  const std::string log = server.log();
  EXPECT_FALSE(log.empty());
  for (const std::string& secret : {token.substr(0, 64),
                                    forged,
                                    token.substr(44),
                                    server.admin_token(),
                                    std::string{"a-wrong-admin-token"},
                                    key,
                                    read_line(server.data_dir() / "ticket.key")})
    EXPECT_EQ(log.find(secret), std::string::npos) << secret;
}

TEST(Lifecycle, SecretsOnDiskAreForTheOwnerOnly) {
  TestSale sale;
  for (const char* name : {"admin.token", "ticket.key"}) {
    const auto permissions = std::filesystem::status(sale.data_dir() / name).permissions();
    EXPECT_EQ(permissions & std::filesystem::perms::all, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << name;
  }
}

TEST(Lifecycle, TheDemoIsThereOnceHoweverOftenItStarts) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {"--demo"}});
  for (int start = 0; start < 2; ++start) {
    server.start();
    const auto concerts = HttpClient(server.port()).get("/api/v1/concerts").json();
    EXPECT_EQ(concerts.at("concerts").as_array().size(), 3U);
    EXPECT_EQ(concerts.at("concerts").at(0).at("id"), 1);
    EXPECT_EQ(server.stop(), 0);
  }
}

TEST(Lifecycle, ATraceGoesThroughFromTheCallerToTheLog) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data", {.flags = {"--log-level", "debug"}});
  server.start();
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto answer =
      HttpClient(server.port())
          .send(HttpRequest{.target = "/api/v1/concerts/999"}.with("traceparent", "00-" + trace + "-b7ad6b7169203331-01"));
  EXPECT_EQ(answer.text("traceId"), trace);
  EXPECT_TRUE(answer.header("traceparent").starts_with("00-" + trace + "-"));
  EXPECT_EQ(answer.header("traceparent").find("b7ad6b7169203331"), std::string::npos) << "a span of its own";
}

}  // namespace
}  // namespace frontrow::test
