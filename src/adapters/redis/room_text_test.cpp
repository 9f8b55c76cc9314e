#include "adapters/redis/room_text.hpp"

#include <gtest/gtest.h>

#include "ports/unavailable.hpp"

namespace frontrow::redis {
namespace {

TimePoint at(std::int64_t ms) { return TimePoint{Duration{ms}}; }

TEST(RoomText, ReadsWhatTheScriptsWrite) {
  const LogEntry in = entry_of("+12 9007199254740991 1000 2000 3000 4000");
  EXPECT_EQ(in.kind, LogEntry::Kind::inside);
  EXPECT_EQ(in.place,
            (InsidePlace{.number = {12},
                         .user = {9'007'199'254'740'991},
                         .issued_at = at(1'000),
                         .admitted_at = at(2'000),
                         .seen_at = at(3'000),
                         .holds_until = at(4'000)}));
  EXPECT_EQ(entry_of("-12").kind, LogEntry::Kind::ended);
  EXPECT_EQ(entry_of("x12").kind, LogEntry::Kind::gone);
  EXPECT_EQ(entry_of("x12").place.number, TicketNumber{12});
  EXPECT_EQ(status_of("C"), TicketStatus::completed);
  EXPECT_EQ(outcome_of("needs_mark"), JoinedPlace::Outcome::needs_mark);
}

TEST(RoomText, RefusesWhatTheyDoNot) {
  for (const char* text : {"", "+", "-", "?12", "+12", "+12 1 2 3 4", "+12 1 2 3 four 5"})
    EXPECT_THROW(entry_of(text), Unavailable) << text;
  EXPECT_THROW(status_of("waiting"), Unavailable);
  EXPECT_THROW(outcome_of(""), Unavailable);
}

TEST(RoomText, ReadsBitsFromTheHighestOfTheFirstByte) {
  NumberSet numbers;
  insert_bits(numbers, 65'536, std::string_view("\x81\x00\x01", 3));
  for (std::int64_t number = 65'536; number < 65'570; ++number)
    EXPECT_EQ(numbers.contains(number), number == 65'536 || number == 65'543 || number == 65'559) << number;
}

TEST(RoomText, WritesBitsAsItReadsThem) {
  NumberSet numbers;
  for (const std::int64_t number : {65'535, 65'536, 65'543, 65'559, 131'072}) numbers.insert(number);
  EXPECT_EQ(bits_of(numbers, 65'536, 65'536), std::string("\x81\x00\x01", 3));
  EXPECT_EQ(bits_of(numbers, 196'608, 65'536), "");
}

}  // namespace
}  // namespace frontrow::redis
