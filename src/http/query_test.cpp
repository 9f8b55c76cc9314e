#include "http/query.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(Query, FindsDecodedParameters) {
  Query query;
  ASSERT_TRUE(query.parse("userId=7&name=a%20b+c%2B&flag&empty=&&x=%ED%95%9C&y=a=b").has_value());
  EXPECT_EQ(query.find("userId"), "7");
  EXPECT_EQ(query.find("name"), "a b c+");
  EXPECT_EQ(query.find("flag"), "");
  EXPECT_EQ(query.find("empty"), "");
  EXPECT_EQ(query.find("x"), "\xED\x95\x9C");
  EXPECT_EQ(query.find("y"), "a=b");
  EXPECT_FALSE(query.find("absent").has_value());
  ASSERT_TRUE(query.parse("").has_value());
  EXPECT_FALSE(query.find("userId").has_value());
}

TEST(Query, RefusesWhatIsDoubtful) {
  Query query;
  for (const char* raw : {"a=%",
                          "a=%1",
                          "a=%zz",
                          "%=1",
                          "a=%00",
                          "a=%0a",
                          "a=%7f",
                          "a=%ff",
                          "a=%c0%80",
                          "a=%ed%a0%80",
                          "a=%f4%90%80%80",
                          "a=%e2%82",
                          "=1",
                          "a=1&a=2",
                          "a=1&%61=2",
                          "a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q"}) {
    const auto parsed = query.parse(raw);
    ASSERT_FALSE(parsed.has_value()) << raw;
    EXPECT_EQ(parsed.error().code, ErrorCode::validation_failed);
    EXPECT_EQ(parsed.error().errors.at(0).field, "query");
  }
}

TEST(QueryReader, ReadsAndComplains) {
  Query query;
  ASSERT_TRUE(query.parse("userId=7&limit=101&only=yes&since=0&cursor=abc&neg=-1&flag=true").has_value());
  FieldErrors errors;
  QueryReader in{query, errors};
  EXPECT_EQ(in.optional_id<UserId>("userId"), UserId{7});
  EXPECT_EQ(in.optional_int("since", 0, kMaxId), 0);
  EXPECT_EQ(in.optional_bool("flag"), true);
  EXPECT_EQ(in.optional_string("cursor", 1, 10), "abc");
  EXPECT_FALSE(in.optional_int("absent", 0, 1).has_value());
  EXPECT_TRUE(errors.empty());
  EXPECT_FALSE(in.optional_int("limit", 1, 100).has_value());
  EXPECT_FALSE(in.optional_bool("only").has_value());
  EXPECT_FALSE(in.optional_int("neg", -5, 5).has_value());
  EXPECT_FALSE(in.optional_string("cursor", 1, 2).has_value());
  const Refusal refusal = errors.refusal().error();
  ASSERT_EQ(refusal.errors.size(), 4u);
  EXPECT_EQ(refusal.errors[0].field, "limit");
  EXPECT_EQ(refusal.errors[0].reason, "must be an integer from 1 to 100");
}

}  // namespace
}  // namespace frontrow::http
