// Requirements of RFC 9110 and 9112 for the answers of an origin server, to old clients and to pages of other origins
// (raw_cases_test.cpp has the reading of requests). docs/reference/http.md names the test of each requirement.
#include <gtest/gtest.h>

#include <regex>

#include "http/problem.hpp"
#include "http/toy_server.hpp"
#include "support/clients/raw_client.hpp"

namespace frontrow::http {
namespace {

using test::RawClient;
using test::RawResponse;

std::string request(const std::string& line, const std::string& headers = "") {
  return line + "\r\nHost: t\r\n" + headers + "\r\n";
}

RawResponse ask(ToyServer& toy, const std::string& bytes) {
  RawClient client{toy.port()};
  client.send(bytes);
  return client.receive();
}

TEST(OldClient, IsToldThatItsConnectionEnds) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("GET /hello HTTP/1.0\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_TRUE(answer.head.starts_with("HTTP/1.1 200 OK\r\n")) << answer.head;
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.header("Content-Length"), "7");
  EXPECT_EQ(answer.header("Transfer-Encoding"), "");
  EXPECT_EQ(answer.body, "\"hello\"");
  EXPECT_TRUE(client.is_closed());
}

TEST(OldClient, IsToldThatItsConnectionStays) {
  ToyServer toy;
  RawClient client{toy.port()};
  for (int i = 0; i < 3; ++i) {
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
  }
  client.send(request("GET /hello HTTP/1.1"));
  EXPECT_EQ(client.receive().header("Connection"), "");
}

TEST(OldClient, HearsNoInterimAnswer) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  client.send("abc");
  const std::string all = client.receive_all();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 ")) << all;
}

TEST(OldClient, ReadsAStreamWithoutChunksToItsEnd) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send("GET /short-stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + request("GET /poison HTTP/1.1"));
  const std::string all = client.receive_all();
  EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos) << all;
  EXPECT_NE(all.find("\r\nConnection: close\r\n"), std::string::npos) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\ndata: 1\n\ndata: 2\n\n")) << all;
  EXPECT_EQ(toy.poisoned, 0);
}

TEST(Answer, SaysWhen) {
  ToyServer toy;
  const std::regex form{"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z][a-z] 20[0-9]{2} [0-2][0-9](:[0-5][0-9]){2} GMT"};
  for (const std::string& bytes : {request("GET /hello HTTP/1.1"),
                                   request("GET /nothing HTTP/1.1"),
                                   request("GET /nowhere HTTP/1.1"),
                                   request("OPTIONS * HTTP/1.1"),
                                   request("PUT /echo HTTP/1.1"),
                                   request("GET /short-stream HTTP/1.1"),
                                   std::string("rubbish\r\n\r\n")}) {
    EXPECT_TRUE(std::regex_match(ask(toy, bytes).header("Date"), form)) << bytes;
  }
}

TEST(Answer, NamesTheMethodsOfAPathAndOfTheServer) {
  ToyServer toy;
  EXPECT_EQ(ask(toy, request("OPTIONS /hello HTTP/1.1")).header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask(toy, request("OPTIONS /echo HTTP/1.1")).header("Allow"), "POST, DELETE, OPTIONS");
  EXPECT_EQ(ask(toy, request("TRACE /echo HTTP/1.1")).header("Allow"), "POST, DELETE, OPTIONS");
  EXPECT_EQ(ask(toy, request("OPTIONS * HTTP/1.1")).header("Allow"), "GET, HEAD, POST, DELETE, OPTIONS");
}

TEST(Answer, ToAnUnmetConditionIsAProblem) {
  ToyServer toy;
  const auto answer = ask(toy, request("POST /echo HTTP/1.1", "If-Match: \"7\"\r\n"));
  EXPECT_EQ(answer.status, 412);
  EXPECT_NE(answer.body.find("\"code\":\"PRECONDITION_FAILED\""), std::string::npos) << answer.body;
}

