// One client, or one address, cannot use up what others need of the server itself.
#include <gtest/gtest.h>

#include "http/toy_server.hpp"
#include "support/clients/raw_client.hpp"

namespace frontrow::http {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n";

ServerSettings one_thread() {
  ServerSettings settings = ToyServer::settings();
  settings.threads = 1;
  return settings;
}

std::vector<RawClient> idle_clients(ToyServer& toy, int count) {
  std::vector<RawClient> clients;
  for (int i = 0; i < count; ++i) {
    clients.emplace_back(toy.port());
    clients.back().send(kHello);
    EXPECT_EQ(clients.back().receive().status, 200);
  }
  return clients;
}

// Both clients' bytes have arrived when the thread goes on, so that only the order of its work decides.
TEST(Fairness, RequestsThatCameTogetherTakeTurnsWithOthers) {
  constexpr int kTogether = 90;  // fit into one read
  ToyServer toy{one_thread()};
  RawClient greedy{toy.port()}, other{toy.port()};
  std::string bytes = "GET /gate HTTP/1.1\r\nHost: t\r\n\r\n";
  for (int i = 0; i < kTogether; ++i) bytes += kHello;
  greedy.send(bytes);
  ASSERT_TRUE(eventually([&] { return toy.is_at_gate.load(); }));
  other.send("GET /mark HTTP/1.1\r\nHost: t\r\n\r\n");
  toy.is_gate_open = true;
  toy.is_gate_open.notify_all();
  EXPECT_EQ(other.receive().status, 200);
  EXPECT_LE(toy.marked, 10) << "of the others' requests, answered before";
  for (int i = 0; i <= kTogether; ++i) ASSERT_EQ(greedy.receive().status, 200) << i;
}

TEST(Fairness, RequestsThatWaitForTheirTurnAreAnsweredWhileDraining) {
  ToyServer toy{one_thread()};
  RawClient client{toy.port()};
  client.send("GET /gate HTTP/1.1\r\nHost: t\r\n\r\n" + std::string(kHello));
  ASSERT_TRUE(eventually([&] { return toy.is_at_gate.load(); }));
  std::jthread stopping([&] { toy.server().stop(5s); });
  toy.is_gate_open = true;
  toy.is_gate_open.notify_all();
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().body, "\"hello\"");
}

// A client that sends on and on although it is refused is not even refused more often than once a second.
TEST(Fairness, AfterARefusalTheRestOfThePacketPauses) {
  ToyServer toy{one_thread()};
  RawClient greedy{toy.port()}, other{toy.port()};
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += "GET /too-often HTTP/1.1\r\nHost: t\r\n\r\n";
  greedy.send(bytes);
  EXPECT_EQ(greedy.receive().status, 429);
  for (int i = 0; i < 20; ++i) {
    other.send(kHello);
    ASSERT_EQ(other.receive().status, 200);
  }
  EXPECT_LT(toy.handled, 30) << "of which 20 are the other's";
  EXPECT_EQ(greedy.receive().status, 429) << "later its turn comes";
}

TEST(Fairness, WhatPausesMakesRoomFirst) {
  ServerSettings settings = one_thread();
  settings.max_connections = 2;
  ToyServer toy{settings};
  RawClient idle{toy.port()}, greedy{toy.port()};
  idle.send(kHello);
  ASSERT_EQ(idle.receive().status, 200);
  greedy.send("GET /too-often HTTP/1.1\r\nHost: t\r\n\r\n" + std::string(kHello));
  ASSERT_EQ(greedy.receive().status, 429);
  RawClient visitor{toy.port()};
  visitor.send(kHello);
  EXPECT_EQ(visitor.receive().status, 200);
  EXPECT_TRUE(greedy.is_closed());
  idle.send(kHello);
  EXPECT_EQ(idle.receive().status, 200);
}

TEST(Fairness, TheLongestIdleConnectionMakesRoom) {
  ServerSettings settings = one_thread();
  settings.max_connections = 10;
  ToyServer toy{settings};
  auto clients = idle_clients(toy, 10);
  clients[0].send(kHello);  // now another has been idle for longest
  ASSERT_EQ(clients[0].receive().status, 200);
  RawClient visitor{toy.port()};
  visitor.send(kHello);
  EXPECT_EQ(visitor.receive().status, 200);
  EXPECT_TRUE(clients[1].is_closed());
  EXPECT_EQ(toy.server().connections(), 10U);
  EXPECT_EQ(toy.server().count().evicted, 1U);
  EXPECT_EQ(toy.server().count().refused, 0U);
  clients[0].send(kHello);
  EXPECT_EQ(clients[0].receive().status, 200);
}

