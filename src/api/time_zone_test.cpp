// Which names of time zones are taken.
#include "api/time_zone.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(TimeZone, KnowsTheNamesOfThisSystem) {
  for (const std::string_view name : {"Asia/Seoul",
                                      "America/New_York",
                                      "America/Argentina/Buenos_Aires",
                                      "Europe/Berlin",
                                      "UTC",
                                      "Etc/UTC",
                                      "Pacific/Auckland",
                                      "Asia/Calcutta"})
    EXPECT_TRUE(is_time_zone(name)) << name;
}

TEST(TimeZone, RefusesWhatABrowserWouldNotKnow) {
  for (const std::string_view name : {"",
                                      "Seoul",
                                      "asia/seoul",
                                      "Asia/Seoul ",
                                      "KST",
                                      "+09:00",
                                      "Asia/",
                                      "Asia",
                                      "Factory",
                                      "localtime",
                                      "posix/Asia/Seoul",
                                      "right/Asia/Seoul",
                                      "../../etc/passwd",
                                      "Asia/../Asia/Seoul",
                                      "zone.tab",
                                      "Asia/Atlantis"})
    EXPECT_FALSE(is_time_zone(name)) << name;
}

}  // namespace
}  // namespace frontrow::http
