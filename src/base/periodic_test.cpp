// The loop outlives failures of its work, and ends when it is stopped.
#include "base/periodic.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow {
namespace {

using namespace std::chrono_literals;

// Failures are logged to this stream, away from the test's own output.
class PeriodicTest : public testing::Test {
 protected:
  PeriodicTest() { configure_log({.level = LogLevel::debug, .out = &log_}); }
  ~PeriodicTest() override { configure_log({}); }
  std::ostringstream log_;
};

TEST_F(PeriodicTest, RunsAtOnceAndAgain) {
  std::latch thrice{3};
  std::atomic<int> runs{0};
  Periodic periodic{"thrice", 1ms, [&] {
                      if (++runs <= 3) thrice.count_down();
                    }};
  thrice.wait();
  periodic.stop();
  const int at_stop = runs;
  EXPECT_GE(at_stop, 3);
  EXPECT_EQ(runs, at_stop);
}

TEST_F(PeriodicTest, StopsPromptlyInTheMiddleOfALongPause) {
  std::latch once{1};
  Periodic periodic{"hourly", 1h, [&] { once.count_down(); }};
  once.wait();
  const auto begun = steady_now();
  periodic.stop();
  periodic.stop();
  EXPECT_LT(steady_now() - begun, 30s);
}

TEST_F(PeriodicTest, StopWaitsForTheRunThatIsGoingOn) {
  std::latch entered{1}, leave{1};
  std::atomic<bool> done{false};
  auto periodic = std::make_unique<Periodic>("slow", 1ms, [&] {
    entered.count_down();
    leave.wait();
    done = true;
  });
  entered.wait();
  std::jthread stopper{[&] {
    periodic->stop();
    EXPECT_TRUE(done);
  }};
  leave.count_down();
  stopper.join();
}

TEST_F(PeriodicTest, MayStopItselfAndBeStoppedByMany) {
  std::atomic<int> runs{0};
  std::latch ran{1};
  Periodic* self = nullptr;
  std::latch ready{1};
  Periodic periodic{"once", 1ms, [&] {
                      ready.wait();
                      ++runs;
                      self->stop();
                      ran.count_down();
                    }};
  self = &periodic;
  ready.count_down();
  ran.wait();
  std::vector<std::jthread> stoppers;
  for (int i = 0; i < 4; ++i) stoppers.emplace_back([&] { periodic.stop(); });
  stoppers.clear();
  EXPECT_EQ(runs, 1);
}

TEST_F(PeriodicTest, AnExceptionIsLoggedAndSurvived) {
  std::latch recovered{1};
  int runs = 0;
  Periodic periodic{"flaky", 1ms, [&] {
                      ++runs;
                      if (runs == 1) throw std::runtime_error("no store");
                      if (runs == 2) throw 7;
                      if (runs == 3) recovered.count_down();
                    }};
  recovered.wait();
  periodic.stop();
  EXPECT_NE(log_.str().find("no store"), std::string::npos) << log_.str();
  EXPECT_NE(log_.str().find("an exception of an unknown type"), std::string::npos) << log_.str();
}

}  // namespace
}  // namespace frontrow