TEST(Fairness, AConnectionAtWorkMakesNoRoom) {
  ServerSettings settings = one_thread();
  settings.max_connections = 2;
  ToyServer toy{settings};
  RawClient first{toy.port()}, second{toy.port()};
  first.send("GET /keep HTTP/1.1\r\nHost: t\r\n\r\n");
  second.send("GET /hel");
  ASSERT_TRUE(eventually([&] { return toy.kept() == 1 && toy.server().connections() == 2; }));
  RawClient visitor{toy.port()};
  EXPECT_EQ(visitor.receive().status, 503);
  EXPECT_EQ(toy.server().count().evicted, 0U);
  second.send("lo HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(second.receive().status, 200);
  toy.take_kept().resume([](Responder back) { std::move(back).send(Response::json("1")); });
  EXPECT_EQ(first.receive().status, 200);
}

// A request that comes with its connection is read at once, and waits for its turn in the thread.
TEST(Fairness, AConnectionWhoseRequestHasBeenReadMakesNoRoom) {
  ServerSettings settings = one_thread();
  settings.max_connections = 2;
  ToyServer toy{settings};
  RawClient busy{toy.port()};
  busy.send("GET /gate HTTP/1.1\r\nHost: t\r\n\r\nGET /hel");
  ASSERT_TRUE(eventually([&] { return toy.is_at_gate.load(); }));
  RawClient early{toy.port()};
  early.send(kHello);
  RawClient late{toy.port()};
  toy.is_gate_open = true;
  toy.is_gate_open.notify_all();
  EXPECT_EQ(early.receive().status, 200);
  EXPECT_EQ(late.receive().status, 503);
  EXPECT_EQ(toy.server().count().evicted, 0U);
}

// Without a place in its own thread, another thread's idle connection goes, and the client's next try succeeds.
TEST(Fairness, RoomIsMadeInWhicheverThreadHasSome) {
  ServerSettings settings = ToyServer::settings();
  settings.max_connections = 6;
  ToyServer toy{settings};
  const auto clients = idle_clients(toy, 6);
  EXPECT_TRUE(eventually([&] {
    RawClient visitor{toy.port()};
    visitor.send(kHello);
    return visitor.receive().status == 200;
  }));
}

// The whole of it is bounded, whoever asks: the ones that have read least lately go.
TEST(Fairness, WhatWaitsForSlowReadersIsBounded) {
  ServerSettings settings = one_thread();
  settings.limits.slow_readers = 40 << 20;
  ToyServer toy{settings};
  std::vector<RawClient> slow;
  for (int i = 0; i < 4; ++i) {
    slow.emplace_back(toy.port());
    slow.back().send("GET /own HTTP/1.1\r\nHost: t\r\n\r\n");  // 16 MiB that nobody else has
    ASSERT_TRUE(eventually([&] { return toy.handled == i + 1; }));
  }
  EXPECT_TRUE(eventually([&] { return toy.server().count().dropped == 2; })) << toy.server().count().dropped;
  RawClient reading{toy.port()};
  reading.send("GET /own HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(reading.receive().body.size(), std::size_t{16} << 20);
  EXPECT_EQ(slow.back().receive().body.size(), std::size_t{16} << 20) << "the last that came is not the slowest";
}

TEST(Fairness, OneAddressHasItsShareOfConnections) {
  ServerSettings settings = one_thread();
  settings.clients.limits = AddressLimits::on;
  settings.max_connections_per_address = 5;
  ToyServer toy{settings};
  auto clients = idle_clients(toy, 5);
  RawClient sixth{toy.port()};
  const auto answer = sixth.receive();
  EXPECT_EQ(answer.status, 429);
  EXPECT_NE(answer.body.find("TOO_MANY_REQUESTS"), std::string::npos);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  // Many more do not stop the thread from taking others in.
  std::vector<RawClient> more;
  for (int i = 0; i < 200; ++i) more.emplace_back(toy.port());
  ASSERT_TRUE(eventually([&] { return toy.server().count().limited == 201; }));
  clients.pop_back();
  ASSERT_TRUE(eventually([&] { return toy.server().connections() == 4; }));
  RawClient welcome{toy.port()};
  welcome.send(kHello);
  EXPECT_EQ(welcome.receive().status, 200);
}

// Behind proxies.

ServerSettings behind_loopback(ToldBy told_by) {
  ServerSettings settings = one_thread();
  settings.clients = {.trusted = {*Network::parse("127.0.0.0/8")}, .told_by = told_by};
  return settings;
}

std::string proxied(std::string_view source) {
  const auto bytes = parse_address(source)->to_v4().to_bytes();
  std::string header("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C", 16);
  header.append(reinterpret_cast<const char*>(bytes.data()), 4);
  return header + std::string("\x7F\0\0\1\x12\x34\x1F\x90", 8);
}

TEST(Proxies, TheHeaderOfATrustedOneNamesTheClient) {
  ToyServer toy{behind_loopback(ToldBy::x_forwarded_for)};
  RawClient client{toy.port()};
  client.send("GET /client HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n");
  EXPECT_EQ(client.receive().body, "203.0.113.7");
  client.send("GET /client HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.receive().body, "-") << "each request for itself";
}

TEST(Proxies, TheProxyProtocolNamesTheClientOfAConnection) {
  ToyServer toy{behind_loopback(ToldBy::proxy_protocol)};
  for (const std::size_t first : {0, 1, 13, 20, 28, 29}) {  // in two packets, cut anywhere
    RawClient client{toy.port()};
    const std::string bytes = proxied("203.0.113.7") + "GET /client HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n";
    client.send(std::string_view(bytes).substr(0, first));
    client.send(std::string_view(bytes).substr(first));
    EXPECT_EQ(client.receive().body, "203.0.113.7") << first;
    client.send("GET /client HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(client.receive().body, "203.0.113.7") << "for the whole connection";
  }
}

TEST(Proxies, ATrustedOneMustSendTheProtocolThatIsSet) {
  ToyServer toy{behind_loopback(ToldBy::proxy_protocol)};
  RawClient client{toy.port()};
  client.send(kHello);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(toy.handled, 0);
}

TEST(Proxies, AnUntrustedOneCannotUseTheProtocol) {
  ServerSettings settings = one_thread();
  settings.clients = {.trusted = {*Network::parse("10.0.0.0/8")}, .told_by = ToldBy::proxy_protocol};
  ToyServer toy{settings};
  RawClient liar{toy.port()}, client{toy.port()};
  liar.send(proxied("203.0.113.7") + "GET /client HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(liar.receive().status, 400);
  client.send("GET /client HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.receive().body, "127.0.0.1");
}

TEST(Proxies, ConnectionsAreCountedForTheClientAndNotForTheProxy) {
  ServerSettings settings = behind_loopback(ToldBy::proxy_protocol);
  settings.max_connections_per_address = 2;
  ToyServer toy{settings};
  std::vector<RawClient> clients;
  const auto status = [&](std::string_view source) {
    clients.emplace_back(toy.port());
    clients.back().send(proxied(source) + std::string(kHello));
    return clients.back().receive().status;
  };
  EXPECT_EQ(status("203.0.113.7"), 200);
  EXPECT_EQ(status("203.0.113.7"), 200);
  EXPECT_EQ(status("203.0.113.7"), 429);
  EXPECT_EQ(status("203.0.113.8"), 200);
}

TEST(Hosts, OnlyAllowedNamesAreServed) {
  ServerSettings settings = one_thread();
  settings.allowed_hosts = {"shop.example", "127.0.0.1", "[::1]"};
  ToyServer toy{settings};
  const auto status = [&](const std::string& target, const std::string& host) {
    RawClient client{toy.port()};
    client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return client.receive().status;
  };
  for (const char* good : {"shop.example", "SHOP.example:8443", "shop.example.", "127.0.0.1:8080", "[::1]:8080"})
    EXPECT_EQ(status("/hello", good), 200) << good;
  for (const char* bad : {"evil.example", "shop.example.evil.example", "xshop.example", "127.0.0.1.evil.example", "[::2]"})
    EXPECT_EQ(status("/hello", bad), 421) << bad;
  EXPECT_EQ(status("http://evil.example/hello", "shop.example"), 421) << "the target's authority counts";
  EXPECT_EQ(status("http://shop.example/hello", "evil.example"), 200);
  EXPECT_EQ(status("/actuator/health/readiness", "10.0.0.1"), 404) << "asked by machines under any name; here there is none";
}

}  // namespace
}  // namespace frontrow::http
