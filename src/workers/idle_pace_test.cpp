#include "workers/idle_pace.hpp"

#include <gtest/gtest.h>

#include <string>

namespace frontrow {
namespace {

// "x..x": the turns that were worked in, and those that were passed over.
std::string turns(IdlePace& pace, int count, bool finds) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const bool is_turn = pace.is_turn();
    text += is_turn ? 'x' : '.';
    if (is_turn) pace.found(finds);
  }
  return text;
}

TEST(IdlePace, PassesOverMoreAndMoreTurnsWhileThereIsNothing) {
  IdlePace pace{4};
  EXPECT_EQ(turns(pace, 17, false), "x.x...x....x....x");
}

TEST(IdlePace, PassesOverNoneWhileThereIsSomething) {
  IdlePace pace{4};
  EXPECT_EQ(turns(pace, 4, true), "xxxx");
  turns(pace, 2, false);
  EXPECT_EQ(turns(pace, 3, true), "xxx");
}

TEST(IdlePace, IsWokenAtOnce) {
  IdlePace pace{100};
  turns(pace, 20, false);
  pace.wake();
  EXPECT_EQ(turns(pace, 3, false), "x.x");
}

// What was told while the loop worked may have come too late for it.
TEST(IdlePace, IsWokenWhileItWorks) {
  IdlePace pace{100};
  ASSERT_TRUE(pace.is_turn());
  pace.wake();
  pace.found(false);
  EXPECT_TRUE(pace.is_turn());
}

}  // namespace
}  // namespace frontrow
