#include "http/field_reader.hpp"

#include <gtest/gtest.h>

#include "domain/ids.hpp"

namespace frontrow::http {
namespace {

struct Read {
  explicit Read(std::string_view text) : in(document.parse(text).value(), errors) {}

  // Each complaint as "field: reason".
  std::vector<std::string> complaints() {
    std::vector<std::string> all;
    const Refusal refusal = errors.refusal().error();
    for (const FieldError& error : refusal.errors) all.push_back(error.field + ": " + error.reason);
    return all;
  }

  JsonDocument document;
  FieldErrors errors;
  FieldReader in;
};

using Complaints = std::vector<std::string>;

TEST(FieldReader, ReadsWhatIsThere) {
  Read read{R"({"id":7,"n":0,"s":"한글","b":true,"t":"2026-07-01T10:00:00Z","ints":[1,2],"o":{"x":1},"z":null,"other":[]})"};
  EXPECT_EQ(read.in.required_id<UserId>("id"), UserId{7});
  EXPECT_EQ(read.in.optional_int("n", 0, 5), 0);
  EXPECT_EQ(read.in.required_string("s", 2, 2), "한글");
  EXPECT_EQ(read.in.optional_bool("b"), true);
  EXPECT_EQ(iso8601(*read.in.optional_time("t")), "2026-07-01T10:00:00.000Z");
  EXPECT_EQ(read.in.optional_ints("ints", 1, 5, 4), (std::vector<std::int64_t>{1, 2}));
  EXPECT_TRUE(read.in.optional_object("o", [](FieldReader& o) { EXPECT_EQ(o.required_int("x", 0, 1), 1); }));
  EXPECT_FALSE(read.in.has("z"));
  EXPECT_FALSE(read.in.optional_int("z", 0, 1).has_value());
  EXPECT_FALSE(read.in.optional_ints("absent", 0, 1, 1).has_value());
  EXPECT_TRUE(read.errors.empty());
}

TEST(FieldReader, CollectsEveryComplaint) {
  Read read{R"({"a":"7","b":1.0,"c":99,"d":7,"e":"","f":1,"g":"noon","h":null,"i":"a\u0007"})"};
  read.in.required_int("a", 1, 9);
  read.in.required_int("b", 1, 9);
  read.in.optional_int("c", 1, 9);
  read.in.required_string("d", 1, 5);
  read.in.required_string("e", 1, 5);
  read.in.optional_bool("f");
  read.in.required_time("g");
  read.in.required_id<SeatId>("h");
  read.in.required_bool("j");
  read.in.optional_string("i", 1, 5);
  EXPECT_EQ(read.complaints(),
            (Complaints{
                "a: must be an integer from 1 to 9",
                "b: must be an integer from 1 to 9",
                "c: must be an integer from 1 to 9",
                "d: must be a string of 1 to 5 characters",
                "e: must be a string of 1 to 5 characters",
                "f: must be true or false",
                "g: must be a time like 2026-07-01T10:00:00.000Z",
                "h: is required",
                "j: is required",
                "i: must not contain invisible or control characters",
            }));
}

TEST(FieldReader, NamesThePlaceOfAComplaint) {
  Read read{R"({"schedules":[{"sections":[{"price":1},{"price":1},{"price":0}]},7],"queue":{"maxActive":"x"},"seatIds":[1,"2"]})"};
  read.in.objects("schedules", 1, 10, [](FieldReader& schedule) {
    schedule.required_time("startsAt");
    schedule.objects("sections", 0, 10, [](FieldReader& section) { section.required_int("price", 1, 100); });
    schedule.fail("", "is odd");
  });
  read.in.optional_object("queue", [](FieldReader& queue) { queue.optional_int("maxActive", 1, 5); });
  read.in.optional_ints("seatIds", 1, 9, 4);
  EXPECT_EQ(read.complaints(),
            (Complaints{
                "schedules[0].startsAt: is required",
                "schedules[0].sections[2].price: must be an integer from 1 to 100",
                "schedules[0]: is odd",
                "schedules[1]: must be an object",
                "queue.maxActive: must be an integer from 1 to 5",
                "seatIds[1]: must be an integer from 1 to 9",
            }));
}

TEST(FieldReader, AnEmptyArrayIsThereAndHasNothing) {
  const Read read{R"({"none":null,"empty":[],"some":[0],"text":"","object":{}})"};
  for (const auto* name : {"absent", "none", "empty"}) EXPECT_FALSE(read.in.has_some(name)) << name;
  for (const auto* name : {"some", "text", "object"}) EXPECT_TRUE(read.in.has_some(name)) << name;
  EXPECT_TRUE(read.in.has("empty"));
}

TEST(FieldReader, BoundsArrays) {
  Read read{R"({"a":[1,2,3],"b":[],"c":7,"d":{}})"};
  const auto never = [](FieldReader&) { FAIL(); };
  read.in.optional_ints("a", 1, 9, 2);
  read.in.objects("b", 1, 2, never);
  read.in.objects("c", 0, 2, never);
  read.in.objects("absent", 0, 2, never);
  read.in.objects("missing", 1, 2, never);
  read.in.optional_ints("d", 1, 9, 2);
  EXPECT_FALSE(read.in.optional_object("c", never));
  EXPECT_EQ(read.complaints(),
            (Complaints{
                "a: must be an array of at most 2 integers",
                "b: must be an array of 1 to 2 objects",
                "c: must be an array of 0 to 2 objects",
                "missing: is required",
                "d: must be an array of at most 2 integers",
                "c: must be an object",
            }));
}

TEST(FieldReader, StopsComplainingAtTwenty) {
  Read read{"{}"};
  for (int i = 0; i < 100; ++i) read.in.required_int("x" + std::to_string(i), 0, 1);
  EXPECT_EQ(read.complaints().size(), FieldErrors::kMost);
}

}  // namespace
}  // namespace frontrow::http
