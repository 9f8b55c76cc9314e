// The server's promises on the wire: keep-alive, order, bodies, limits of a connection, answers from other threads.
#include <gtest/gtest.h>

#include <thread>

#include "http/problem.hpp"
#include "http/toy_server.hpp"
#include "http/trace.hpp"
#include "support/clients/raw_client.hpp"
#include "support/faults/every_exception.hpp"

namespace frontrow::http {
namespace {

using test::RawClient;
using test::statuses;

std::string get(const std::string& path, const std::string& headers = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n";
}
std::string post(const std::string& path, const std::string& body, const std::string& headers = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" +
         body;
}

TEST(Server, AnswersOnOneConnectionAgainAndAgain) {
  ToyServer toy;
  RawClient client{toy.port()};
  for (int i = 0; i < 3; ++i) {
    client.send(get("/hello"));
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "\"hello\"");
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_TRUE(is_traceparent(answer.header("traceparent")));
    EXPECT_EQ(answer.header("Connection"), "");
  }
  EXPECT_EQ(toy.handled, 3);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  ToyServer toy;
  RawClient client{toy.port()};
  std::string requests;
  for (int i = 1; i <= 500; ++i) {
    requests += i % 3 == 0   ? get("/later")
                : i % 3 == 1 ? get("/things/" + std::to_string(i))
                             : post("/json", "{\"a\":1}", "Content-Type: application/json\r\n");
  }
  std::thread sender([&] { client.send(requests); });
  for (int i = 1; i <= 500; ++i) {
    const auto answer = client.receive();
    ASSERT_EQ(answer.status, 200) << i;
    ASSERT_EQ(answer.body, i % 3 == 0 ? "\"later\"" : i % 3 == 1 ? std::to_string(i) : "1") << i;
  }
  sender.join();
}

TEST(Server, ReadsARequestHoweverItIsCut) {
  ToyServer toy;
  const std::string request =
      post("/echo", "abc") + "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n";
  for (std::size_t cut : {1u, 2u, 5u, 17u}) {
    RawClient client{toy.port()};
    for (std::size_t at = 0; at < request.size(); at += cut) client.send(std::string_view(request).substr(at, cut));
    EXPECT_NE(client.receive().body.find("\"body\":\"abc\""), std::string::npos) << cut;
    EXPECT_NE(client.receive().body.find("\"body\":\"def\""), std::string::npos) << cut;
  }
}

TEST(Server, ShowsAHandlerWhatWasSent) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send(post(
      "/echo?x=%20", "", "cOnTent-TYPE:  text/odd \r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
  const auto answer = client.receive();
  EXPECT_EQ(answer.body,
            R"({"method":"POST","path":"/echo","body":"","contentType":"text/odd",)"
            R"("traceId":"0af7651916cd43dd8448eb211c80319c","peer":"127.0.0.1"})");
  EXPECT_TRUE(answer.header("traceparent").starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
}

TEST(Server, ClosesWhenAsked) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send(get("/hello", "Connection: close\r\n") + get("/poison"));
  EXPECT_EQ(statuses(client.receive_all()), std::vector{200});
  EXPECT_EQ(toy.poisoned, 0);
}

TEST(Server, InvitesABodyThatWaitsForIt) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("abc");
  EXPECT_EQ(client.receive().status, 200);
  client.send(post("/echo", "abc", "Expect: 100-continue\r\n"));  // the client did not wait
  EXPECT_EQ(client.receive().status, 200);
  client.send("POST /nowhere HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(statuses(client.receive_all()), std::vector{404});
}

TEST(Server, RefusesUnknownPathsAndMethods) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send(get("/nowhere"));
  auto answer = client.receive();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Content-Type"), kProblemType);
  EXPECT_NE(answer.body.find("\"code\":\"NOT_FOUND\""), std::string::npos);
  EXPECT_NE(answer.body.find(answer.header("traceparent").substr(3, 32)), std::string::npos);
  client.send("PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc");
  answer = client.receive();
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "POST, DELETE, OPTIONS");
  client.send(get("/things/x"));
  EXPECT_EQ(client.receive().status, 400);
  client.send(get("/hello?a=%zz"));
  EXPECT_EQ(client.receive().status, 400);
  client.send(get("/things/7"));
  EXPECT_EQ(client.receive().body, "7");  // the connection is still the same
}

TEST(Server, DoesNotSendABodyToHead) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto answer = client.receive(std::chrono::seconds{10}, true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  client.send(get("/hello"));
  EXPECT_EQ(client.receive().status, 200);
}

TEST(Server, SaysNothingOfABodyWith204) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send(get("/nothing") + get("/hello"));
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Content-Length"), "");
  EXPECT_EQ(client.receive().body, "\"hello\"");
}