TEST(Answer, ToACompressedBodyIsThatItCannotBeRead) {
  ToyServer toy;
  const auto send = [&](const std::string& headers) {
    return ask(toy, request("POST /json HTTP/1.1", "Content-Type: application/json\r\nContent-Length: 2\r\n" + headers) + "{}")
        .status;
  };
  EXPECT_EQ(send("Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(send("Content-Encoding: identity\r\n"), 200);
  EXPECT_EQ(send(""), 200);
}

TEST(Answer, ToWhatFollowsAHeadHasItsBody) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send(request("HEAD /hello HTTP/1.1"));
  EXPECT_EQ(client.receive(std::chrono::seconds{10}, true).status, 200);
  client.send("rubbish\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("\"code\":\"MALFORMED_REQUEST\""), std::string::npos) << answer.body;
}

TEST(Answer, ToHeadOfAStreamIsItsHead) {
  ToyServer toy;
  RawClient client{toy.port()};
  client.send(request("HEAD /short-stream HTTP/1.1"));
  EXPECT_EQ(client.receive(std::chrono::seconds{10}, true).status, 200);
  client.send(request("GET /hello HTTP/1.1"));
  EXPECT_EQ(client.receive().body, "\"hello\"");
}

class OtherOrigin : public testing::Test {
 protected:
  static ServerSettings settings() {
    ServerSettings settings = ToyServer::settings();
    settings.cors = Cors{{"https://shop.example", "http://localhost:5173"}};
    return settings;
  }
  RawResponse from(const std::string& origin, const std::string& line, const std::string& headers = "") {
    return ask(toy_, request(line, "Origin: " + origin + "\r\n" + headers));
  }
  ToyServer toy_{settings()};
};

TEST_F(OtherOrigin, ReadsAnswersAndRefusals) {
  for (const char* line : {"GET /hello HTTP/1.1",
                           "GET /nowhere HTTP/1.1",
                           "PUT /echo HTTP/1.1",
                           "BREW /hello HTTP/1.1",
                           "GET /things/x HTTP/1.1",
                           "GET /later HTTP/1.1",
                           "GET /short-stream HTTP/1.1",
                           "OPTIONS * HTTP/1.1"}) {
    const auto answer = from("https://shop.example", line);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://shop.example") << line;
    EXPECT_NE(answer.header("Access-Control-Expose-Headers").find("Retry-After"), std::string::npos) << line;
    EXPECT_EQ(answer.header("Vary"), "Origin") << line;
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "") << line;
  }
  EXPECT_EQ(from("http://localhost:5173", "GET /hello HTTP/1.1").header("Access-Control-Allow-Origin"), "http://localhost:5173");
}

TEST_F(OtherOrigin, ThatIsNotNamedIsServedAndToldNothing) {
  for (const char* origin :
       {"https://evil.example", "http://shop.example", "https://shop.example.evil", "null", "https://SHOP.example"}) {
    const auto answer = from(origin, "GET /hello HTTP/1.1");
    EXPECT_EQ(answer.status, 200) << origin;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "") << origin;
    EXPECT_EQ(answer.header("Vary"), "Origin") << origin;
    const auto preflight = from(origin, "OPTIONS /echo HTTP/1.1", "Access-Control-Request-Method: POST\r\n");
    EXPECT_EQ(preflight.header("Access-Control-Allow-Methods"), "") << origin;
  }
}

TEST_F(OtherOrigin, GetsItsPreflightAnsweredWithoutCredentials) {
  const auto answer = from("https://shop.example",
                           "OPTIONS /admin/upload HTTP/1.1",
                           "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), "POST, OPTIONS");
  for (const char* name : {"Authorization", "Content-Type", "Idempotency-Key", "X-Queue-Token"})
    EXPECT_NE(answer.header("Access-Control-Allow-Headers").find(name), std::string::npos) << name;
}

TEST_F(OtherOrigin, IsForgottenByTheNextRequestOfTheConnection) {
  RawClient client{toy_.port()};
  client.send(request("GET /hello HTTP/1.1", "Origin: https://shop.example\r\n") + request("GET /hello HTTP/1.1") +
              "rubbish\r\n\r\n");
  EXPECT_EQ(client.receive().header("Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(client.receive().header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(client.receive().header("Access-Control-Allow-Origin"), "");
}

TEST(SameOrigin, HearsNothingOfOthersWhileTheSettingIsOff) {
  ToyServer toy;
  const auto answer = ask(toy, request("GET /hello HTTP/1.1", "Origin: https://shop.example\r\n"));
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(answer.header("Vary"), "");
}

}  // namespace
}  // namespace frontrow::http
