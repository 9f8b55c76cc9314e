// The parts of smuggled requests, case by case: a head is read exactly, or refused.
#include "http/framing.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "http/message_parser.hpp"

namespace frontrow::http {
namespace {

struct Case {
  const char* name;
  std::string head;
  std::optional<ErrorCode> refused;  // none: accepted
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

constexpr auto kBad = ErrorCode::malformed_request;
constexpr auto kLong = ErrorCode::uri_too_long;
constexpr auto kLarge = ErrorCode::headers_too_large;
constexpr std::nullopt_t kGood = std::nullopt;

std::string get(const std::string& headers) { return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; }
std::string post(const std::string& headers) { return "POST /x HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; }
std::string line(const std::string& request_line) { return request_line + "\r\nHost: a\r\n\r\n"; }
std::string host(const std::string& value) { return "GET / HTTP/1.1\r\nHost:" + value + "\r\n\r\n"; }
std::string with_nul(std::string text, std::size_t at) {
  text.insert(at, 1, '\0');
  return text;
}
std::string many_headers(int count) {
  std::string headers;
  for (int i = 0; i < count; ++i) headers += "x" + std::to_string(i) + ": 1\r\n";
  return headers;
}

class Framing : public testing::TestWithParam<Case> {};

TEST_P(Framing, AcceptsOrRefuses) {
  const auto& [name, head, refused] = GetParam();
  const Limits limits;
  HeadScan scan;
  const auto size = find_head_end(head, scan, limits);
  if (!size) {
    ASSERT_TRUE(refused.has_value()) << size.error().detail;
    EXPECT_EQ(size.error().code, *refused);
    return;
  }
  if (*size == 0) {
    EXPECT_EQ(check_head(head, limits).error().code, refused.value());
    return;
  }
  const auto result = check_head(std::string_view(head).substr(0, *size), limits);
  ASSERT_EQ(!result.has_value(), refused.has_value()) << (result ? "accepted" : result.error().detail);
  if (refused) {
    EXPECT_EQ(result.error().code, *refused) << result.error().detail;
  }
  if (result && result->version == Version::newer) return;  // Incoming makes it 1.1 first
  MessageParser parser;
  const auto read = parser.read_head(std::string_view(head).substr(0, *size), scan, limits);
  ASSERT_EQ(read.has_value(), !refused) << (read ? "accepted" : read.error().detail);
  if (refused) {
    EXPECT_EQ(read.error().detail, result.error().detail);
  } else {
    EXPECT_EQ(read->host, result->host);
  }
}

const std::vector<Case> kRequestLine{
    {"plain", line("GET / HTTP/1.1"), kGood},
    {"path and query", line("GET /a/b?c=d&e=%20 HTTP/1.1"), kGood},
    {"unknown method", line("BREW /pot HTTP/1.1"), kGood},
    {"odd but legal method", line("M-SEARCH!#$%&'*+.^_`|~ / HTTP/1.1"), kGood},
    {"HTTP/1.0", line("GET / HTTP/1.0"), kGood},
    {"HTTP/2.0", line("GET / HTTP/2.0"), kBad},
    {"HTTP/0.9", line("GET / HTTP/0.9"), kBad},
    {"HTTP/1.2", line("GET / HTTP/1.2"), kGood},
    {"HTTP/1", line("GET / HTTP/1"), kBad},
    {"HTTP/1.1x", line("GET / HTTP/1.1x"), kBad},
    {"HTTP/01.1", line("GET / HTTP/01.1"), kBad},
    {"HTTP/1.10", line("GET / HTTP/1.10"), kBad},
    {"lower-case http", line("GET / http/1.1"), kBad},
    {"other protocol", line("GET / ICE/1.1"), kBad},
    {"no version", line("GET /"), kBad},
    {"nothing but a method", line("GET"), kBad},
    {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", kBad},
    {"blank before the method", line(" GET / HTTP/1.1"), kBad},
    {"tab before the method", line("\tGET / HTTP/1.1"), kBad},
    {"tab for a blank", line("GET\t/ HTTP/1.1"), kBad},
    {"two blanks after the method", line("GET  / HTTP/1.1"), kBad},
    {"two blanks before the version", line("GET /  HTTP/1.1"), kBad},
    {"blank after the version", line("GET / HTTP/1.1 "), kBad},
    {"blank in the target", line("GET /a b HTTP/1.1"), kBad},
    {"tab in the target", line("GET /a\tb HTTP/1.1"), kBad},
    {"CR in the target", line("GET /a\rb HTTP/1.1"), kBad},
    {"NUL in the target", with_nul(line("GET /ab HTTP/1.1"), 6), kBad},
    {"DEL in the target", line("GET /a\x7f HTTP/1.1"), kBad},
    {"byte above ASCII in the target", line("GET /\xc3\xa9 HTTP/1.1"), kBad},
    {"fragment", line("GET /a#b HTTP/1.1"), kBad},
    {"absolute form", line("GET http://a/ HTTP/1.1"), kGood},
    {"absolute form without a host", line("GET http:///x HTTP/1.1"), kBad},
    {"absolute form with a user", line("GET http://u:p@a/ HTTP/1.1"), kBad},
    {"absolute form of another scheme", line("GET ws://a/ HTTP/1.1"), kBad},
    {"absolute form without slashes", line("GET http:a HTTP/1.1"), kBad},
    {"absolute form with a backslash", line("GET http://a\\b/ HTTP/1.1"), kBad},
    {"authority form", line("CONNECT a:443 HTTP/1.1"), kBad},
    {"asterisk form", line("OPTIONS * HTTP/1.1"), kGood},
    {"asterisk form of GET", line("GET * HTTP/1.1"), kBad},
    {"asterisk and more", line("OPTIONS *x HTTP/1.1"), kBad},
    {"relative target", line("GET a HTTP/1.1"), kBad},
    {"query only", line("GET ?a HTTP/1.1"), kBad},
    {"two slashes", line("GET //a HTTP/1.1"), kGood},
    {"dots", line("GET /../a HTTP/1.1"), kGood},
    {"empty method", line(" / HTTP/1.1"), kBad},
    {"method with a colon", line("G:T / HTTP/1.1"), kBad},
    {"method with brackets", line("G(T) / HTTP/1.1"), kBad},
    {"NUL in the method", with_nul(line("GET / HTTP/1.1"), 1), kBad},
    {"byte above ASCII in the method", line("G\xc9T / HTTP/1.1"), kBad},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", kBad},
    {"response", "HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", kBad},
    {"line of 8192", line("GET /" + std::string(8178, 'a') + " HTTP/1.1"), kGood},
    {"line of 8193", line("GET /" + std::string(8179, 'a') + " HTTP/1.1"), kLong},
    {"endless target", "GET /" + std::string(20000, 'a'), kLong},
    {"endless method", std::string(20000, 'G'), kLong},
};

const std::vector<Case> kLineEnds{
    {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", kBad},
    {"bare LF after a header", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", kBad},
    {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", kBad},
    {"only LFs", "GET / HTTP/1.1\nHost: a\n\n", kBad},
    {"LF CR", "GET / HTTP/1.1\n\rHost: a\n\r\n\r", kBad},
    {"bare CR in a value", get("X: a\rb\r\n"), kBad},
    {"bare CR in a name", get("X\rY: b\r\n"), kBad},
    {"bare CR before a header", get("\rX: b\r\n"), kBad},
    {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", kBad},
    {"CR CR LF after a header", get("X: a\r\r\n"), kBad},
    {"smuggled header behind a bare CR", get("X: a\rContent-Length: 5\r\n"), kBad},
    {"LF first", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", kBad},
    {"incomplete", "GET / HTTP/1.1\r\nHost: a\r\n", kBad},
};

const std::vector<Case> kHeaders{
    {"no blank after the colon", get("X:a\r\n"), kGood},
    {"blanks around the value", get("X: \t a \t\r\n"), kGood},
    {"empty value", get("X:\r\n"), kGood},
    {"value of blanks", get("X:   \r\n"), kGood},
    {"UTF-8 in a value", get("X: \xed\x95\x9c\r\n"), kGood},
    {"tab in a value", get("X: a\tb\r\n"), kGood},
    {"colons in a value", get("X: a:b::c\r\n"), kGood},
    {"blank before the colon", get("X : a\r\n"), kBad},
    {"tab before the colon", get("X\t: a\r\n"), kBad},
    {"no colon", get("X\r\n"), kBad},
    {"no name", get(": a\r\n"), kBad},
    {"blank name", get(" : a\r\n"), kBad},
    {"folded by a blank", get("X: a\r\n b\r\n"), kBad},
    {"folded by a tab", get("X: a\r\n\tb\r\n"), kBad},
    {"folded first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", kBad},
    {"folded empty line", get("X: a\r\n \r\n"), kBad},
    {"NUL in a name", with_nul(get("XY: a\r\n"), 26), kBad},
    {"NUL in a value", with_nul(get("X: ab\r\n"), 29), kBad},
    {"BEL in a value", get("X: a\x07\r\n"), kBad},
    {"DEL in a value", get("X: a\x7f\r\n"), kBad},
    {"escape in a value", get("X: \x1b[31m\r\n"), kBad},
    {"brackets in a name", get("X(Y): a\r\n"), kBad},
    {"slash in a name", get("X/Y: a\r\n"), kBad},
    {"comma in a name", get("X,Y: a\r\n"), kBad},
    {"byte above ASCII in a name", get("X\xc3\xa9: a\r\n"), kBad},
    {"100 headers", get(many_headers(99)), kGood},
    {"101 headers", get(many_headers(100)), kLarge},
    {"1000 headers", get(many_headers(1000)), kLarge},
    {"16 KiB of headers", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16384 - 9 - 3 - 4, 'a') + "\r\n\r\n", kGood},
    {"16 KiB and one byte", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16384 - 9 - 3 - 3, 'a') + "\r\n\r\n", kLarge},
    {"endless header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'a'), kLarge},
    {"endless headers", "GET / HTTP/1.1\r\nHost: a\r\n" + many_headers(3000), kLarge},
    {"two Authorizations", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), kBad},
    {"two queue tokens", get("X-Queue-Token: a\r\nx-queue-token: a\r\n"), kBad},
    {"two idempotency keys", post("Idempotency-Key: a\r\nIdempotency-Key: b\r\n"), kBad},
    {"two content types", post("Content-Type: application/json\r\nContent-Type: text/plain\r\n"), kBad},
    {"two of another", get("X: a\r\nX: b\r\n"), kGood},
    {"underscore name beside the real one", post("Content_Length: 5\r\nContent-Length: 3\r\n"), kGood},
};

const std::vector<Case> kHost{
    {"name", host(" example.com"), kGood},
    {"name and port", host(" example.com:8080"), kGood},
    {"name and empty port", host(" example.com:"), kGood},
    {"IPv4", host(" 127.0.0.1:80"), kGood},
    {"IPv6", host(" [::1]:80"), kGood},
    {"IPv6 without port", host(" [2001:db8::1]"), kGood},
    {"percent-encoded", host(" a%20b"), kGood},
    {"missing", "GET / HTTP/1.1\r\n\r\n", kBad},
    {"missing in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", kGood},
    {"twice in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", kBad},
    {"missing among others", "GET / HTTP/1.1\r\nX: a\r\n\r\n", kBad},
    {"empty", host(""), kBad},
    {"blank", host("  "), kBad},
    {"twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", kBad},
    {"twice the same", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", kBad},
    {"twice in other spelling", "GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n", kBad},
    {"list", host(" a, b"), kBad},
    {"comma", host(" a,b"), kGood},
    {"blank inside", host(" a b"), kBad},
    {"user", host(" u@a"), kBad},
    {"path", host(" a/b"), kBad},
    {"scheme", host(" http://a"), kBad},
    {"query", host(" a?b"), kBad},
    {"port of letters", host(" a:b"), kBad},
    {"two ports", host(" a:1:2"), kBad},
    {"long port", host(" a:123456"), kBad},
    {"negative port", host(" a:-1"), kBad},
    {"port only", host(" :80"), kBad},
    {"open bracket", host(" [::1"), kBad},
    {"text behind the bracket", host(" [::1]a"), kBad},
    {"empty bracket", host(" []"), kBad},
    {"letters in the bracket", host(" [::g]"), kBad},
    {"bad escape", host(" a%2"), kBad},
    {"backslash", host(" a\\b"), kBad},
    {"byte above ASCII", host(" \xc3\xa9"), kBad},
};

const std::vector<Case> kLength{
    {"none", post(""), kGood},
    {"zero", post("Content-Length: 0\r\n"), kGood},
    {"some", post("Content-Length: 12\r\n"), kGood},
    {"on GET", get("Content-Length: 3\r\n"), kGood},
    {"largest", post("Content-Length: 9223372036854775807\r\n"), kGood},
    {"2^63", post("Content-Length: 9223372036854775808\r\n"), kBad},
    {"2^64", post("Content-Length: 18446744073709551616\r\n"), kBad},
    {"2^64 and 5", post("Content-Length: 18446744073709551621\r\n"), kBad},
    {"many digits", post("Content-Length: " + std::string(100, '9') + "\r\n"), kBad},
    {"many zeros", post("Content-Length: " + std::string(30, '0') + "5\r\n"), kBad},
    {"leading zero", post("Content-Length: 05\r\n"), kBad},
    {"empty length", post("Content-Length:\r\n"), kBad},
    {"plus", post("Content-Length: +5\r\n"), kBad},
    {"minus", post("Content-Length: -5\r\n"), kBad},
    {"minus zero", post("Content-Length: -0\r\n"), kBad},
    {"hexadecimal", post("Content-Length: 0x5\r\n"), kBad},
    {"letters behind", post("Content-Length: 5a\r\n"), kBad},
    {"blank inside", post("Content-Length: 5 5\r\n"), kBad},
    {"float", post("Content-Length: 5.0\r\n"), kBad},
    {"exponent", post("Content-Length: 1e1\r\n"), kBad},
    {"quoted", post("Content-Length: \"5\"\r\n"), kBad},
    {"listed", post("Content-Length: 5, 5\r\n"), kBad},
    {"listed without blank", post("Content-Length: 5,6\r\n"), kBad},
    {"trailing comma", post("Content-Length: 5,\r\n"), kBad},
    {"semicolon", post("Content-Length: 5;6\r\n"), kBad},
    {"repeated", post("Content-Length: 5\r\nContent-Length: 5\r\n"), kBad},
    {"repeated, differing", post("Content-Length: 5\r\nContent-Length: 6\r\n"), kBad},
    {"repeated in other spelling", post("Content-Length: 5\r\ncontent-length: 5\r\n"), kBad},
    {"full-width digit", post("Content-Length: \xef\xbc\x95\r\n"), kBad},
};

const std::vector<Case> kEncoding{
    {"chunked", post("Transfer-Encoding: chunked\r\n"), kGood},
    {"Chunked", post("Transfer-Encoding: CHUNKED\r\n"), kGood},
    {"blanks around", post("Transfer-Encoding: \t chunked \t\r\n"), kGood},
    {"on GET too", get("Transfer-Encoding: chunked\r\n"), kGood},
    {"identity", post("Transfer-Encoding: identity\r\n"), kBad},
    {"gzip", post("Transfer-Encoding: gzip\r\n"), kBad},
    {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n"), kBad},
    {"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n"), kBad},
    {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n"), kBad},
    {"comma behind", post("Transfer-Encoding: chunked,\r\n"), kBad},
    {"comma before", post("Transfer-Encoding: ,chunked\r\n"), kBad},
    {"xchunked", post("Transfer-Encoding: xchunked\r\n"), kBad},
    {"chunkedx", post("Transfer-Encoding: chunkedx\r\n"), kBad},
    {"quoted encoding", post("Transfer-Encoding: \"chunked\"\r\n"), kBad},
    {"with a parameter", post("Transfer-Encoding: chunked;q=1\r\n"), kBad},
    {"empty encoding", post("Transfer-Encoding:\r\n"), kBad},
    {"vertical tab",
     post("Transfer-Encoding: \x0b"
          "chunked\r\n"),
     kBad},
    {"form feed behind", post("Transfer-Encoding: chunked\x0c\r\n"), kBad},
    {"blank before the colon of it", post("Transfer-Encoding : chunked\r\n"), kBad},
    {"folded encoding", post("Transfer-Encoding:\r\n chunked\r\n"), kBad},
    {"twice chunked", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), kBad},
    {"chunked and identity lines", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), kBad},
    {"length then chunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), kBad},
    {"chunked then length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), kBad},
    {"chunked with zero length", post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), kBad},
    {"identity with length", post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n"), kBad},
    {"chunked in 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", kBad},
    {"expectation met", post("Expect: 100-continue\r\nContent-Length: 5\r\n"), kGood},
    {"Expectation met", post("Expect: 100-Continue\r\nContent-Length: 5\r\n"), kGood},
    {"other expectation", post("Expect: 200-ok\r\n"), kBad},
    {"two expectations", post("Expect: 100-continue\r\nExpect: 100-continue\r\n"), kBad},
    {"empty expectation", post("Expect:\r\n"), kBad},
    {"connection of no tokens", get("Connection: a b\r\n"), kBad},
    {"connection list", get("Connection: keep-alive, Upgrade\r\n"), kGood},
};

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::to_string(info.index) + "_";
  for (char c : std::string_view(info.param.name)) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(RequestLine, Framing, testing::ValuesIn(kRequestLine), test_name);
INSTANTIATE_TEST_SUITE_P(LineEnds, Framing, testing::ValuesIn(kLineEnds), test_name);
INSTANTIATE_TEST_SUITE_P(Headers, Framing, testing::ValuesIn(kHeaders), test_name);
INSTANTIATE_TEST_SUITE_P(Host, Framing, testing::ValuesIn(kHost), test_name);
INSTANTIATE_TEST_SUITE_P(Length, Framing, testing::ValuesIn(kLength), test_name);
INSTANTIATE_TEST_SUITE_P(Encoding, Framing, testing::ValuesIn(kEncoding), test_name);

TEST(FramingOfAHead, SaysWhatItRead) {
  const std::string bytes = post("Content-Length: 42\r\nConnection: foo, Close\r\nExpect: 100-continue\r\n");
  const auto head = check_head(bytes, {});
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/x");
  EXPECT_EQ(head->content_length, 42u);
  EXPECT_FALSE(head->chunked);
  EXPECT_FALSE(head->keep_alive);
  EXPECT_TRUE(head->expects_continue);
  EXPECT_TRUE(head->has_body());
}

TEST(FramingOfAHead, CutsTheTarget) {
  const auto cut = [](const std::string& request_line) {
    const std::string bytes = line(request_line);
    const auto head = check_head(bytes, {});
    return head ? std::string(head->path) + " | " + std::string(head->query) : std::string("refused");
  };
  EXPECT_EQ(cut("GET /a?b=c?d HTTP/1.1"), "/a | b=c?d");
  EXPECT_EQ(cut("GET /a? HTTP/1.1"), "/a | ");
  EXPECT_EQ(cut("GET HTTPS://b:8443/a/?c HTTP/1.1"), "/a/ | c");
  EXPECT_EQ(cut("GET http://b?c HTTP/1.0"), "/ | c");
  EXPECT_EQ(cut("GET http://b HTTP/1.1"), "/ | ");
  EXPECT_EQ(cut("OPTIONS http://b HTTP/1.1"), "* | ");
  EXPECT_EQ(cut("OPTIONS http://b/ HTTP/1.1"), "/ | ");
  EXPECT_EQ(cut("OPTIONS * HTTP/1.0"), "* | ");
}

TEST(FramingOfAHead, KeepsHttp10AliveOnlyWhenAsked) {
  const auto keeps = [](const std::string& version, const std::string& headers) {
    const std::string bytes = "GET / " + version + "\r\nHost: a\r\n" + headers + "\r\n";
    return check_head(bytes, {}).value().keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: x, Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close, keep-alive\r\n"));
}

TEST(FramingOfAHead, FindsTheEndHoweverItArrives) {
  const std::string head = post("Content-Length: 2\r\n");
  const std::string bytes = head + "{}GET / HTTP/1.1\r\n";
  HeadScan scan;
  for (std::size_t size = 0; size < head.size(); ++size) {
    const auto end = find_head_end(std::string_view(bytes).substr(0, size), scan, {});
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(*end, 0u);
  }
  EXPECT_EQ(find_head_end(bytes, scan, {}).value(), head.size());
}

TEST(FramingOfAHead, RefusesBeforeTheHeadIsComplete) {
  HeadScan scan;
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\n", scan, {}).error().code, kBad);
  scan = {};
  EXPECT_EQ(find_head_end(std::string(8195, 'a'), scan, {}).error().code, kLong);
  scan = {};
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\n" + std::string(16385, 'a'), scan, {}).error().code, kLarge);
}

}  // namespace
}  // namespace frontrow::http
