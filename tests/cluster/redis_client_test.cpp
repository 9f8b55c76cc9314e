// The connection to Redis: through any sentinel, bounded whatever the server does, and repaired by itself.
#include "adapters/redis/client.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "adapters/redis/queue_boards.hpp"
#include "support/faults/redis_faults.hpp"
#include "support/faults/tcp_proxy.hpp"
#include "support/services/plain_redis.hpp"

namespace frontrow::test {
namespace {

using redis::Client;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

std::string reason(const redis::Settings& settings) {
  try {
    Client client(settings);
    return "no reason: it started";
  } catch (const Unavailable& lost) {
    EXPECT_EQ(lost.component, "redis");
    return lost.what();
  }
}

// A server that sends a scripted answer, byte by byte, for as long as a client listens.
class Dripping {
 public:
  explicit Dripping(std::string start) : start_(std::move(start)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(listener_, 8) != 0)
      throw std::runtime_error("no socket to listen on");
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    server_ = std::jthread([this] { serve(); });
  }
  ~Dripping() {
    shutdown(listener_, SHUT_RDWR);
    server_.join();
    close(listener_);
  }
  int port = 0;

 private:
  void serve() {
    for (int peer = accept(listener_, nullptr, nullptr); peer >= 0; peer = accept(listener_, nullptr, nullptr)) {
      bool is_there = send(peer, start_.data(), start_.size(), MSG_NOSIGNAL) > 0;
      while (is_there) {
        std::this_thread::sleep_for(milliseconds{5});
        is_there = send(peer, "x", 1, MSG_NOSIGNAL) > 0;
      }
      close(peer);
    }
  }
  const std::string start_;
  const int listener_ = socket(AF_INET, SOCK_STREAM, 0);
  std::jthread server_;
};

TEST(RedisClient, FindsThePrimaryThroughWhicheverSentinelAnswers) {
  redis::Settings settings = redis_settings();
  settings.sentinels.insert(settings.sentinels.begin(), {"127.0.0.1", 1});
  settings.sentinels.erase(settings.sentinels.begin() + 1, settings.sentinels.begin() + 3);
  Client client(settings);
  EXPECT_EQ(ask(client, {"PING"}).text(), "PONG");
  EXPECT_TRUE(client.is_up());
}

TEST(RedisClient, SaysInOneSentenceWhyItCannotStart) {
  redis::Settings settings = redis_settings();
  settings.primary = "elsewhere";
  EXPECT_THAT(reason(settings), HasSubstr("knows no primary named \"elsewhere\""));
  settings = redis_settings();
  settings.password = Secret("wrong");
  EXPECT_THAT(reason(settings), HasSubstr("WRONGPASS"));
  EXPECT_THAT(reason(settings), testing::Not(HasSubstr("wrong ")));
  settings.password = Secret("");
  EXPECT_THAT(reason(settings), HasSubstr("NOAUTH"));
  settings = redis_settings();
  settings.sentinels = {{"127.0.0.1", 1}};
  EXPECT_THAT(reason(settings), HasSubstr("no sentinel knows the primary (redis: 127.0.0.1:1: Connection refused)"));
  settings.sentinels = {};
  settings.server = {"no-such-host.invalid", 6379};
  EXPECT_THAT(reason(settings), HasSubstr("no-such-host.invalid"));
}

TEST(RedisClient, DoesNotTakeAReplicaForAPrimary) {
  Client client(redis_settings());
  redis::Settings settings = redis_settings();
  settings.sentinels = {};
  const std::string replica = info_of(client, "slave0");  // "ip=127.0.0.1,port=4711,state=…"
  const std::size_t at = replica.find("port=");
  settings.server = {"127.0.0.1", std::atoi(replica.c_str() + at + 5)};
  EXPECT_THAT(reason(settings), HasSubstr("is no primary"));
}

TEST(RedisClient, NeedsNoSentinelWhenItIsToldTheServer) {
  redis::Settings settings = redis_settings();
  settings.server = Client(settings).primary();
  settings.sentinels = {};
  Client client(settings);
  EXPECT_EQ(ask(client, {"PING"}).text(), "PONG");
}

TEST(RedisClient, AnswersManyCommandsInOrder) {
  Client client(redis_settings());
  std::vector<redis::Command> commands;
  for (int i = 0; i < 10'000; ++i) commands.push_back({.words = {"ECHO", std::to_string(i)}});
  const auto replies = client.run(commands);
  ASSERT_EQ(replies.size(), commands.size());
  for (std::size_t i = 0; i < replies.size(); ++i) ASSERT_EQ(replies[i].integer(), static_cast<std::int64_t>(i));
}

TEST(RedisClient, SharesFewConnectionsAmongManyThreads) {
  redis::Settings settings = redis_settings();
  settings.connections = 2;
  Client client(settings);
  const std::string key = "test:" + std::to_string(unused_ids());
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 100; ++n) ask(client, {"INCR", key});
      });
  }
  EXPECT_EQ(ask(client, {"GET", key}).integer(), 800);
  ask(client, {"DEL", key});
}

