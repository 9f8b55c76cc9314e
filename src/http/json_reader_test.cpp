#include "http/json_reader.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

bool is_malformed(std::string_view text) {
  JsonDocument document;
  const auto parsed = document.parse(text);
  return !parsed && parsed.error().code == ErrorCode::malformed_json;
}

TEST(JsonReader, ReadsWhatIsThere) {
  JsonDocument document;
  const auto root = document.parse(R"( {"a":1,"b":[true,null,"x"],"c":{"d":-5},"e":"\u0041\n\ud83d\ude00"} )");
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->size(), 4u);
  EXPECT_EQ(root->find("a")->integer(), 1);
  EXPECT_EQ(root->find("c")->find("d")->integer(), -5);
  EXPECT_EQ(root->find("e")->string(), "A\n\xF0\x9F\x98\x80");
  EXPECT_FALSE(root->find("d").has_value());
  std::vector<JsonKind> kinds;
  root->find("b")->for_each([&](JsonView element) { kinds.push_back(element.kind()); });
  EXPECT_EQ(kinds, (std::vector{JsonKind::boolean, JsonKind::null, JsonKind::string}));
}

TEST(JsonReader, SkipsNestedValuesWhenItLooksForAKey) {
  JsonDocument document;
  const auto root = document.parse(R"({"x":{"a":{"a":1}},"y":[[{"a":2}],[]],"a":3})");
  EXPECT_EQ(root->find("a")->integer(), 3);
  EXPECT_EQ(root->find("y")->size(), 2u);
}

TEST(JsonReader, TakesPlainIntegersOnly) {
  JsonDocument document;
  const auto kind = [&](std::string_view text) { return document.parse(text).value().kind(); };
  for (const char* text : {"0", "1", "-1", "9223372036854775807", "-9223372036854775808", " 12 ", "12345678901234567"}) {
    EXPECT_EQ(kind(text), JsonKind::integer) << text;
  }
  EXPECT_EQ(document.parse("9223372036854775807")->integer(), INT64_MAX);
  EXPECT_EQ(document.parse("-9223372036854775808")->integer(), INT64_MIN);
  for (const char* text : {"1.0",
                           "1e3",
                           "1E0",
                           "1.5",
                           "-0",
                           "-0.0",
                           "0e0",
                           "9223372036854775808",
                           "18446744073709551616",
                           "1e309",
                           "-9223372036854775809",
                           "123456789012345678901234567890",
                           "1.0                                          ",
                           "-0                                            "}) {
    EXPECT_EQ(kind(text), JsonKind::other_number) << text;
  }
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[",
                           "[1,]",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "{a:1}",
                           "{'a':1}",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "-",
                           "1e",
                           "0x10",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "tru",
                           "nul",
                           "TRUE",
                           "\"",
                           "\"a",
                           "\"\t\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\\udc00\"",
                           "{} {}",
                           "{}x",
                           "1 2",
                           "[1 2]",
                           "[,1]",
                           "/* a */ {}",
                           "// a\n{}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":1,,\"b\":2}",
                           "[1]]",
                           "\xEF\xBB\xBF{}"}) {
    EXPECT_TRUE(is_malformed(text)) << text;
  }
  EXPECT_TRUE(is_malformed(std::string_view("{}\0", 3)));
  EXPECT_TRUE(is_malformed(std::string_view("\"a\0b\"", 5)));
}

TEST(JsonReader, RefusesBrokenUtf8) {
  for (const char* bytes :
       {"\xff", "\xc0\x80", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_TRUE(is_malformed("\"" + std::string(bytes) + "\"")) << bytes;
    EXPECT_TRUE(is_malformed("{\"" + std::string(bytes) + "\":1}")) << bytes;
  }
  EXPECT_FALSE(is_malformed("\"\xed\x95\x9c\xf0\x9f\x98\x80\""));
}

TEST(JsonReader, RefusesAKeyTwice) {
  EXPECT_TRUE(is_malformed(R"({"a":1,"a":1})"));
  EXPECT_TRUE(is_malformed(R"({"a":1,"b":{"c":1,"d":2,"c":3}})"));
  EXPECT_TRUE(is_malformed(R"({"a":1,"\u0061":1})"));
  EXPECT_TRUE(is_malformed(R"({"":1,"":1})"));
  EXPECT_FALSE(is_malformed(R"({"a":{"a":1},"b":{"a":1}})"));
}

TEST(JsonReader, RefusesTooDeepAndTooMany) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_FALSE(is_malformed(nested(kMaxDepth)));
  EXPECT_TRUE(is_malformed(nested(kMaxDepth + 1)));
  EXPECT_TRUE(is_malformed(nested(100'000)));
  const auto members = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
    return text + "}";
  };
  EXPECT_FALSE(is_malformed(members(kMaxMembers)));
  EXPECT_TRUE(is_malformed(members(kMaxMembers + 1)));
}

TEST(JsonReader, CanBeUsedAgainAfterAnything) {
  JsonDocument document;
  EXPECT_FALSE(document.parse("{\"a\":[1,2,{\"b\"").has_value());
  EXPECT_EQ(document.parse("[" + std::string(300'000, ' ') + "\"" + std::string(300'000, 'a') + "\"]")->size(), 1u);
  EXPECT_EQ(document.parse("{\"a\":7}")->find("a")->integer(), 7);
}

}  // namespace
}  // namespace frontrow::http
