// A page is rendered once for what it shows, and again when that has changed.
#include "api/shared_pages.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

constexpr TimePoint kNow{std::chrono::hours{1}};

class SharedPagesTest : public testing::Test {
 protected:
  Response ask(std::int64_t number, SharedPages::Asked asked = {}, const std::string& name = "list") {
    return pages.answer(asked, name, {{.of = thing, .number = number}}, now, [&] {
      ++renderings;
      return "number " + std::to_string(number);
    });
  }
  static std::string body(const Response& response) { return response.parts == nullptr ? "" : *response.parts->front(); }
  static std::string tag(const Response& response) {
    const auto begins = response.headers.find('"');
    return response.headers.substr(begins, response.headers.rfind('"') + 1 - begins);
  }

  SharedPages pages;
  std::shared_ptr<const int> thing = std::make_shared<const int>(1);
  TimePoint now = kNow;
  int renderings = 0;
};

TEST_F(SharedPagesTest, IsRenderedOnceUntilItShowsSomethingElse) {
  const Response first = ask(1);
  EXPECT_EQ(body(first), "number 1");
  EXPECT_EQ(ask(1).parts, first.parts) << "the same bytes, not a copy";
  EXPECT_EQ(renderings, 1);
  EXPECT_EQ(body(ask(2)), "number 2");
  thing = std::make_shared<const int>(2);
  EXPECT_EQ(body(ask(2)), "number 2");
  EXPECT_EQ(renderings, 3) << "another thing with the same number";
}

TEST_F(SharedPagesTest, ATagIsOfTheBytes) {
  const std::string first = tag(ask(1));
  EXPECT_NE(tag(ask(2)), first);
  EXPECT_EQ(tag(ask(1)), first);
}

TEST_F(SharedPagesTest, ConditionsComeFirst) {
  const std::string known = tag(ask(1));
  const Response same = ask(1, {.conditions = {.if_match = {}, .if_none_match = known}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.parts, nullptr);
  EXPECT_EQ(tag(same), known);
  EXPECT_EQ(ask(2, {.conditions = {.if_match = {}, .if_none_match = known}}).status, 200);
  EXPECT_EQ(ask(2, {.conditions = {.if_match = known, .if_none_match = {}}}).status, 412);
}

TEST_F(SharedPagesTest, HeadRendersNothing) {
  EXPECT_TRUE(ask(1, {.is_head = true}).is_unrendered);
  EXPECT_EQ(renderings, 0);
  const Response got = ask(1);
  const Response head = ask(1, {.is_head = true});
  EXPECT_FALSE(head.is_unrendered);
  EXPECT_EQ(tag(head), tag(got));
  EXPECT_EQ(head.parts, got.parts) << "for its length";
  EXPECT_TRUE(ask(2, {.is_head = true}).is_unrendered);
  EXPECT_EQ(renderings, 1);
}

TEST_F(SharedPagesTest, AFewAreKeptTheLastAskedFor) {
  for (int i = 0; i < 100; ++i) {
    now += Duration{1};
    ask(1, {}, "list " + std::to_string(i));
    ask(1, {}, "list 0");
  }
  EXPECT_EQ(renderings, 100);
  ask(1, {}, "list 99");
  EXPECT_EQ(renderings, 100);
  ask(1, {}, "list 1");
  EXPECT_EQ(renderings, 101);
}

TEST_F(SharedPagesTest, WhatNobodyAsksForIsDropped) {
  const std::weak_ptr<const int> seen = thing;
  ask(1);
  thing.reset();
  pages.forget(kNow);
  EXPECT_FALSE(seen.expired());
  pages.forget(kNow + Duration{1});
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace frontrow::http
