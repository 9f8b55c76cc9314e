// Raw bytes against a running server: a doubtful request gets one refusal and the end of the connection, and no later
// byte is taken for a request. framing_test.cpp has the heads; here are the cases that need a socket.
#include <gtest/gtest.h>

#include "http/toy_server.hpp"
#include "support/clients/raw_client.hpp"

namespace frontrow::http {
namespace {

using test::RawClient;
using test::statuses;
using namespace std::string_literals;

struct Case {
  const char* name;
  std::string bytes;
  std::vector<int> expected;  // all statuses until the connection ends
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const std::string kPoison = "GET /poison HTTP/1.1\r\nHost: t\r\n\r\n";
const std::string kHello = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n";

// A POST with doubtful headers and a smuggled request as its body.
std::string smuggle(const std::string& headers, const std::string& body = kPoison) {
  return "POST /echo HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n" + body;
}
std::string chunked(const std::string& body) { return smuggle("Transfer-Encoding: chunked\r\n", body); }
std::string sized(const std::string& body) { return smuggle("Content-Length: " + std::to_string(body.size()) + "\r\n", body); }

const std::vector<Case> kSmuggling{
    {"CL.TE", smuggle("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE.CL", smuggle("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\n" + kPoison + "0\r\n\r\n"), {400}},
    {"TE.TE xchunked", smuggle("Transfer-Encoding: xchunked\r\n"), {400}},
    {"TE.TE identity", smuggle("Transfer-Encoding: identity\r\n"), {400}},
    {"TE.TE two lines", smuggle("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE.TE list", smuggle("Transfer-Encoding: x, chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE with blank before the colon", smuggle("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE folded", smuggle("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE behind a folded header", smuggle("X: a\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE behind a bare CR", smuggle("X: a\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE behind a bare LF", smuggle("X: a\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + kPoison), {400}},
    {"TE behind a NUL", smuggle("X: a\0Transfer-Encoding: chunked\r\n"s, "0\r\n\r\n" + kPoison), {400}},
    {"CL.CL differing", smuggle("Content-Length: 0\r\nContent-Length: 33\r\n"), {400}},
    {"CL.CL the same", smuggle("Content-Length: 33\r\nContent-Length: 33\r\n"), {400}},
    {"CL list", smuggle("Content-Length: 0, 33\r\n"), {400}},
    {"CL with sign", smuggle("Content-Length: +0\r\n"), {400}},
    {"CL negative", smuggle("Content-Length: -1\r\n"), {400}},
    {"CL wrapped around 2^64", smuggle("Content-Length: 18446744073709551616\r\n"), {400}},
    {"CL with blank inside", smuggle("Content-Length: 0 33\r\n"), {400}},
    {"CL in hexadecimal", smuggle("Content-Length: 0x21\r\n"), {400}},
    {"CL with blank before the colon", smuggle("Content-Length : 35\r\n"), {400}},
    {"1.0 with TE", "POST /echo HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kPoison, {400}},
    {"1.0 with TE and CL",
     "POST /echo HTTP/1.0\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kPoison,
     {400}},
    {"1.0 kept alive with TE",
     "POST /echo HTTP/1.0\r\nHost: t\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kPoison,
     {400}},
    {"1.0 with two Hosts", "GET /hello HTTP/1.0\r\nHost: t\r\nHost: u\r\n\r\n" + kPoison, {400}},
    {"1.0 with two lengths", "POST /echo HTTP/1.0\r\nContent-Length: 0\r\nContent-Length: 33\r\n\r\n" + kPoison, {400}},
    {"1.0 closes", "GET /hello HTTP/1.0\r\nHost: t\r\n\r\n" + kPoison, {200}},
    {"1.0 with another behind its body", "POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc" + kPoison, {200}},
    {"1.0 kept alive, its body is not a request",
     "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 33\r\n\r\n" + kPoison + kHello,
     {200, 200}},
    {"0.9", "GET /hello\r\n" + kPoison, {400}},
    {"two Hosts", "GET /hello HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n" + kPoison, {400}},
    {"no Host", "GET /hello HTTP/1.1\r\n\r\n" + kPoison, {400}},
    {"absolute target without a Host", "GET http://t/hello HTTP/1.1\r\n\r\n" + kPoison, {400}},
    {"absolute target with two Hosts", "GET http://t/hello HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n" + kPoison, {400}},
    {"absolute target with a bad Host", "GET http://t/hello HTTP/1.1\r\nHost: a b\r\n\r\n" + kPoison, {400}},
    {"absolute target with a user", "GET http://u@t/hello HTTP/1.1\r\nHost: t\r\n\r\n" + kPoison, {400}},
    {"absolute target of another scheme", "GET ftp://t/hello HTTP/1.1\r\nHost: t\r\n\r\n" + kPoison, {400}},
    {"header line split by LF", "GET /hello HTTP/1.1\r\nHost: t\n\r\n" + kPoison, {400}},
    {"head ended by LF LF", "GET /hello HTTP/1.1\nHost: t\n\n" + kPoison, {400}},
    {"bare LF first", "\n" + kPoison, {400}},
    {"bare CR first", "\r" + kPoison, {400}},
    {"CR CR LF first", "\r\r\n" + kPoison, {400}},
    {"bare LF between requests", kHello + "\n" + kPoison, {200, 400}},
    {"body longer than it says", sized("").substr(0, 0) + smuggle("Content-Length: 3\r\n", "abcdef\r\n\r\n"), {200, 400}},
    {"refused body is not a request", "POST /nowhere HTTP/1.1\r\nHost: t\r\nContent-Length: 33\r\n\r\n" + kPoison, {404}},
    {"refused chunked body is not a request",
     "POST /nowhere HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n21\r\n" + kPoison,
     {404}},
    {"too large body is not a request", smuggle("Content-Length: 9999999\r\n"), {413}},
    {"unauthorized body is not a request",
     "POST /admin/upload HTTP/1.1\r\nHost: t\r\nContent-Length: 9999\r\n\r\n" + kPoison,
     {401}},
    {"expectation not met", smuggle("Expect: later\r\nContent-Length: 33\r\n"), {400}},
    {"body of GET is not a request", "GET /hello HTTP/1.1\r\nHost: t\r\nContent-Length: 33\r\n\r\n" + kPoison, {200}},
    {"body of HEAD is not a request", "HEAD /hello HTTP/1.1\r\nHost: t\r\nContent-Length: 33\r\n\r\n" + kPoison, {-1}},
    {"upgrade is ignored", "GET /hello HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + kHello, {200, 200}},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + kPoison, {400}},
    {"TLS hello", "\x16\x03\x01\x02\n\x01" + kPoison, {400}},
};

// Requests with only one reading, old and odd ones too: RFC 9112, 2.2, 3.2 and 9.3.
std::string get(const std::string& target, const std::string& headers = "Host: t\r\n") {
  return "GET " + target + " HTTP/1.1\r\n" + headers + "\r\n";
}
std::string old(const std::string& headers, const std::string& method_and_target = "GET /hello") {
  return method_and_target + " HTTP/1.0\r\n" + headers + "\r\n";
}
std::string ask(const std::string& method, const std::string& target = "/hello") {
  return method + " " + target + " HTTP/1.1\r\nHost: t\r\n\r\n";
}

const std::vector<Case> kPlain{
    {"1.0 with a Host", old("Host: t\r\n"), {200}},
    {"1.0 without a Host", old(""), {200}},
    {"1.0 as nginx sends it", old("Host: 127.0.0.1:8080\r\nConnection: close\r\nUser-Agent: x\r\n") + kHello, {200}},
    {"1.0 kept alive", old("Connection: keep-alive\r\n") + old("Connection: Keep-Alive\r\n") + old("") + kHello, {200, 200, 200}},
    {"1.0 kept alive and closed", old("Connection: keep-alive, close\r\n") + kHello, {200}},
    {"1.0 closed and kept alive", old("Connection: close\r\nConnection: keep-alive\r\n") + kHello, {200}},
    {"1.0 and an expectation", old("Expect: 100-continue\r\nContent-Length: 3\r\n", "POST /echo") + "abc", {200}},
    {"1.0 and an odd expectation", old("Expect: later\r\n"), {200}},
    {"1.0 without a length", old("", "POST /echo"), {200}},
    {"1.0 absolute", old("", "GET http://t/hello"), {200}},
    {"1.0 refused", old("Connection: keep-alive\r\n", "GET /nowhere") + kHello, {404, 200}},
    {"1.1 after 1.0 kept alive", old("Connection: keep-alive\r\n") + kHello + kHello, {200, 200, 200}},
    {"1.2 is read as 1.1", "GET /hello HTTP/1.2\r\nHost: t\r\n\r\n" + kHello, {200, 200}},
    {"1.9 with a body",
     "POST /echo HTTP/1.9\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + kHello,
     {200, 200}},
    {"2.0", "GET /hello HTTP/2.0\r\nHost: t\r\n\r\n" + kPoison, {400}},
    {"empty line first", "\r\n" + kHello, {200}},
    {"empty lines between requests", kHello + "\r\n\r\n" + kHello, {200, 200}},
    {"empty line behind a body", sized("abc") + "\r\n" + kHello, {200, 200}},
    {"empty line before rubbish", "\r\nrubbish\r\n\r\n" + kPoison, {400}},
    {"empty lines only", "\r\n\r\n\r\n", {}},
    {"absolute target", get("http://t/hello") + kHello, {200, 200}},
    {"absolute target in capitals", get("HTTP://T/hello") + kHello, {200, 200}},
    {"absolute target, secure", get("https://t:443/hello?a=b") + kHello, {200, 200}},
    {"absolute target of IPv6", get("http://[::1]:8080/hello") + kHello, {200, 200}},
    {"absolute target counts, not the Host", get("http://other/hello") + kHello, {200, 200}},
    {"absolute target without a path", get("http://t") + get("http://t?a=b") + kHello, {404, 404, 200}},
    {"absolute target without a host", get("http:///hello") + kPoison, {400}},
    {"absolute target with a bad port", get("http://t:x/hello") + kPoison, {400}},
    {"absolute target with a fragment", get("http://t/hello#x") + kPoison, {400}},
    {"URL in a path", get("/http://t/hello") + kHello, {404, 200}},
    {"whole server", ask("OPTIONS", "*") + ask("OPTIONS", "http://t") + kHello, {204, 204, 200}},
    {"whole server, other method", ask("GET", "*") + kPoison, {400}},
    {"options of a path", ask("OPTIONS") + ask("OPTIONS", "/things/x") + kHello, {204, 204, 200}},
    {"options of nothing", ask("OPTIONS", "/nowhere") + kHello, {404, 200}},
    {"options in 1.0, as HAProxy checks health", old("", "OPTIONS /hello"), {204}},
    {"trace", ask("TRACE") + kHello, {405, 200}},
    {"method of no server", ask("BREW") + ask("BREW", "/nowhere") + ask("get") + kHello, {405, 404, 405, 200}},
    {"connect", ask("CONNECT", "t:443") + kPoison, {400}},
    {"if-match on what has no tag", "POST /echo HTTP/1.1\r\nHost: t\r\nIf-Match: \"1\"\r\n\r\n" + kHello, {412, 200}},
    {"any if-match on what cannot be read", "POST /echo HTTP/1.1\r\nHost: t\r\nIf-Match: *\r\n\r\n" + kHello, {412, 200}},
    {"any if-match on what can", get("/hello", "Host: t\r\nIf-Match: *\r\n") + kHello, {200, 200}},
    {"if-none-match on what has no tag", get("/hello", "Host: t\r\nIf-None-Match: \"1\"\r\n") + kHello, {200, 200}},
    {"dates and ranges",
     get("/hello",
         "Host: t\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-Unmodified-Since: x\r\nRange: bytes=0-1\r\nIf-Range: "
         "\"x\"\r\n") +
         kHello,
     {200, 200}},
    {"upgrade in 1.0", old("Connection: upgrade\r\nUpgrade: h2c\r\n"), {200}},
    {"list with empty members", get("/hello", "Host: t\r\nConnection: , keep-alive,,\r\n") + kHello, {200, 200}},
};

const std::vector<Case> kChunks{
    {"one chunk", chunked("3\r\nabc\r\n0\r\n\r\n") + kHello, {200, 200}},
    {"no chunk", chunked("0\r\n\r\n") + kHello, {200, 200}},
    {"leading zeros", chunked("0003\r\nabc\r\n000\r\n\r\n") + kHello, {200, 200}},
    {"upper-case size", chunked("A\r\n0123456789\r\n0\r\n\r\n") + kHello, {200, 200}},
    {"extension", chunked("3;a=b\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"extension without name", chunked("3;\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"quoted extension", chunked("3;a=\"\r\n\"\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"blank behind the size", chunked("3 \r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"blank before the size", chunked(" 3\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"last chunk with extension", chunked("0;a\r\n\r\n" + kPoison), {400}},
    {"trailer", chunked("3\r\nabc\r\n0\r\nX-Queue-Token: stolen\r\n\r\n" + kPoison), {400}},
    {"trailer Content-Length", chunked("0\r\nContent-Length: 5\r\n\r\n" + kPoison), {400}},
    {"trailer Transfer-Encoding", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n" + kPoison), {400}},
    {"trailer that is none", chunked("0\r\nrubbish\r\n\r\n" + kPoison), {400}},
    {"sign", chunked("+3\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"minus", chunked("-3\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"prefix", chunked("0x3\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"underscore", chunked("1_0\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"no size", chunked("\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"letters", chunked("xyz\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"longer than it says", chunked("2\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"data without CRLF", chunked("3\r\nabc0\r\n\r\n" + kPoison), {400}},
    {"data with LF", chunked("3\r\nabc\n0\r\n\r\n" + kPoison), {400}},
    {"size with CR only", chunked("3\rabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"NUL in the size", chunked("3\0\r\nabc\r\n0\r\n\r\n"s + kPoison), {400}},
    {"2^64", chunked("10000000000000000\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"2^64 and 3", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n" + kPoison), {400}},
    {"2^63", chunked("8000000000000000\r\nabc\r\n0\r\n\r\n" + kPoison), {413}},
    {"over the limit", chunked("10001\r\nabc" + kPoison), {413}},
    {"over the limit together", chunked("ffff\r\n" + std::string(65'535, 'a') + "\r\n2\r\nab\r\n0\r\n\r\n" + kPoison), {413}},
    {"at the limit", chunked("ffff\r\n" + std::string(65'535, 'a') + "\r\n1\r\na\r\n0\r\n\r\n") + kHello, {200, 200}},
    {"endless size", chunked(std::string(20'000, '0')), {400}},
    {"endless extension", chunked("3;" + std::string(20'000, 'a')), {400}},
    {"endless trailer", chunked("0\r\nX: " + std::string(20'000, 'a')), {400}},
    {"endless trailers",
     chunked("0\r\n" +
             [] {
               std::string lines;
               for (int i = 0; i < 5'000; ++i) lines += "X: a\r\n";
               return lines;
             }()),
     {400}},
};

const std::vector<Case> kLimits{
    {"request line of 8 KiB", "GET /hello?a=" + std::string(8'192 - 22, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n" + kHello, {200, 200}},
    {"one more", "GET /hello?a=" + std::string(8'192 - 21, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n" + kPoison, {414}},
    {"endless request line", "GET /" + std::string(100'000, 'a'), {414}},
    {"endless method", std::string(100'000, 'G'), {414}},
    {"headers of 16 KiB",
     "GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(16'384 - 16, 'a') + "\r\n\r\n" + kHello,
     {200, 200}},
    {"and one more", "GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(16'384 - 15, 'a') + "\r\n\r\n" + kPoison, {431}},
    {"endless header", "GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(100'000, 'a'), {431}},
    {"endless header name", "GET /hello HTTP/1.1\r\nHost: t\r\n" + std::string(100'000, 'a'), {431}},
    {"101 headers",
     "GET /hello HTTP/1.1\r\nHost: t\r\n" +
         [] {
           std::string lines;
           for (int i = 0; i < 100; ++i) lines += "X: a\r\n";
           return lines;
         }() +
         "\r\n" + kPoison,
     {431}},
    {"longest of everything",
     "POST /echo?a=" + std::string(8'192 - 22, 'a') + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nX: " +
         std::string(16'384 - 16 - 28, 'a') + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + kHello,
     {200, 200}},
    {"nothing at all", "", {}},
    {"half a head", kPoison.substr(0, 20), {}},
    {"half a body", "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc", {}},
    {"half a chunk", chunked("5\r\nabc"), {}},
    {"rubbish", std::string(1'000, '\xff') + "\r\n\r\n" + kPoison, {400}},
    {"NULs", std::string(1'000, '\0') + "\n" + kPoison, {400}},
};

class RawCases : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() { toy_ = std::make_unique<ToyServer>(); }
  static void TearDownTestSuite() { toy_.reset(); }
  static std::unique_ptr<ToyServer> toy_;
};
std::unique_ptr<ToyServer> RawCases::toy_;

void expect_same(const std::string& sent, bool byte_by_byte, const Case& c, ToyServer& toy) {
  RawClient client{toy.port()};
  if (byte_by_byte) {
    for (char byte : sent) {
      if (!client.send({&byte, 1})) break;
    }
  } else {
    client.send(sent);
  }
  client.finish_sending();
  const std::string answers = client.receive_all();
  if (c.expected == std::vector{-1}) {
    EXPECT_TRUE(answers.starts_with("HTTP/1.1 200 ") && answers.ends_with("\r\n\r\n")) << answers;
  } else {
    EXPECT_EQ(statuses(answers), c.expected) << answers;
  }
  EXPECT_EQ(answers.find("HTTP/1.1 500"), std::string::npos);
}

TEST_P(RawCases, AreAnsweredExactlyOrRefusedForGood) {
  const Case& c = GetParam();
  expect_same(c.bytes, false, c, *toy_);
  if (c.bytes.size() < 1'000) expect_same(c.bytes, true, c, *toy_);
  EXPECT_EQ(toy_->poisoned, 0);
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::to_string(info.index) + "_";
  for (char c : std::string_view(info.param.name)) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Smuggling, RawCases, testing::ValuesIn(kSmuggling), test_name);
INSTANTIATE_TEST_SUITE_P(Plain, RawCases, testing::ValuesIn(kPlain), test_name);
INSTANTIATE_TEST_SUITE_P(Chunks, RawCases, testing::ValuesIn(kChunks), test_name);
INSTANTIATE_TEST_SUITE_P(Limits, RawCases, testing::ValuesIn(kLimits), test_name);

}  // namespace
}  // namespace frontrow::http
