// The locks of a batch: commands on seats that another pod has locked wait, all others go on, and all taken locks are
// given back.
#include "app/commit/locking_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/fakes/lambda_command.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Locks of another pod are on some seats.
class OthersLock final : public SeatLock {
 public:
  std::vector<SeatId> others;
  int taken = 0, released = 0;

  SeatLocks take(std::span<const std::vector<SeatId>> groups) override {
    ++taken;
    SeatLocks locks{.owner = "us", .seats = {}, .granted = {}};
    for (const auto& group : groups)
      locks.granted.push_back(
          std::ranges::none_of(group, [&](SeatId seat) { return std::ranges::find(others, seat) != others.end(); }));
    return locks;
  }
  void release(const SeatLocks& locks) override { released += locks.owner == "us"; }
};

class LockingStoreTest : public testing::Test {
 protected:
  Command* hold(SeatId seat) {
    return add([seat](Keys& keys) { keys.seats.push_back(seat); });
  }
  Command* charge() {
    return add([](Keys& keys) { keys.accounts.push_back({1}); });
  }
  void execute(std::vector<Command*> batch) { store.execute(batch, set, again); }

  ManualClock clock;
  ScriptedStore inner{clock};
  OthersLock lock;
  LockingStore store{inner, lock};
  WorkingSet set;
  std::vector<Command*> again;
  std::vector<Command*> decided;

 private:
  Command* add(LambdaCommand::Declare declare) {
    commands_.push_back(std::make_unique<LambdaCommand>(std::move(declare), [this, i = commands_.size()](WorkingSet&) {
      decided.push_back(commands_[i].get());
      return Verdict::decided;
    }));
    return commands_.back().get();
  }
  std::vector<std::unique_ptr<Command>> commands_;
};

TEST_F(LockingStoreTest, DecidesInOrderWhatItHasTheLocksOf) {
  Command* first = hold({1});
  Command* second = charge();
  Command* third = hold({2});
  execute({first, second, third});
  EXPECT_THAT(decided, ElementsAre(first, second, third));
  EXPECT_THAT(again, IsEmpty());
  EXPECT_EQ(lock.released, 1);
}

TEST_F(LockingStoreTest, LeavesForTheNextBatchWhatAnotherIsBusyWith) {
  lock.others = {{1}};
  Command* busy = hold({1});
  Command* free = hold({2});
  Command* money = charge();
  execute({busy, free, money});
  EXPECT_THAT(decided, ElementsAre(free, money));
  EXPECT_THAT(again, ElementsAre(busy));
}

TEST_F(LockingStoreTest, AsksNobodyForABatchWithoutSeats) {
  execute({charge()});
  EXPECT_EQ(lock.taken, 0);
}

TEST_F(LockingStoreTest, GivesTheLocksBackWhenTheStoreIsLost) {
  inner.on_execute = [](std::span<Command* const>) { throw Unavailable{"store", "on purpose"}; };
  EXPECT_THROW(execute({hold({1})}), Unavailable);
  EXPECT_EQ(lock.released, 1);
}

}  // namespace
}  // namespace frontrow
