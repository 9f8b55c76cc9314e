#include "http/date.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(HttpDate, IsWrittenAsRfc9110Writes) {
  EXPECT_EQ(http_date(TimePoint{std::chrono::seconds{784'111'777}}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(TimePoint{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(TimePoint{std::chrono::milliseconds{1'709'251'199'999}}), "Thu, 29 Feb 2024 23:59:59 GMT");
}

}  // namespace
}  // namespace frontrow::http
