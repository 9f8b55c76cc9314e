// A number set behaves like a std::set that counts fast.
#include "base/number_set.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <iterator>
#include <set>

namespace frontrow {
namespace {

std::int64_t count(const std::set<std::int64_t>& model, std::int64_t after, std::int64_t before) {
  if (before <= after) return 0;
  return std::distance(model.upper_bound(after), model.lower_bound(before));
}

TEST(NumberSet, IsEmptyAtFirst) {
  const NumberSet set;
  EXPECT_FALSE(set.contains(0));
  EXPECT_FALSE(set.contains(1'000'000));
  EXPECT_EQ(set.count_between(0, 1'000'000), 0);
}

TEST(NumberSet, CountsStrictlyBetweenItsBounds) {
  NumberSet set;
  for (const std::int64_t number : {5, 6, 7}) set.insert(number);
  EXPECT_EQ(set.count_between(4, 8), 3);
  EXPECT_EQ(set.count_between(5, 7), 1);
  EXPECT_EQ(set.count_between(5, 6), 0);
  EXPECT_EQ(set.count_between(6, 6), 0);
  EXPECT_EQ(set.count_between(7, 5), 0);
}

// Numbers near the edges of words (64) and blocks (4,096), where an off-by-one error would show.
rc::Gen<std::int64_t> near_an_edge() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 5), rc::gen::inRange(0, 64), rc::gen::inRange(-2, 3)),
                      [](const auto& parts) {
                        const auto& [block, word, offset] = parts;
                        return std::max<std::int64_t>(0, std::int64_t{block} * 4'096 + word * 64 + offset);
                      });
}

RC_GTEST_PROP(NumberSet, IsAStdSet, ()) {
  NumberSet set;
  std::set<std::int64_t> model;
  const auto any = rc::gen::oneOf(near_an_edge(), rc::gen::inRange<std::int64_t>(0, 30'000));
  for (const std::int64_t number : *rc::gen::container<std::vector<std::int64_t>>(any)) {
    set.insert(number);
    model.insert(number);
    const auto probe = *any, other = *any;
    RC_ASSERT(set.contains(number));
    RC_ASSERT(set.contains(probe) == model.contains(probe));
    RC_ASSERT(set.count_between(probe, other) == count(model, probe, other));
    RC_ASSERT(set.count_between(0, other) == count(model, 0, other));
  }
}

TEST(NumberSet, CountsAcrossWholeBlocks) {
  NumberSet set;
  for (std::int64_t number = 1; number <= 1'000'000; number += 3) set.insert(number);
  EXPECT_EQ(set.count_between(0, 1'000'001), 333'334);
  EXPECT_EQ(set.count_between(1, 1'000'000), 333'332);
  EXPECT_EQ(set.count_between(4'095, 8'192), 1'366);
  EXPECT_EQ(set.count_between(999'999, 5'000'000), 1);
}

}  // namespace
}  // namespace frontrow
