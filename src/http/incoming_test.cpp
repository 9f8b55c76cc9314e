#include "http/incoming.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace frontrow::http {
namespace {

void receive(Incoming& in, std::string_view bytes, bool in_body = false) {
  while (!bytes.empty()) {
    const auto room = in.room(in_body);
    ASSERT_FALSE(room.empty());
    const std::size_t count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    in.received(count);
    bytes.remove_prefix(count);
  }
}

TEST(Incoming, GrowsForAHeadAndShrinksAgain) {
  Incoming in;
  const std::string head(24'000, 'h');
  receive(in, head);
  EXPECT_EQ(in.unused(), head);
  in.reset();
  EXPECT_TRUE(in.unused().empty());
  EXPECT_LE(in.room(false).size(), Incoming::kUsual);
}

TEST(Incoming, KeepsAPinnedHeadWhereItIsWhileABodyArrives) {
  Incoming in;
  receive(in, std::string(Incoming::kUsual - 100, 'p') + "HEAD");
  in.use(Incoming::kUsual - 100);
  in.finish();
  in.pin_head(4);
  const char* head = in.unused().data();
  in.use(4);
  for (int i = 0; i < 100; ++i) {
    receive(in, std::string(1000, 'b'), true);
    in.use(in.unused().size());
    EXPECT_EQ(std::string_view(head, 4), "HEAD");
  }
}

TEST(Incoming, HasNoRoomForABodyThatNobodyUses) {
  Incoming in;
  receive(in, "HEAD");
  in.pin_head(4);
  in.use(4);
  receive(in, std::string(Incoming::kUsual - 4, 'b'), true);
  EXPECT_TRUE(in.room(true).empty());
}

TEST(Incoming, KeepsNoLargeBodyWhenItIsGivenBack) {
  Incoming in;
  in.body.assign(1 << 20, 'b');
  in.reset();
  EXPECT_LE(in.body.capacity(), Incoming::kUsual);
}

TEST(Incoming, WritesHttp11OverANewerVersionOnly) {
  const auto written = [](std::string line) {
    Incoming in;
    line += "\r\n";
    receive(in, line);
    in.scan.request_line = line.size();
    in.write_http11();
    return std::string(in.unused().substr(0, line.size() - 2));
  };
  EXPECT_EQ(written("GET / HTTP/1.2"), "GET / HTTP/1.1");
  EXPECT_EQ(written("GET / HTTP/1.9"), "GET / HTTP/1.1");
  for (const char* same : {"GET / HTTP/1.0", "GET / HTTP/1.1", "GET /HTTP/1.2", "GET / HTTP/2.2", "GET / HTTP/1.22", "2", ""})
    EXPECT_EQ(written(same), same);
}

TEST(Incoming, GoesOnWithTheNextRequest) {
  Incoming in;
  receive(in, "firstsecond");
  in.pin_head(5);
  in.use(5);
  in.finish();
  EXPECT_EQ(in.unused(), "second");
}

}  // namespace
}  // namespace frontrow::http
