#include "http/json_writer.hpp"

#include <gtest/gtest.h>

#include "domain/ids.hpp"

namespace frontrow::http {
namespace {

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter json{out};
  json.begin_object().field("a", 1).field("b", "x").key("c").begin_array();
  json.value(1).value(2).begin_object().end_object().begin_array().end_array().null();
  json.end_array().field("d", true).key("e").raw("{\"f\":0}").field("g", std::optional<int>{}).end_object();
  EXPECT_EQ(out, R"({"a":1,"b":"x","c":[1,2,{},[],null],"d":true,"e":{"f":0},"g":null})");
}

TEST(JsonWriter, WritesIdsTimesAndLargeNumbers) {
  std::string out;
  JsonWriter json{out};
  json.begin_array().value(SeatId{kMaxId}).value(TimePoint{}).value(INT64_MIN).value(UINT64_MAX).value(false).end_array();
  EXPECT_EQ(out, R"([9007199254740991,"1970-01-01T00:00:00.000Z",-9223372036854775808,18446744073709551615,false])");
}

TEST(JsonString, EscapesWhatMustBe) {
  const auto written = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(written(""), "\"\"");
  EXPECT_EQ(written("한글 plain"), "\"한글 plain\"");
  EXPECT_EQ(written("a\"b\\c\n\t\x01"), R"("a\"b\\c\n\t\u0001")");
  EXPECT_EQ(written(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(written(std::string(2000, '\n')).size(), 4002u);
}

}  // namespace
}  // namespace frontrow::http
