// The forms of a time that the wire accepts, and those that it refuses.
#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace frontrow {
namespace {

using namespace std::chrono_literals;

TimePoint at(std::int64_t ms) { return TimePoint{Duration{ms}}; }

struct Written {
  std::string text;
  std::int64_t ms;
};

TEST(Iso8601, WritesMillisecondsAlways) {
  const std::vector<Written> table = {
      {"1970-01-01T00:00:00.000Z", 0},
      {"1970-01-01T00:00:00.001Z", 1},
      {"2000-02-29T23:59:59.999Z", 951'868'799'999},
      {"2026-07-01T10:00:00.000Z", 1'782'900'000'000},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
  };
  for (const auto& row : table) {
    EXPECT_EQ(iso8601(at(row.ms)), row.text);
    EXPECT_EQ(parse_iso8601(row.text), at(row.ms)) << row.text;
  }
}

TEST(Iso8601, AppendsToWhatIsThere) {
  std::string out = "at ";
  append_iso8601(out, at(0));
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.000Z");
}

TEST(ParseIso8601, AcceptsZonesAndFractions) {
  const std::vector<Written> table = {
      {"1970-01-01T00:00:01Z", 1'000},
      {"1970-01-01T00:00:00.5Z", 500},
      {"1970-01-01T00:00:00.123456789Z", 123},
      {"1970-01-01T09:00:00+09:00", 0},
      {"1969-12-31T19:00:00-05:00", -1},  // its year is before 1970
      {"1970-01-01T00:00:00-05:30", 19'800'000},
      {"1970-01-01T00:00:00+00:00", 0},
  };
  for (const auto& row : table) {
    if (row.ms < 0) {
      EXPECT_FALSE(parse_iso8601(row.text)) << row.text;
    } else {
      EXPECT_EQ(parse_iso8601(row.text), at(row.ms)) << row.text;
    }
  }
}

TEST(ParseIso8601, RefusesEverythingElse) {
  const std::vector<std::string> table = {
      "",
      "2026-07-01",
      "2026-07-01 10:00:00Z",
      "2026-07-01T10:00:00",
      "2026-07-01t10:00:00Z",
      "2026-07-01T10:00:00z",
      "2026-07-01T10:00Z",
      "2026-07-01T10:00:00.Z",
      "2026-07-01T10:00:00.1234567890Z",
      "2026-07-01T10:00:00,5Z",
      "2026-13-01T10:00:00Z",
      "2026-00-01T10:00:00Z",
      "2026-02-29T10:00:00Z",
      "2026-04-31T10:00:00Z",
      "2026-07-00T10:00:00Z",
      "2026-07-01T24:00:00Z",
      "2026-07-01T10:60:00Z",
      "2026-07-01T10:00:60Z",
      "2026-07-01T10:00:00+24:00",
      "2026-07-01T10:00:00+09:60",
      "2026-07-01T10:00:00+0900",
      "2026-07-01T10:00:00+09:00Z",
      "2026-07-01T10:00:00ZZ",
      " 2026-07-01T10:00:00Z",
      "2026-07-01T10:00:00Z ",
      "+026-07-01T10:00:00Z",
      "1969-12-31T23:59:59Z",
      "1970-01-01T00:00:00+00:01",
      "10000-01-01T00:00:00Z",
      "9999-12-31T23:59:59-00:01",  // it is in the year 10000
      "2026-07-01T1０:00:00Z",
  };
  for (const auto& text : table) EXPECT_FALSE(parse_iso8601(text)) << text;
}

TEST(SystemClock, StartsNoEarlierThanTheStoreAndNeverGoesBack) {
  const TimePoint far = at(253'402'300'000'000);
  const SystemClock clock{far};
  TimePoint last = clock.now();
  EXPECT_GE(last, far);
  for (int i = 0; i < 1000; ++i) {
    const TimePoint now = clock.now();
    EXPECT_GE(now, last);
    last = now;
  }
  EXPECT_LT(last, far + 60s);
}

TEST(SystemClock, CatchesUpSoSlowlyThatNoHoldEndsASecondEarly) {
  EXPECT_EQ(catch_up(Duration{0}, 1s), Duration{0});
  EXPECT_EQ(catch_up(-3600s, 1s), Duration{0}) << "a wall clock that is behind is not waited for";
  EXPECT_EQ(catch_up(3600s, 1s), Duration{3});
  EXPECT_EQ(catch_up(Duration{2}, 1s), Duration{2}) << "and not passed";
  EXPECT_EQ(catch_up(3600s, -1s), Duration{0});
  Duration gained{0};
  for (int second = 0; second < 300; ++second) gained += catch_up(3600s - gained, 1s);
  EXPECT_LT(gained, 1s);
  EXPECT_GT(gained, 500ms);
}

TEST(SystemClock, NeverGoesBackWhileItFollows) {
  SystemClock clock;
  TimePoint last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    clock.follow();
    const TimePoint now = clock.now();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(FollowedClock, FollowsAndNeverGoesBack) {
  FollowedClock clock{at(1'000'000)};
  const TimePoint shown = clock.now();
  EXPECT_GE(shown, at(1'000'000));
  clock.set(at(1'000'000) + 3600s);
  const TimePoint ahead = clock.now();
  EXPECT_GE(ahead, at(1'000'000) + 3600s);
  clock.set(at(1'000'000));
  EXPECT_GE(clock.now(), ahead) << "stands still until the other has caught up";
}

}  // namespace
}  // namespace frontrow
