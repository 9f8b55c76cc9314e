// An exception of any type ends at the boundary, is counted, and is logged once.
#include "base/boundary.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "support/faults/every_exception.hpp"

namespace frontrow {
namespace {

class BoundaryTest : public testing::Test {
 protected:
  BoundaryTest() { configure_log({.out = &log_}); }
  ~BoundaryTest() override { configure_log({}); }
  std::ostringstream log_;
};

TEST_F(BoundaryTest, LetsWorkThrough) {
  const std::uint64_t before = exceptions_noted();
  int runs = 0;
  EXPECT_TRUE(contained("work", [&] { ++runs; }));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(exceptions_noted(), before);
  EXPECT_EQ(log_.str(), "");
}

TEST_F(BoundaryTest, EndsEveryExceptionAndCountsIt) {
  const std::uint64_t before = exceptions_noted();
  for (const test::Thrown& thrown : test::every_exception()) EXPECT_FALSE(contained("work", thrown.now)) << thrown.name;
  EXPECT_EQ(exceptions_noted() - before, test::every_exception().size());
  EXPECT_NE(log_.str().find("away"), std::string::npos) << log_.str();
}

TEST_F(BoundaryTest, KeepsAThreadAlive) {
  std::thread([] {
    for (const test::Thrown& thrown : test::every_exception()) contained("thread", thrown.now);
  }).join();
}

TEST_F(BoundaryTest, WritesFewLinesHoweverManyExceptions) {
  for (int i = 0; i < 10'000; ++i) contained("work", [] { throw 7; });
  EXPECT_LT(log_.str().size(), 100'000U);
}

}  // namespace
}  // namespace frontrow
