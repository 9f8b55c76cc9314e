#include "ports/queue_text.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

TimePoint at(std::int64_t ms) { return TimePoint{Duration{ms}}; }

QueueRow full_row() {
  QueueRow row{.tail = 50'000,
               .front = 400,
               .late = 300,
               .lapsed = 20,
               .active = 110,
               .expected = 7,
               .admitted = 321,
               .bucket = {},
               .flow = {}};
  row.bucket.take(at(1'000), 30, 3);
  row.flow.observe({.people = 5, .seconds = 12.25}, 5, at(1'000));
  row.flow.observe({.people = 4, .seconds = 9.1}, 6, at(1'200));
  row.flow.settled(10, 3);
  row.calls = {{.upto = 300, .people = 9, .at = at(5), .until = at(6)}, {.upto = 400, .people = 11, .at = at(7), .until = at(8)}};
  row.is_on = false;
  row.free_upto = 17, row.free_until = at(99);
  row.has_free_seats = false, row.without_seats_at = at(1'764'500'000'123);
  row.version = 77, row.ticker = -5, row.ticker_until = at(88);
  return row;
}

TEST(ABoard, IsReadAsItWasWritten) {
  QueueRow read;
  ASSERT_TRUE(read_board(board_text(full_row()), read));
  EXPECT_EQ(read, full_row());
}

TEST(ABoard, OfANewQueueToo) {
  QueueRow read = full_row();
  ASSERT_TRUE(read_board(board_text({}), read));
  EXPECT_EQ(read, QueueRow{});
}

TEST(AMemory, GoesBesideTheCounters) {
  const QueueRow row = full_row();
  QueueRow read;
  ASSERT_TRUE(read_memory(memory_text(row), read));
  EXPECT_EQ(read.bucket, row.bucket);
  EXPECT_EQ(read.flow, row.flow);
  EXPECT_EQ(read.calls, row.calls);
  EXPECT_EQ(read.tail, 0);
}

TEST(AMemory, OfNothingIsNothing) {
  QueueRow read;
  EXPECT_TRUE(read_memory("", read));
  EXPECT_EQ(read, QueueRow{});
}

// A text of another release, or one that is cut off anywhere.
TEST(WhatIsNoBoard, IsRefusedAndChangesNothing) {
  const std::string good = board_text(full_row());
  for (std::size_t length = 0; length < good.size(); ++length) {
    QueueRow read = full_row();
    const std::string cut = good.substr(0, length);
    if (read_board(cut, read)) {  // between two calls
      EXPECT_LT(read.calls.size(), 2U) << cut;
      continue;
    }
    EXPECT_EQ(read, full_row());
  }
  for (const char* text : {"x", "1 2 three ", "1;2;3", "{}"}) {
    QueueRow read = full_row();
    EXPECT_FALSE(read_board(text, read)) << text;
    EXPECT_FALSE(read_memory(text, read)) << text;
    EXPECT_EQ(read, full_row());
  }
}

}  // namespace
}  // namespace frontrow
