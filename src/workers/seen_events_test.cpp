#include "workers/seen_events.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

TEST(SeenEvents, KnowsWhatItWasToldAndWhatCameBefore) {
  SeenEvents seen;
  EXPECT_FALSE(seen.contains({1}, 1));
  seen.add({1}, 2);
  EXPECT_TRUE(seen.contains({1}, 1));
  EXPECT_TRUE(seen.contains({1}, 2));
  EXPECT_FALSE(seen.contains({1}, 3));
  EXPECT_FALSE(seen.contains({2}, 1));
  seen.add({1}, 1);
  EXPECT_TRUE(seen.contains({1}, 2)) << "an old event must not make it forget a newer one";
}

TEST(SeenEvents, ForgetsTheOldestWhenThereAreMany) {
  SeenEvents seen;
  const auto count = static_cast<std::int64_t>(SeenEvents::kGeneration);
  for (std::int64_t id = 1; id <= 2 * count + 1; ++id) seen.add({id}, 1);
  EXPECT_FALSE(seen.contains({1}, 1));
  EXPECT_TRUE(seen.contains({count + 1}, 1));
  EXPECT_TRUE(seen.contains({2 * count + 1}, 1));
}

}  // namespace
}  // namespace frontrow
