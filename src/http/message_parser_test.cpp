#include "http/message_parser.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

constexpr std::string_view kChunkedHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

Result<Head> read(MessageParser& parser, std::string_view head) {
  HeadScan scan;
  EXPECT_EQ(find_head_end(head, scan, {}).value(), head.size());
  return parser.read_head(head, scan, {});
}

struct Outcome {
  std::string body;
  std::size_t used = 0;
  bool done = false;
  std::optional<ErrorCode> refused;
};

Outcome parse(std::string_view head, std::string_view bytes, std::size_t piece, std::size_t limit = 1000) {
  MessageParser parser;
  EXPECT_TRUE(read(parser, head).has_value());
  Outcome outcome;
  std::size_t offered = 0;
  while (!parser.is_done() && offered < bytes.size()) {
    offered = std::min(bytes.size(), offered + piece);
    const auto used = parser.parse_body(bytes.substr(outcome.used, offered - outcome.used), outcome.body, limit);
    if (!used) {
      outcome.refused = used.error().code;
      return outcome;
    }
    outcome.used += *used;
  }
  outcome.done = parser.is_done();
  return outcome;
}

TEST(MessageParser, ShowsHeadersAsViewsInOrder) {
  const std::string head = "GET /a?b HTTP/1.1\r\nHost: h\r\nX-One:  1 \r\nX-Two:\r\n\r\n";
  MessageParser parser;
  ASSERT_TRUE(read(parser, head).has_value());
  ASSERT_EQ(parser.headers().size(), 3u);
  EXPECT_EQ(parser.headers()[1].name, "X-One");
  EXPECT_EQ(parser.headers()[1].value, "1");
  EXPECT_EQ(parser.headers()[2].value, "");
  EXPECT_GE(parser.headers()[1].name.data(), head.data());
  EXPECT_LT(parser.headers()[1].name.data(), head.data() + head.size());
  EXPECT_TRUE(parser.is_done());
}

TEST(MessageParser, SaysWhyItRefusesAHead) {
  const auto detail = [](std::string_view head) {
    MessageParser parser;
    return read(parser, head).error().detail;
  };
  EXPECT_EQ(detail("GET / HTTP/1.1\r\n\r\n"), "Exactly one Host header is required.");
  EXPECT_EQ(detail("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n"), "Folded headers are not accepted.");
  EXPECT_EQ(detail("GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n"), "The Host header is not a host with an optional port.");
  EXPECT_EQ(detail("GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\t\r\n\r\n"), "Folded headers are not accepted.");
  EXPECT_EQ(detail("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n"), "The request target must be percent-encoded ASCII without a fragment.");
  // Beast reads this list, and framing does not.
  EXPECT_EQ(detail("GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: a b\r\n\r\n"), "");
}

TEST(MessageParser, CountsHeaders) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 99; ++i) head += "x: 1\r\n";
  MessageParser parser;
  EXPECT_TRUE(read(parser, head + "\r\n").has_value());
  EXPECT_EQ(read(parser, head + "x: 1\r\n\r\n").error().code, ErrorCode::headers_too_large);
  EXPECT_EQ(read(parser, head + "x y\r\n\r\n").error().code, ErrorCode::headers_too_large);
}

TEST(MessageParser, CanBeUsedAgain) {
  MessageParser parser;
  for (int i = 0; i < 3; ++i) {
    std::string body;
    ASSERT_TRUE(read(parser, kChunkedHead).has_value());
    EXPECT_EQ(parser.parse_body("2\r\nab\r\n0\r\n\r\n", body, 10).value(), 12u);
    EXPECT_EQ(body, "ab");
    EXPECT_TRUE(parser.is_done());
  }
}

TEST(MessageParser, LeavesTheNextRequestAlone) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  const auto fixed = parse(head, "abcGET / HTTP", 1000);
  EXPECT_EQ(fixed.body, "abc");
  EXPECT_EQ(fixed.used, 3u);
  const auto chunked = parse(kChunkedHead, "3\r\nabc\r\n0\r\n\r\nGET / HTTP", 1000);
  EXPECT_EQ(chunked.body, "abc");
  EXPECT_EQ(chunked.used, 13u);
  EXPECT_TRUE(chunked.done);
}

TEST(MessageParser, ReadsChunksHoweverTheyArrive) {
  for (std::size_t piece : {1u, 2u, 3u, 7u, 100u}) {
    const auto outcome = parse(kChunkedHead, "5\r\nhello\r\nA\r\n, world!!!\r\n0\r\n\r\n", piece);
    EXPECT_EQ(outcome.body, "hello, world!!!") << piece;
    EXPECT_TRUE(outcome.done) << piece;
  }
}

TEST(MessageParser, RefusesABodyOverTheLimit) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n";
  EXPECT_EQ(parse(head, "hello world", 100, 10).refused, ErrorCode::payload_too_large);
  EXPECT_EQ(parse(kChunkedHead, "b\r\nhello world\r\n0\r\n\r\n", 100, 10).refused, ErrorCode::payload_too_large);
  EXPECT_EQ(parse(kChunkedHead, "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n", 3, 10).refused, ErrorCode::payload_too_large);
  EXPECT_EQ(parse(kChunkedHead, "ffffffffffffffff\r\n", 100, 10).refused, ErrorCode::payload_too_large);
  EXPECT_TRUE(parse(kChunkedHead, "a\r\nhelloworld\r\n0\r\n\r\n", 100, 10).done);
}

TEST(MessageParser, RefusesDoubtfulChunks) {
  for (std::string_view bytes : {
           "5;a=b\r\nhello\r\n0\r\n\r\n",                   // extension
           "5;\r\nhello\r\n0\r\n\r\n",                      // empty extension
           "5 \r\nhello\r\n0\r\n\r\n",                      // blank behind the size
           "5\r\nhello\r\n0;a\r\n\r\n",                     // extension of the last chunk
           "5\r\nhello\r\n0\r\nX-Queue-Token: a\r\n\r\n",   // trailer
           "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",  // trailer
           "0x5\r\nhello\r\n0\r\n\r\n",                     // prefix
           "-5\r\nhello\r\n0\r\n\r\n",                      // sign
           "\r\nhello\r\n0\r\n\r\n",                        // no size
           "g\r\nhello\r\n0\r\n\r\n",                       // no number
           "5\r\nhelloX\r\n0\r\n\r\n",                      // longer than it says
           "5\r\nhello0\r\n\r\n",                           // no CRLF behind the data
           "10000000000000005\r\nhello\r\n0\r\n\r\n",       // more than 64 bits
       }) {
    for (std::size_t piece : {1u, 1000u}) EXPECT_TRUE(parse(kChunkedHead, bytes, piece).refused.has_value()) << bytes;
  }
}

TEST(MessageParser, RefusesABareLineFeedBehindAChunkSize) {
  const auto outcome = parse(kChunkedHead, "5\nhello\r\n0\r\n\r\n", 1000);
  EXPECT_FALSE(outcome.done);
}

}  // namespace
}  // namespace frontrow::http