TEST(Server, ReadsABodyUpToTheLimitOfTheRoute) {
  ToyServer toy;
  {
    RawClient client{toy.port()};
    client.send(post("/echo", std::string(65'536, 'a')));
    EXPECT_EQ(client.receive().status, 200);
    client.send(post("/echo", std::string(65'537, 'a')));
    EXPECT_EQ(statuses(client.receive_all()), std::vector{413});
  }
  {
    RawClient client{toy.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 65; ++i) client.send("400\r\n" + std::string(1024, 'a') + "\r\n");
    EXPECT_EQ(statuses(client.receive_all()), std::vector{413});
  }
  {
    RawClient client{toy.port()};
    client.send(post("/admin/upload", std::string(4 * 1024 * 1024, 'a'), "Authorization: Bearer admin\r\n"));
    EXPECT_EQ(client.receive().body, "4194304");
    client.send("POST /admin/upload HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer admin\r\nContent-Length: 4194305\r\n\r\n");
    EXPECT_EQ(statuses(client.receive_all()), std::vector{413});
  }
}

TEST(Server, AsksForCredentialsBeforeItReadsTheBody) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("POST /admin/upload HTTP/1.1\r\nHost: t\r\nContent-Length: 4000000\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST(Server, ReadsJsonStrictly) {
  ToyServer toy;
  RawClient client{toy.port()};
  const auto status = [&](const std::string& body, const std::string& type) {
    client.send(post("/json", body, type.empty() ? "" : "Content-Type: " + type + "\r\n"));
    return client.receive().status;
  };
  EXPECT_EQ(status("{}", "application/json"), 200);
  EXPECT_EQ(status("{}", "application/json; charset=utf-8"), 200);
  EXPECT_EQ(status("{}", "text/plain"), 415);
  EXPECT_EQ(status("{}", ""), 415);
  EXPECT_EQ(status("{", "application/json"), 400);
  EXPECT_EQ(status("", "application/json"), 400);
  EXPECT_EQ(status("[]", "application/json"), 400);
}

TEST(Server, SendsSharedChunksWhole) {
  ToyServer toy;
  RawClient client{toy.port()};
  for (int i = 0; i < 3; ++i) {
    client.send(get("/chunks"));
    const auto answer = client.receive();
    ASSERT_EQ(answer.body.size(), 10'000'002u);
    EXPECT_TRUE(answer.body.starts_with("[ccc") && answer.body.ends_with("ccc]"));
  }
}

TEST(Server, AnswersFromOtherThreads) {
  ToyServer toy;
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) clients.emplace_back(toy.port());
  for (RawClient& client : clients) client.send(get("/later"));
  for (RawClient& client : clients) EXPECT_EQ(client.receive().body, "\"later\"");
}

TEST(Server, AnswersOutcomeUnknownWhenAHandlerLosesTheRequest) {
  ToyServer toy;
  RawClient client{toy.port()};
  for (const char* path : {"/dropped", "/throws"}) {
    client.send(get(path));
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_NE(answer.body.find("OUTCOME_UNKNOWN"), std::string::npos) << path;
    EXPECT_EQ(answer.header("Retry-After"), "1") << path;
  }
  client.send(get("/keep"));
  ASSERT_TRUE(eventually([&] { return toy.kept() == 1; }));
  {
    const Responder lost = toy.take_kept();
  }  // on this thread
  EXPECT_EQ(client.receive().status, 503);
  client.send(get("/hello"));
  EXPECT_EQ(client.receive().status, 200);
}

TEST(Server, AnswersAndGoesOnWhateverAHandlerThrows) {
  ToyServer toy;
  RawClient client{toy.port()};
  for (std::size_t i = 1; i <= test::every_exception().size(); ++i)
    for (const std::string path : {"/throws/", "/throws-later/"}) {
      client.send(get(path + std::to_string(i)));
      EXPECT_EQ(client.receive().status, 503) << path << test::every_exception()[i - 1].name;
    }
  client.send(get("/hello"));
  EXPECT_EQ(client.receive().status, 200);
}

TEST(Server, DoesNotMindAnAnswerForAClientThatHasGone) {
  ToyServer toy;
  {
    RawClient client{toy.port()};
    client.send(get("/keep"));
    ASSERT_TRUE(eventually([&] { return toy.kept() == 1; }));
  }
  toy.take_kept().resume([](Responder back) { std::move(back).send(Response::json("1")); });
  EXPECT_TRUE(eventually([&] { return toy.server().connections() == 0; }));
}

TEST(Server, LetsAnAnswerOutliveIt) {
  auto toy = std::make_unique<ToyServer>();
  RawClient client{toy->port()};
  client.send(get("/keep"));
  ASSERT_TRUE(eventually([&] { return toy->kept() == 1; }));
  std::optional<Responder> late{toy->take_kept()};
  toy->server().stop(std::chrono::milliseconds{50});
  toy.reset();
  bool called = false;
  std::move(*late).resume([&](Responder) { called = true; });
  EXPECT_FALSE(called);
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, TellsWhyItCannotListen) {
  ToyServer toy;
  ServerSettings settings;
  settings.port = toy.port();
  Server second{settings, Router{{}}};
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("cannot listen on 127.0.0.1:" + std::to_string(toy.port())), std::string::npos);
  }
}

}  // namespace
}  // namespace frontrow::http