TEST(RedisClient, SendsAScriptAgainToAServerThatHasForgottenIt) {
  Client client(redis_settings());
  redis::QueueBoards boards(client);
  const std::vector<ConcertId> concert{{unused_ids()}};
  for (std::int64_t version = 1; version <= 3; ++version) {
    ask(client, {"SCRIPT", "FLUSH", "SYNC"});
    boards.publish(concert[0], {.row = {.version = version}, .published_at = TimePoint{seconds{1'000}}});
    EXPECT_EQ(boards.read(concert).at(0)->row.version, version);
  }
}

TEST(RedisClient, DoesNotWaitForAnAnswerThatNeverEnds) {
  const Dripping server("$1000000000\r\n");
  redis::Connection connection({"127.0.0.1", server.port}, {}, Secret(""), redis_settings());
  try {
    connection.run({"GET", "endless"}, milliseconds{100});
    ADD_FAILURE() << "was answered";
  } catch (const Unavailable& lost) {
    EXPECT_THAT(lost.what(), HasSubstr("no answer in time"));
    EXPECT_TRUE(lost.outcome_unknown);
  }
}

TEST(RedisClient, DoesNotWaitForAServerThatTakesNothing) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(listener, 1), 0);  // no accept follows: the sent bytes stay in the kernel
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  redis::Connection connection({"127.0.0.1", ntohs(address.sin_port)}, {}, Secret(""), redis_settings());
  EXPECT_THROW(connection.run({"SET", "key", std::string(64 << 20, 'x')}, milliseconds{100}), Unavailable);
  close(listener);
}

TEST(RedisClient, RefusesAtOnceWhileTheServerIsSilentAndComesBackByItself) {
  Client watching(redis_settings());
  redis::Settings settings = redis_settings(milliseconds{50});
  settings.breaker_rest = seconds{1};
  settings.connect_timeout = milliseconds{500};
  Client client(settings);
  ask(client, {"PING"});
  pause_service(primary_service(watching));
  const auto what = [&]() -> std::string {
    try {
      ask(client, {"PING"});
      return "";
    } catch (const Unavailable& lost) {
      return lost.what();
    }
  };
  EXPECT_TRUE(eventually([&] { return what().find("does not answer at present") != std::string::npos; }));
  EXPECT_FALSE(client.is_up());
  for (const std::string name : {"redis-1", "redis-2", "redis-3"}) resume_service(name);
  EXPECT_TRUE(eventually([&] { return what().empty() && client.is_up(); }));
  wait_for_replicas(watching);
}

// A managed Redis: one endpoint, which leads to another node after a failover.
struct Endpoint {
  Endpoint() {
    settings.server = {"127.0.0.1", proxy.port()};
    settings.connections = 2;
  }
  bool takes_writes(Client& client) const {
    try {
      return ask(client, {"SET", "test:endpoint", "1"}).text() == "OK";
    } catch (const Unavailable&) {
      return false;
    }
  }
  PlainRedis first, second;
  TcpProxy proxy{first.port()};
  redis::Settings settings{.command_timeout = seconds{5}, .connect_timeout = seconds{5}};
};

TEST(RedisClient, LeavesANodeBehindAnEndpointThatHasBecomeAReplica) {
  Endpoint endpoint;
  Client client(endpoint.settings);
  ASSERT_TRUE(endpoint.takes_writes(client));
  ASSERT_EQ(endpoint.first.ask({"REPLICAOF", "127.0.0.1", std::to_string(endpoint.second.port())}), "OK");
  // The endpoint still leads to the former primary: writes are refused, and nothing is taken for a primary.
  EXPECT_FALSE(endpoint.takes_writes(client));
  EXPECT_FALSE(client.is_up());
  endpoint.proxy.lead_to(endpoint.second.port());
  EXPECT_TRUE(eventually([&] { return endpoint.takes_writes(client) && client.is_up(); }));
  EXPECT_EQ(endpoint.second.ask({"GET", "test:endpoint"}), "1");
}

// The former node takes writes yet, and no connection to it was cut: two nodes must not be used for long.
TEST(RedisClient, LeavesANodeWhenTheEndpointLeadsToAnother) {
  Endpoint endpoint;
  Client client(endpoint.settings);
  ASSERT_TRUE(endpoint.takes_writes(client));
  endpoint.proxy.lead_to(endpoint.second.port());
  // Two threads at once: the second needs a connection, which leads to the other node.
  EXPECT_TRUE(eventually([&] {
    {
      std::jthread blocking([&] {
        try {
          ask(client, {"BLPOP", "test:empty", "0.2"});
        } catch (const Unavailable&) {
          // The client is leaving the node.
        }
      });
      endpoint.takes_writes(client);
    }
    return endpoint.second.ask({"GET", "test:endpoint"}) == "1";
  }));
  ASSERT_TRUE(eventually([&] { return client.is_up(); }));
  ask(client, {"SET", "test:endpoint", "2"});
  EXPECT_EQ(endpoint.second.ask({"GET", "test:endpoint"}), "2");
  EXPECT_EQ(endpoint.first.ask({"GET", "test:endpoint"}), "1") << "nothing goes to the former node any more";
}

TEST(RedisClient, FollowsAFailoverThatNobodySuffered) {
  Client client(redis_settings());
  wait_for_replicas(client);
  const redis::Address before = client.primary();
  const redis::Settings settings = redis_settings();
  redis::Connection sentinel(settings.sentinels.front(), {}, Secret(""), settings);
  // Refused for a while after an earlier failure.
  EXPECT_TRUE(eventually([&] { return sentinel.run({"SENTINEL", "FAILOVER", settings.primary}, seconds{5}).text() == "OK"; }));
  EXPECT_TRUE(eventually([&] { return client.primary() != before; }));
  EXPECT_TRUE(eventually([&] {
    try {
      return ask(client, {"SET", "test:follows", "1", "PX", "1000"}).text() == "OK";
    } catch (const Unavailable&) {
      return false;
    }
  }));
  wait_for_replicas(client);
}

}  // namespace
}  // namespace frontrow::test
