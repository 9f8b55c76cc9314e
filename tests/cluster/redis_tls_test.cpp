// TLS to real servers: everything works as without TLS, and a server with a wrong certificate is refused in one line.
#include "adapters/redis/tls.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "adapters/redis/client.hpp"
#include "adapters/redis/queue_boards.hpp"
#include "support/services/tls_redis.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

using redis::Client;
using redis::Connection;
using redis::TlsContext;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPassword = "of-the-test";
const std::vector<std::string> kAsksNobody{"tls-auth-clients no", std::string("requirepass ") + kPassword};
const std::vector<std::string> kAsksEverybody{"tls-auth-clients yes", std::string("requirepass ") + kPassword};

redis::Settings settings_for(const TlsRedis& server, std::shared_ptr<const TlsContext> tls) {
  return {.server = server.address(),
          .password = Secret{kPassword},
          .tls = std::move(tls),
          .command_timeout = seconds{10},
          .connect_timeout = seconds{10}};
}

std::string refusal(const redis::Settings& settings) {
  const auto begin = std::chrono::steady_clock::now();
  std::string reason = "no reason: it started";
  try {
    const Client client(settings);
  } catch (const Unavailable& lost) {
    EXPECT_EQ(lost.component, "redis");
    reason = lost.what();
  }
  EXPECT_THAT(reason, AllOf(Not(HasSubstr("\n")), Not(HasSubstr(kPassword))));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, settings.connect_timeout + seconds{1});
  return reason;
}

redis::Reply ask(Client& client, std::vector<std::string> words) { return client.run({.words = std::move(words)}); }

// One server for all tests that leave it unchanged.
class RedisTls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    authority = std::make_unique<Authority>();
    server = std::make_unique<TlsRedis>(authority->sign("IP:127.0.0.1"), kAsksNobody);
  }
  static void TearDownTestSuite() { server.reset(), authority.reset(); }
  static inline std::unique_ptr<Authority> authority;
  static inline std::unique_ptr<TlsRedis> server;
};

TEST_F(RedisTls, AnswersManyCommandsInOrder) {
  Client client(settings_for(*server, authority->trusting()));
  std::vector<redis::Command> commands;
  for (int i = 0; i < 10'000; ++i) commands.push_back({.words = {"ECHO", std::to_string(i)}});
  const auto replies = client.run(commands);
  ASSERT_EQ(replies.size(), commands.size());
  for (std::size_t i = 0; i < replies.size(); ++i) ASSERT_EQ(replies[i].integer(), static_cast<std::int64_t>(i));
}

// A record is 16 KiB at most, and the socket takes and gives a part of it at a time.
TEST_F(RedisTls, CarriesWhatIsLargerThanARecordAndThanTheSocketsBuffers) {
  Client client(settings_for(*server, authority->trusting()));
  std::string large(32 << 20, 'x');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 + (i >> 14));
  EXPECT_EQ(ask(client, {"SET", "large", large}).text(), "OK");
  EXPECT_EQ(ask(client, {"GET", "large"}).text(), large);
  EXPECT_EQ(ask(client, {"DEL", "large"}).integer(), 1);
}

