#include "http/outgoing.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

constexpr std::string_view kTraceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

std::string written(Outgoing& out, std::size_t at_once = SIZE_MAX) {
  std::string all;
  while (!out.is_done()) {
    std::size_t count = 0;
    for (const auto& buffer : out.pending()) {
      const std::size_t part = std::min(buffer.size(), at_once - count);
      all.append(static_cast<const char*>(buffer.data()), part);
      count += part;
    }
    out.written(count);
  }
  return all;
}

std::string text_of(Response response, AnswerContext context = {.traceparent = kTraceparent}) {
  Outgoing out;
  out.assemble(std::move(response), context);
  return written(out);
}

TEST(Outgoing, WritesAnAnswer) {
  EXPECT_EQ(text_of(Response::json("{}", 201).add_header("ETag", "\"1\"")),
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\nCache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
            "ETag: \"1\"\r\n\r\n{}");
}

TEST(Outgoing, SaysNothingOfABodyThereCannotBe) {
  for (int status : {204, 304}) {
    const std::string text = text_of({.status = status, .body = "ignored"});
    EXPECT_EQ(text.find("\r\nContent-"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  }
}

TEST(Outgoing, KeepsTheBodyFromAnAnswerToHead) {
  const std::string text = text_of({.body = "12345"}, {.traceparent = kTraceparent, .without_body = true});
  EXPECT_NE(text.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(Outgoing, AnnouncesTheEndOfTheConnection) {
  EXPECT_NE(text_of({}, {.traceparent = kTraceparent, .keep_alive = false}).find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST(Outgoing, TellsHttp10ThatTheConnectionStays) {
  EXPECT_NE(text_of({}, {.traceparent = kTraceparent, .says_keep_alive = true}).find("\r\nConnection: keep-alive\r\n"),
            std::string::npos);
  EXPECT_EQ(text_of({}, {.traceparent = kTraceparent, .keep_alive = false, .says_keep_alive = true}).find("keep-alive"),
            std::string::npos);
}

TEST(Outgoing, SaysTheDateAndWhichOriginsMayRead) {
  const std::string text =
      text_of({.status = 304}, {.traceparent = kTraceparent, .date = "Sun, 06 Nov 1994 08:49:37 GMT", .cors = "Vary: Origin\r\n"});
  EXPECT_NE(text.find("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\r\nVary: Origin\r\n"), std::string::npos) << text;
}

TEST(Outgoing, SendsSharedPartsInOrderInAnyPieces) {
  std::string expected;
  for (std::size_t at_once : {SIZE_MAX, std::size_t{1}, std::size_t{3}, std::size_t{7}, std::size_t{1000}}) {
    const auto shared = std::make_shared<const std::string>("shared");
    Outgoing out;
    out.assemble({.body = "[",
                  .parts = std::make_shared<const std::vector<SharedBytes>>(std::initializer_list<SharedBytes>{
                      shared, std::make_shared<const std::string>(), shared, std::make_shared<const std::string>("]")})},
                 {.traceparent = kTraceparent});
    EXPECT_EQ(shared.use_count(), 3);
    const std::string text = written(out, at_once);
    EXPECT_TRUE(text.ends_with("\r\n\r\n[sharedshared]")) << text;
    EXPECT_NE(text.find("Content-Length: 14\r\n"), std::string::npos);
    out.reset();
    EXPECT_EQ(shared.use_count(), 1);
  }
}

TEST(Outgoing, KeepsAWindowOfALongAnswerOnly) {
  const auto part = std::make_shared<const std::string>("0123456789");
  std::vector<SharedBytes> parts(10'000, part);
  parts[5'000] = std::make_shared<const std::string>();
  Outgoing out;
  out.assemble({.parts = std::make_shared<const std::vector<SharedBytes>>(parts)}, {.traceparent = kTraceparent});
  EXPECT_LE(out.pending().size(), 64U);
  const std::string text = written(out, 777);
  EXPECT_NE(text.find("Content-Length: 99990\r\n"), std::string::npos);
  EXPECT_EQ(text.size() - text.find("\r\n\r\n") - 4, 99'990U);
}

TEST(Outgoing, DoesNotSayALengthThatNothingWasRenderedFor) {
  Response response = Response::unrendered();
  response.add_header("ETag", "\"1\"");
  const std::string text = text_of(response, {.traceparent = kTraceparent, .without_body = true});
  EXPECT_EQ(text.find("Content-Length"), std::string::npos) << text;
  EXPECT_EQ(text.find("Transfer-Encoding"), std::string::npos) << text;
  EXPECT_NE(text.find("Content-Type: application/json\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("ETag: \"1\"\r\n"), std::string::npos) << text;
}

TEST(Response, KeepsAHeaderValueOnOneLine) {
  EXPECT_EQ(Response{}.add_header("X", "a\r\nSet-Cookie: b\x7f").headers, "X: a??Set-Cookie: b?\r\n");
}

TEST(Outgoing, KnowsNoReasonForAnOddStatus) { EXPECT_TRUE(text_of({.status = 299}).starts_with("HTTP/1.1 299 \r\n")); }

}  // namespace
}  // namespace frontrow::http
