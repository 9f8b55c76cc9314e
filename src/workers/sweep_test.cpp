// The sweep names holds that the stream has missed, a part at a time.
#include "workers/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/fakes/manual_clock.hpp"

namespace frontrow {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Due final : public DueHolds {
 public:
  std::vector<ReservationId> all;
  TimePoint asked_for;

  std::vector<ReservationId> due(TimePoint now, int limit) override {
    asked_for = now;
    return {all.begin(), all.begin() + std::min<std::ptrdiff_t>(limit, std::ssize(all))};
  }
};

class Named final : public Commits {
 public:
  std::vector<std::unique_ptr<Command>> commands;

  void submit(std::unique_ptr<Command> command, CommandClass) override { commands.push_back(std::move(command)); }
  bool is_full_for(CommandClass) const override { return false; }
  bool store_is_up() const override { return true; }
  std::vector<ReservationId> take() {
    Keys keys;
    for (const auto& command : commands) command->declare(keys);
    for (const auto& command : commands) command->complete(CommitStatus::committed);
    commands.clear();
    return keys.reservations;
  }
};

struct SweepTest : testing::Test {
  Due due;
  Named named;
  ManualClock clock;
  SeededRandom random{1};
  Sweep sweep{due, named, clock, random};

  void have_due(std::int64_t count) {
    for (std::int64_t id = 1; id <= count; ++id) due.all.push_back({id});
  }
};

TEST_F(SweepTest, LeavesTheStreamItsTime) {
  have_due(3);
  sweep.run_once();
  EXPECT_EQ(due.asked_for, clock.now() - Sweep::kLeftToOthers);
  EXPECT_THAT(named.take(), SizeIs(3));
}

TEST_F(SweepTest, NamesOneLotAtATime) {
  have_due(3);
  sweep.run_once();
  sweep.run_once();
  EXPECT_THAT(named.take(), SizeIs(3)) << "the first is under way";
  due.all.clear();
  sweep.run_once();
  EXPECT_THAT(named.take(), IsEmpty());
}

TEST_F(SweepTest, TakesAnyOfManyAndReachesAll) {
  have_due(2 * static_cast<std::int64_t>(Sweep::kNamedAtOnce));
  std::set<ReservationId> seen;
  std::set<ReservationId> firsts;
  for (int round = 0; round < 100; ++round) {
    sweep.run_once();
    const auto lot = named.take();
    ASSERT_THAT(lot, SizeIs(Sweep::kNamedAtOnce));
    firsts.insert(lot.front());
    seen.insert(lot.begin(), lot.end());
  }
  EXPECT_GT(firsts.size(), 50U) << "two pods would name the same";
  EXPECT_GT(seen.size(), 2 * Sweep::kNamedAtOnce * 9 / 10);
}

}  // namespace
}  // namespace frontrow
