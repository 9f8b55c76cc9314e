// Raw bytes against a running server: whatever is doubtful is answered with one refusal and the end of the connection, and nothing
// behind it is ever taken for a request. framing_test.cpp has the heads; here are the cases that need a socket.
#include <gtest/gtest.h>

#include "http/toy_server.hpp"
#include "support/raw_client.hpp"

namespace frontrow::http {
namespace {

using test::RawClient;
using test::statuses;
using namespace std::string_literals;

struct Case {
  const char* name;
  std::string bytes;
  std::vector<int> expected;  // every status until the connection ends
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const std::string kPoison = "GET /poison HTTP/1.1\r\nHost: t\r\n\r\n";
const std::string kHello = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n";

// A POST whose headers are in doubt, with a request smuggled as its body.
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
    {"1.0", "GET /hello HTTP/1.0\r\nHost: t\r\n\r\n" + kPoison, {400}},
    {"0.9", "GET /hello\r\n" + kPoison, {400}},
    {"two Hosts", "GET /hello HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n" + kPoison, {400}},
    {"no Host", "GET /hello HTTP/1.1\r\n\r\n" + kPoison, {400}},
    {"absolute target", "GET http://t/hello HTTP/1.1\r\nHost: t\r\n\r\n" + kPoison, {400}},
    {"header line split by LF", "GET /hello HTTP/1.1\r\nHost: t\n\r\n" + kPoison, {400}},
    {"head ended by LF LF", "GET /hello HTTP/1.1\nHost: t\n\n" + kPoison, {400}},
    {"empty line first", "\r\n" + kPoison, {400}},
    {"empty lines between requests", kHello + "\r\n" + kPoison, {200, 400}},
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
INSTANTIATE_TEST_SUITE_P(Chunks, RawCases, testing::ValuesIn(kChunks), test_name);
INSTANTIATE_TEST_SUITE_P(Limits, RawCases, testing::ValuesIn(kLimits), test_name);

}  // namespace
}  // namespace frontrow::http
