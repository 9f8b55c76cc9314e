// Slow clients cost other clients nothing: while hundreds send their request a byte at a time, or never read their
// answer, a probe is answered at once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/clients/sale_client.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/rounds.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

constexpr std::chrono::milliseconds kHealthy{2'000};  // for a probe on a busy machine; usually it takes a few milliseconds

class Slow : public testing::Test {
 protected:
  void SetUp() override { server_.start(); }

  // Sends `count` probes while `dawdle` runs in between; returns the number of late or wrong answers.
  template <class Dawdle>
  int probe(int count, Dawdle dawdle) {
    HttpClient http(server_.port());
    int bad = 0;
    for (int i = 0; i < count; ++i) {
      dawdle();
      const auto asked = std::chrono::steady_clock::now();
      const auto answer = i % 2 == 0 ? http.get("/actuator/health/readiness") : http.send(charge(1 + i, 1));
      const bool is_late = std::chrono::steady_clock::now() - asked > kHealthy;
      if (is_late || answer.status > 201) ++bad;
    }
    return bad;
  }
  // Sends one more byte of `text` on each connection; closed ones stay closed.
  static void drip(std::vector<Socket>& sockets, std::string_view text, std::size_t& at) {
    for (Socket& socket : sockets) {
      try {
        socket.send(text.substr(at % text.size(), 1));
      } catch (const ConnectionLost&) {
      }
    }
    ++at;
  }
  std::vector<Socket> connect(int count, Socket::Options options = {}) {
    std::vector<Socket> sockets;
    for (int i = 0; i < count; ++i) sockets.emplace_back(server_.port(), options);
    return sockets;
  }
  // The server ends every one of them when its time is over.
  void expect_all_ended(std::vector<Socket>& sockets) {
    for (Socket& socket : sockets) {
      const std::string answer = socket.receive_all();
      EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 408 ")) << answer;
    }
  }

  TempDirectory dir_;
  ServerProcess server_{dir_.path() / "data",
                        {.flags = {"--demo", "--header-timeout-seconds", "1", "--body-timeout-seconds", "1"}}};
};

TEST_F(Slow, HeadersByteByByte) {
  auto sockets = connect(rounds(500, 4'000));
  const std::string head = "GET /api/v1/concerts HTTP/1.1\r\nHost: a\r\n" + std::string(500, 'x');
  std::size_t at = 0;
  EXPECT_EQ(probe(60, [&] { drip(sockets, head, at); }), 0);
  expect_all_ended(sockets);
}

TEST_F(Slow, BodiesByteByByte) {
  auto sockets = connect(rounds(500, 4'000));
  for (Socket& socket : sockets)
    socket.send(
        "POST /api/v1/points/charge HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n");
  std::size_t at = 0;
  EXPECT_EQ(probe(60, [&] { drip(sockets, "{\"userId\":1,", at); }), 0);
  expect_all_ended(sockets);
}

// Clients ask for much and read nothing: the answers stay in the server until it gives up on them, and no other client
// waits.
TEST_F(Slow, ReadersThatDoNotRead) {
  auto sockets = connect(rounds(500, 4'000), {.receive_buffer = 2'048});
  std::string requests;
  for (int i = 0; i < 4; ++i) requests += "GET /docs/openapi.yml HTTP/1.1\r\nHost: a\r\n\r\n";
  for (Socket& socket : sockets) socket.send_some(requests);
  // These requests are a load like any other, so the first probe waits for its turn. After that only unread answers are
  // left.
  ASSERT_EQ(HttpClient(server_.port()).get("/actuator/health/readiness").status, 200);
  EXPECT_EQ(probe(200, [] {}), 0);
  sockets.clear();
  EXPECT_EQ(probe(20, [] {}), 0);
}

// A follower of the feed that never reads: the sale and the pages of the feed go on.
TEST_F(Slow, AFollowerThatDoesNotRead) {
  Socket follower(server_.port(), {.receive_buffer = 2'048});
  follower.send(
      as_admin({.target = "/api/v1/admin/events", .headers = {{"Accept", "text/event-stream"}}}, server_.admin_token()).bytes());
  ASSERT_TRUE(follower.has_arrived(kPatience));
  HttpClient http(server_.port());
  const NewConcert concert = add_concert(http, server_.admin_token(), {.seats = 1'000});
  for (int user = 1; user <= 100; ++user) {
    const std::string token = enter(http, user, concert.id);
    const std::vector<std::int64_t> seats{concert.first_seat + user * 3, concert.first_seat + user * 3 + 1};
    const auto held = http.send(hold(token, concert, seats));
    ASSERT_EQ(held.status, 201);
    ASSERT_EQ(http.send(cancel(token, held.integer("reservationId"))).status, 204);
  }
  EXPECT_EQ(all_events(http, server_.admin_token()).size(), 3 * 100U);
  EXPECT_EQ(probe(20, [] {}), 0);
}

}  // namespace
}  // namespace frontrow::test
