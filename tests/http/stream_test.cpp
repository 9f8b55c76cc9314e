// Streams: the bytes that a follower gets, the end of a slow follower, and the comments on a silent stream.
#include <gtest/gtest.h>

#include "http/toy_server.hpp"
#include "support/clients/raw_client.hpp"

namespace frontrow::http {
namespace {

using test::RawClient;

const std::string kFollow = "GET /stream HTTP/1.1\r\nHost: t\r\n\r\n";

EventStream follow(ToyServer& toy, RawClient& client) {
  client.send(kFollow);
  EXPECT_TRUE(eventually([&] { return toy.stream().has_value(); }));
  return *toy.stream();
}

TEST(Stream, IsAWholeAnswerWhenItEnds) {
  ToyServer toy;
  RawClient client{toy.port()};
  for (int i = 0; i < 2; ++i) {
    client.send("GET /short-stream HTTP/1.1\r\nHost: t\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    const auto answer = client.receive();
    EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(answer.header("Content-Length"), "");
    EXPECT_EQ(answer.body, "data: 1\n\ndata: 2\n\n");
    EXPECT_EQ(client.receive().body, "\"hello\"");  // the connection goes on
  }
}

// The handler writes all of it, and the next request comes behind it.
TEST(Stream, EndsTheConnectionWhenAsked) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("GET /short-stream HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\nGET /poison HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.receive().body, "data: 1\n\ndata: 2\n\n");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(toy.poisoned, 0);
}

TEST(Stream, IsWrittenFromOtherThreads) {
  ToyServer toy;
  RawClient client{toy.port()};
  const EventStream stream = follow(toy, client);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(stream.post([i](EventStream here) { EXPECT_TRUE(here.write("data: " + std::to_string(i) + "\n\n")); }));
  }
  EXPECT_TRUE(client.receive_until("data: 99\n\n"));
  EXPECT_LT(client.pending().find("data: 0\n\n"), client.pending().find("data: 98\n\n"));
}

TEST(Stream, NoticesAClientThatLeaves) {
  std::atomic<bool> answered{false}, was_open{true};
  ToyServer toy;
  {
    RawClient client{toy.port()};
    follow(toy, client);
  }
  EXPECT_TRUE(eventually([&] { return toy.streams_closed == 1; }));
  toy.stream()->post([&](EventStream here) {
    was_open = here.is_open() || here.write("data: late\n\n");
    answered = true;
  });
  EXPECT_TRUE(eventually([&] { return answered.load(); }));
  EXPECT_FALSE(was_open);
}

TEST(Stream, DropsASlowReader) {
  std::atomic<bool> dropped{false};  // outlives the server's threads
  ToyServer toy;
  RawClient client{toy.port()};
  const EventStream stream = follow(toy, client);
  for (int i = 0; i < 1000 && !dropped; ++i) {
    stream.post([&](EventStream here) {
      if (!here.write(std::string(64 * 1024, 'x'))) dropped = true;
    });
  }
  EXPECT_TRUE(eventually([&] { return dropped.load(); }));
  EXPECT_EQ(toy.streams_closed, 1);
}

TEST(Stream, SaysWhenASlowReaderHasCaughtUp) {
  std::atomic<bool> blocked{false}, drained{false};
  ToyServer toy;
  RawClient client{toy.port()};
  const EventStream stream = follow(toy, client);
  stream.post([&](EventStream here) {
    here.on_drained([&] { drained = true; });
    for (int i = 0; i < 1000 && here.buffered() == 0; ++i) ASSERT_TRUE(here.write(std::string(64 * 1024, 'x')));
    blocked = here.buffered() > 0;
  });
  ASSERT_TRUE(eventually([&] { return blocked.load(); }));
  EXPECT_FALSE(drained);
  while (!drained)
    ASSERT_TRUE(client.receive_until(std::string(64 * 1024, 'x')) && !client.is_closed(std::chrono::milliseconds{10}));
}

TEST(Stream, IsNotSilentForLong) {
  ServerSettings settings = ToyServer::settings();
  settings.timeouts.heartbeat = settings.timeouts.write = settings.timeouts.idle = std::chrono::milliseconds{50};
  ToyServer toy{settings};
  RawClient client{toy.port()};
  follow(toy, client);
  EXPECT_TRUE(client.receive_until(": keep-alive\n\n\r\ne\r\n: keep-alive\n\n"));
}

TEST(Stream, EndsProperlyWhenTheServerStops) {
  ToyServer toy;
  RawClient client{toy.port()};
  follow(toy, client).post([](EventStream here) { here.write("data: last\n\n"); });
  EXPECT_TRUE(client.receive_until("data: last\n\n"));
  toy.server().stop(std::chrono::seconds{5});
  EXPECT_EQ(client.receive().body, "data: last\n\n");
  EXPECT_EQ(toy.streams_closed, 1);
}

}  // namespace
}  // namespace frontrow::http
