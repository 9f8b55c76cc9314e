#include "http/conditional.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(EntityTag, IsFoundInAList) {
  for (const char* list : {"\"1\"", "*", "\"0\", \"1\"", "\"0\",\"1\" ", ",, \"1\""}) {
    EXPECT_TRUE(names_etag(list, "\"1\"", Comparison::weak)) << list;
    EXPECT_TRUE(names_etag(list, "\"1\"", Comparison::strong)) << list;
  }
  for (const char* list : {"", "\"11\"", "1", "\"1", "w/\"1\"", "\"0\", \"2\"", "\"1\"x", "**"}) {
    EXPECT_FALSE(names_etag(list, "\"1\"", Comparison::weak)) << list;
  }
}

TEST(EntityTag, ThatIsWeakIsFoundByWeakComparisonOnly) {
  EXPECT_TRUE(names_etag("\"0\", W/\"1\"", "\"1\"", Comparison::weak));
  EXPECT_FALSE(names_etag("\"0\", W/\"1\"", "\"1\"", Comparison::strong));
}

TEST(Conditions, AreAskedInTheOrderOfRfc9110) {
  EXPECT_EQ(status_under({}, "\"1\""), 200);
  EXPECT_EQ(status_under({.if_match = {}, .if_none_match = "\"1\""}, "\"1\""), 304);
  EXPECT_EQ(status_under({.if_match = {}, .if_none_match = "\"2\""}, "\"1\""), 200);
  EXPECT_EQ(status_under({.if_match = "\"2\"", .if_none_match = {}}, "\"1\""), 412);
  EXPECT_EQ(status_under({.if_match = "\"2\"", .if_none_match = "\"1\""}, "\"1\""), 412);
  EXPECT_EQ(status_under({.if_match = "\"1\"", .if_none_match = "\"1\""}, "\"1\""), 304);
}

}  // namespace
}  // namespace frontrow::http