TEST_F(RedisTls, RunsScripts) {
  Client client(settings_for(*server, authority->trusting()));
  redis::QueueBoards boards(client);
  boards.publish({1}, {.row = {.tail = 7, .version = 2}, .published_at = TimePoint{seconds{1'000}}});
  const std::vector<ConcertId> concert{{1}};
  EXPECT_EQ(boards.read(concert).at(0)->row.tail, 7);
}

// Each message is a record of its own, and all have arrived when the first is read: the socket gets no further event.
TEST_F(RedisTls, HearsEveryMessageOfASubscription) {
  const redis::Settings settings = settings_for(*server, authority->trusting());
  Connection listener(server->address(), {}, settings.password, settings);
  Connection speaker(server->address(), {}, settings.password, settings);
  listener.run({"SUBSCRIBE", "news"}, seconds{10});
  EXPECT_EQ(listener.next(milliseconds{1}), nullptr);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(speaker.run({"PUBLISH", "news", std::to_string(i)}, seconds{10}).integer(), 1);
  for (int i = 0; i < 100; ++i) {
    const auto message = listener.next(seconds{10});
    ASSERT_NE(message, nullptr) << i;
    EXPECT_EQ(message->at(2).integer(), i);
  }
  EXPECT_EQ(listener.next(milliseconds{1}), nullptr);
}

TEST_F(RedisTls, DoesNotWaitForAnAnswerThatDoesNotCome) {
  const redis::Settings settings = settings_for(*server, authority->trusting());
  Connection connection(server->address(), {}, settings.password, settings);
  try {
    connection.run({"BLPOP", "nothing", "0"}, milliseconds{100});
    ADD_FAILURE() << "was answered";
  } catch (const Unavailable& lost) {
    EXPECT_THAT(lost.what(), HasSubstr("no answer in time"));
    EXPECT_TRUE(lost.outcome_unknown);
  }
}

TEST_F(RedisTls, RefusesACertificateThatNobodyItTrustsHasSigned) {
  EXPECT_THAT(refusal(settings_for(*server, Authority().trusting())), HasSubstr("TLS: its certificate is refused: "));
  const auto of_the_system = std::make_shared<const TlsContext>(redis::TlsFiles{});
  EXPECT_THAT(refusal(settings_for(*server, of_the_system)), HasSubstr("TLS: its certificate is refused: "));
}

TEST_F(RedisTls, RefusesTheCertificateOfAnotherHost) {
  redis::Settings settings = settings_for(*server, authority->trusting());
  settings.server.host = "localhost";
  EXPECT_THAT(
      refusal(settings),
      HasSubstr("localhost:" + std::to_string(settings.server.port) + ": TLS: its certificate is refused: hostname mismatch"));
  const TlsRedis named(authority->sign("DNS:redis.example,DNS:localhost"), kAsksNobody);
  settings = settings_for(named, authority->trusting());
  EXPECT_THAT(refusal(settings), HasSubstr("TLS: its certificate is refused: IP address mismatch"));
  settings.server.host = "localhost";
  Client client(settings);
  EXPECT_EQ(ask(client, {"PING"}).text(), "PONG");
}

TEST_F(RedisTls, AsksForAnotherNameWhenItIsToldOne) {
  const TlsRedis named(authority->sign("DNS:redis.example"), kAsksNobody);
  Client client(settings_for(named, authority->trusting("redis.example")));
  EXPECT_EQ(ask(client, {"PING"}).text(), "PONG");
  EXPECT_THAT(refusal(settings_for(named, authority->trusting("example"))), HasSubstr("hostname mismatch"));
  EXPECT_THAT(refusal(settings_for(*server, authority->trusting("127.0.0.2"))), HasSubstr("IP address mismatch"));
  EXPECT_THAT(refusal(settings_for(*server, authority->trusting(std::string(300, 'x')))),
              HasSubstr("is no name for a certificate"));
}

TEST_F(RedisTls, SaysThatTheServerSpeaksNone) {
  const int port = [] {
    const TlsRedis found_one(authority->sign("IP:127.0.0.1"), kAsksNobody);
    return found_one.address().port;
  }();
  // The last line counts: this server listens without TLS.
  const TlsRedis plain(authority->sign("IP:127.0.0.1"), {"port " + std::to_string(port)});
  redis::Settings settings = settings_for(plain, authority->trusting());
  settings.server.port = port;
  settings.connect_timeout = milliseconds{300};  // Redis waits for the end of the line
  EXPECT_THAT(refusal(settings), HasSubstr("TLS: no handshake in time; a port without?"));
}

TEST_F(RedisTls, SaysThatAServerMayWantIt) {
  redis::Settings settings = settings_for(*server, nullptr);
  EXPECT_THAT(refusal(settings), HasSubstr("before any answer; a port with TLS?"));
  settings.password = Secret{""};
  EXPECT_THAT(refusal(settings), HasSubstr("before any answer; a port with TLS?"));
}

TEST_F(RedisTls, DoesNotWaitForAHandshakeThatDoesNotCome) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(listener, 1), 0);  // no accept follows
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  redis::Settings settings = settings_for(*server, authority->trusting());
  settings.server.port = ntohs(address.sin_port);
  settings.connect_timeout = milliseconds{100};
  EXPECT_THAT(refusal(settings), HasSubstr("TLS: no handshake in time"));
  close(listener);
}

TEST_F(RedisTls, ShowsItsCertificateToAServerThatAsksForOne) {
  const auto ours = [&](const Authority& signer) {
    redis::TlsFiles files = signer.sign("DNS:frontrow");
    files.trusted = authority->sign("DNS:nobody").trusted;
    return std::make_shared<const TlsContext>(files);
  };
  const Authority stranger;
  for (const std::string protocol : {"TLSv1.2", "TLSv1.3"}) {
    SCOPED_TRACE(protocol);
    std::vector<std::string> lines = kAsksEverybody;
    lines.push_back("tls-protocols " + protocol);
    const TlsRedis asking(authority->sign("IP:127.0.0.1"), lines);
    Client client(settings_for(asking, ours(*authority)));
    EXPECT_EQ(ask(client, {"PING"}).text(), "PONG");
    // In TLS 1.2 the handshake fails; in 1.3 the first command fails. The reason is always reported.
    for (int i = 0; i < 20; ++i) {
      EXPECT_THAT(refusal(settings_for(asking, authority->trusting())),
                  AnyOf(HasSubstr("alert handshake failure"), HasSubstr("alert certificate required")));
      EXPECT_THAT(refusal(settings_for(asking, ours(stranger))), HasSubstr("alert unknown ca"));
    }
  }
}

// The server has closed, so the second record cannot be written. Its reason can still be read.
TEST_F(RedisTls, HearsWhyItWasRefusedEvenInTheMiddleOfAWrite) {
  const auto before = signal(SIGPIPE, SIG_IGN);  // as the program does
  const TlsRedis asking(authority->sign("IP:127.0.0.1"), {"tls-auth-clients yes", "tls-protocols TLSv1.3"});
  const redis::Settings settings = settings_for(asking, authority->trusting());
  for (int i = 0; i < 20; ++i) {
    Connection connection(asking.address(), {}, Secret{""}, settings);
    try {
      connection.run({"SET", "large", std::string(8 << 20, 'x')}, seconds{10});
      ADD_FAILURE() << "was answered";
    } catch (const Unavailable& lost) {
      EXPECT_THAT(lost.what(), HasSubstr("alert certificate required"));
    }
  }
  signal(SIGPIPE, before);
}

TEST_F(RedisTls, OutlivesAServerThatDies) {
  TlsRedis mortal(authority->sign("IP:127.0.0.1"), kAsksNobody);
  const redis::Settings settings = settings_for(mortal, authority->trusting());
  Connection connection(mortal.address(), {}, settings.password, settings);
  EXPECT_EQ(connection.run({"PING"}, seconds{10}).text(), "PONG");
  mortal.kill();
  try {
    connection.run({"PING"}, seconds{10});
    ADD_FAILURE() << "was answered";
  } catch (const Unavailable& lost) {
    EXPECT_THAT(lost.what(), AnyOf(HasSubstr("Server closed the connection"), HasSubstr("Connection reset by peer")));
    EXPECT_TRUE(lost.outcome_unknown);
  }
}

TEST_F(RedisTls, FollowsAFailoverThatASentinelTellsOf) {
  const redis::TlsFiles files = authority->sign("IP:127.0.0.1");
  const std::string master_password = std::string("masterauth ") + kPassword;
  std::vector<std::string> lines = kAsksNobody;
  lines.push_back(master_password);
  const TlsRedis first(files, lines);
  lines.push_back("replicaof 127.0.0.1 " + std::to_string(first.address().port));
  const TlsRedis second(files, lines);
  const auto sentinel =
      TlsRedis::sentinel(files, first, {"tls-auth-clients no", std::string("sentinel auth-pass frontrow ") + kPassword});

  redis::Settings settings = settings_for(first, authority->trusting());
  settings.sentinels = {sentinel->address()};
  Client client(settings);
  EXPECT_EQ(client.primary(), first.address());
  EXPECT_EQ(ask(client, {"SET", "seen", "1"}).text(), "OK");
  EXPECT_TRUE(eventually([&] { return ask(client, {"WAIT", "1", "1000"}).integer() == 1; }));
  Connection operator_(sentinel->address(), {}, Secret{""}, settings);
  // Not before the sentinel has seen the replica.
  EXPECT_TRUE(eventually([&] { return operator_.run({"SENTINEL", "FAILOVER", "frontrow"}, seconds{10}).text() == "OK"; }));
  EXPECT_TRUE(eventually([&] { return client.primary() == second.address(); }));
  EXPECT_EQ(ask(client, {"GET", "seen"}).text(), "1");

  settings.sentinels.front().host = "localhost";
  EXPECT_THAT(refusal(settings), AllOf(HasSubstr("no sentinel knows the primary"), HasSubstr("hostname mismatch")));
}

TEST(RedisTlsFiles, ThatAreOfNoUseAreNamed) {
  const Authority authority;
  const redis::TlsFiles good = authority.sign("DNS:frontrow"), other = authority.sign("DNS:frontrow");
  const auto junk = authority.file("junk.pem", "-----BEGIN CERTIFICATE-----\nno\n");
  const auto text = authority.file("text.pem", "no\n");
  const auto locked = authority.file("locked.key", "");
  ASSERT_EQ(std::system(("openssl ec -aes256 -passout pass:secret -in '" + good.key.string() + "' -out '" + locked.string() +
                         "' 2>/dev/null")
                            .c_str()),
            0);
  const std::filesystem::path none = "/nowhere/a.pem";
  struct Row {
    redis::TlsFiles files;
    std::string reason;
  };
  const std::vector<Row> table = {
      {{.trusted = none}, "redis: TLS: trusted certificates /nowhere/a.pem: No such file or directory"},
      {{.trusted = junk}, "redis: TLS: trusted certificates " + junk.string() + ": "},
      {{.trusted = good.trusted, .certificate = none, .key = good.key}, "certificate /nowhere/a.pem: No such file or directory"},
      {{.trusted = good.trusted, .certificate = junk, .key = good.key}, "certificate " + junk.string() + ": "},
      {{.trusted = good.trusted, .certificate = text, .key = good.key}, "certificate " + text.string() + ": has none in PEM form"},
      {{.trusted = good.trusted, .certificate = good.certificate, .key = none}, "key /nowhere/a.pem: No such file or directory"},
      {{.trusted = good.trusted, .certificate = good.certificate, .key = other.key}, "key values mismatch"},
      {{.trusted = good.trusted, .certificate = good.certificate, .key = locked}, "key " + locked.string() + ": has a passphrase"},
  };
  for (const Row& row : table) {
    try {
      const TlsContext context(row.files);
      ADD_FAILURE() << "was taken, and should say " << row.reason;
    } catch (const std::runtime_error& refused) {
      EXPECT_THAT(refused.what(), AllOf(HasSubstr(row.reason), Not(HasSubstr("\n"))));
    }
  }
}

}  // namespace
}  // namespace frontrow::test
