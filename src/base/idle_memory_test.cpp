#include "base/idle_memory.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

TEST(IdleMemory, GivesBackWhatWasUnusedAllTheTime) {
  IdleMemory idle;
  for (const std::int64_t unused : {400, 300, 350, 400}) EXPECT_EQ(idle.look(unused * kMiB), 0);
  EXPECT_EQ(idle.look(500 * kMiB), (300 - 16) * kMiB);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(idle.look(200 * kMiB), 0) << "looks anew";
  EXPECT_EQ(idle.look(200 * kMiB), (200 - 16) * kMiB);
}

TEST(IdleMemory, KeepsALittleAndWhatARushUsesNowAndThen) {
  IdleMemory idle;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(idle.look(30 * kMiB), 0);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(idle.look((i % 3 == 0 ? 1 : 900) * kMiB), 0);
}

}  // namespace
}  // namespace frontrow
