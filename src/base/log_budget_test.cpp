#include "base/log_budget.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

using namespace std::chrono_literals;

TEST(LogBudget, LetsSoManyLinesASecondThroughAndCountsTheRest) {
  LogBudget budget{2};
  const auto start = std::chrono::steady_clock::time_point{} + 1h;
  EXPECT_EQ(budget.take(start), 0);
  EXPECT_EQ(budget.take(start + 1ms), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(budget.take(start + 999ms), std::nullopt);
  EXPECT_EQ(budget.take(start + 1s), 5);
  EXPECT_EQ(budget.take(start + 1s), 0) << "they are told of once";
  EXPECT_EQ(budget.take(start + 1s), std::nullopt);
  EXPECT_EQ(budget.take(start + 1h), 1);
}

}  // namespace
}  // namespace frontrow
