// Every command is completed exactly once, also if its batch fails. Without room, the least important commands are
// refused.
#include "app/commit/commit_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include <latch>
#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using enum CommitStatus;

struct Outcomes {
  std::vector<std::pair<int, CommitStatus>> completed;
  std::vector<int> decided;
};

class TestCommand final : public Command {
 public:
  TestCommand(int name, Outcomes& outcomes, std::function<Verdict(WorkingSet&)> decide = {})
      : name(name), outcomes_(outcomes), decide_(std::move(decide)) {}
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet& set) override {
    outcomes_.decided.push_back(name);
    return decide_ ? decide_(set) : Verdict::decided;
  }
  void complete(CommitStatus status) override {
    outcomes_.completed.emplace_back(name, status);
    if (then) then();
  }
  const int name;
  std::function<void()> then;

 private:
  Outcomes& outcomes_;
  const std::function<Verdict(WorkingSet&)> decide_;
};

int name_of(const Command* command) { return dynamic_cast<const TestCommand*>(command)->name; }

class CommitQueueTest : public testing::Test {
 protected:
  CommitQueueTest() { configure_log({.out = &log}); }
  ~CommitQueueTest() override { configure_log({}); }

  CommitQueue& queue(CommitQueueOptions options = {}) {
    queue_ = std::make_unique<CommitQueue>(
        store,
        clock,
        metrics,
        options,
        [this](const WorkingSet&) { commits.push_back(static_cast<int>(outcomes.completed.size())); },
        [this] { unknowns.push_back(static_cast<int>(outcomes.completed.size())); });
    return *queue_;
  }
  void submit(int name, std::function<Verdict(WorkingSet&)> decide = {}, CommandClass command_class = CommandClass::settle) {
    queue_->submit(std::make_unique<TestCommand>(name, outcomes, std::move(decide)), command_class);
  }
  void run_all() {
    while (queue_->run_batch()) {
    }
  }
  static std::function<void(std::span<Command* const>)> breaks_on(std::vector<int> poisonous) {
    return [poisonous = std::move(poisonous)](std::span<Command* const> batch) {
      for (const Command* command : batch)
        if (std::ranges::find(poisonous, name_of(command)) != poisonous.end()) throw ConstraintBroken("UNIQUE constraint failed");
    };
  }

  std::ostringstream log;
  ManualClock clock;
  ScriptedStore store{clock};
  Metrics metrics;
  Outcomes outcomes;
  std::vector<int> commits, unknowns;  // how many commands had been completed at each
  std::unique_ptr<CommitQueue> queue_;
};

TEST_F(CommitQueueTest, CommitsWhatHasGatheredInOneBatchInOrder) {
  queue();
  EXPECT_FALSE(queue_->run_batch());
  for (int name = 1; name <= 5; ++name) submit(name);
  EXPECT_THAT(outcomes.completed, IsEmpty()) << "nobody is answered before the commit";
  EXPECT_TRUE(queue_->run_batch());
  EXPECT_THAT(store.batches, ElementsAre(5));
  EXPECT_THAT(outcomes.decided, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(outcomes.completed,
              ElementsAre(Pair(1, committed), Pair(2, committed), Pair(3, committed), Pair(4, committed), Pair(5, committed)));
  EXPECT_FALSE(queue_->run_batch());
  EXPECT_EQ(metrics.commands_committed.Value(), 5);
  EXPECT_EQ(metrics.commit_batches.Value(), 1);
}

TEST_F(CommitQueueTest, TakesNoMoreThanABatchAtATime) {
  queue({.capacity = 1'000, .batch = 4});
  for (int name = 1; name <= 10; ++name) submit(name);
  run_all();
  EXPECT_THAT(store.batches, ElementsAre(4, 4, 2));
  EXPECT_THAT(outcomes.decided, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

TEST_F(CommitQueueTest, LetsTheClassesTakeTurnsAndServesEachInOrder) {
  queue({.capacity = 1'000, .batch = 6});
  for (int name = 1; name <= 12; ++name) submit(name, {}, CommandClass::join);
  for (int name = 21; name <= 23; ++name) submit(name, {}, CommandClass::hold);
  submit(31, {}, CommandClass::settle);
  run_all();
  EXPECT_THAT(outcomes.decided, ElementsAre(1, 21, 31, 2, 22, 3, 4, 23, 5, 6, 7, 8, 9, 10, 11, 12))
      << "a hold waits for a batch at most";
}

TEST_F(CommitQueueTest, TellsWhatHasChangedBeforeItAnswersAnybody) {
  queue({.capacity = 1'000, .batch = 2});
  for (int name = 1; name <= 4; ++name) submit(name);
  run_all();
  EXPECT_THAT(commits, ElementsAre(0, 2));
  EXPECT_THAT(unknowns, IsEmpty());
}

// Refusing.

TEST_F(CommitQueueTest, TurnsAwayJoinsAtAQuarterChargesAtHalfHoldsAtThreeQuartersTheRestWhenFull) {
  queue({.capacity = 100});
  int name = 0;
  const auto accepted = [&](CommandClass command_class) {
    const bool was_full = queue_->is_full_for(command_class);
    submit(++name, {}, command_class);
    const bool is_dropped = !outcomes.completed.empty() && outcomes.completed.back() == std::pair(name, dropped);
    EXPECT_EQ(was_full, is_dropped) << "the door knows";
    return !is_dropped;
  };
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(accepted(CommandClass::join));
  EXPECT_FALSE(accepted(CommandClass::join));
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(accepted(CommandClass::charge));
  EXPECT_FALSE(accepted(CommandClass::charge));
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(accepted(CommandClass::hold));
  EXPECT_FALSE(accepted(CommandClass::hold));
  EXPECT_FALSE(accepted(CommandClass::join));
  EXPECT_FALSE(accepted(CommandClass::charge)) << "charges never take the room of payments";
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(accepted(CommandClass::settle));
  EXPECT_FALSE(accepted(CommandClass::settle));
  EXPECT_THAT(outcomes.completed, SizeIs(6));
  EXPECT_EQ(metrics.commands_dropped.Value(), 6);
  run_all();
  EXPECT_THAT(outcomes.completed, SizeIs(106));
  EXPECT_TRUE(accepted(CommandClass::join)) << "there is room again";
}

TEST_F(CommitQueueTest, DropsWhoeverHasWaitedUntilTheDeadline) {
  queue({.capacity = 100, .batch = 3, .deadline = milliseconds{2'000}});
  submit(1);
  submit(2);
  submit(3);
  submit(4);
  clock.advance(milliseconds{1});
  for (int name = 5; name <= 8; ++name) submit(name);
  clock.advance(milliseconds{1'999});
  EXPECT_TRUE(queue_->run_batch());
  EXPECT_THAT(outcomes.completed,
              ElementsAre(Pair(1, dropped),
                          Pair(2, dropped),
                          Pair(3, dropped),
                          Pair(4, dropped),
                          Pair(5, committed),
                          Pair(6, committed),
                          Pair(7, committed)))
      << "and nobody's place in the batch is lost to them";
  clock.advance(milliseconds{1});
  EXPECT_FALSE(queue_->run_batch());
  EXPECT_EQ(outcomes.completed.back(), std::pair(8, dropped));
}

// Again.

TEST_F(CommitQueueTest, PutsAStaleCommandAtTheHeadOfTheNextBatch) {
  queue({.capacity = 100, .batch = 3});
  int tries = 0;
  submit(1);
  submit(2, [&](WorkingSet&) { return ++tries < 3 ? Verdict::again : Verdict::decided; });
  for (int name = 3; name <= 8; ++name) submit(name);
  run_all();
  EXPECT_THAT(outcomes.decided, ElementsAre(1, 2, 3, 2, 4, 5, 2, 6, 7, 8));
  EXPECT_THAT(outcomes.completed, SizeIs(8));
  EXPECT_THAT(outcomes.completed, Each(Pair(testing::_, committed)));
}

TEST_F(CommitQueueTest, GivesUpOnACommandThatWasStaleThreeTimes) {
  queue();
  submit(1, [](WorkingSet&) { return Verdict::again; });
  submit(2);
  run_all();
  EXPECT_THAT(outcomes.decided, ElementsAre(1, 2, 1, 1));
  EXPECT_THAT(outcomes.completed, ElementsAre(Pair(2, committed), Pair(1, contended)));
  EXPECT_EQ(metrics.commands_contended.Value(), 1);
}

TEST_F(CommitQueueTest, KeepsTheOrderOfThoseWhoTryAgain) {
  queue();
  for (int name = 1; name <= 3; ++name)
    submit(name, [first = true](WorkingSet&) mutable { return std::exchange(first, false) ? Verdict::again : Verdict::decided; });
  submit(4);
  run_all();
  EXPECT_THAT(outcomes.decided, ElementsAre(1, 2, 3, 4, 1, 2, 3));
}

// Failures.

TEST_F(CommitQueueTest, IsolatesTheOneCommandThatBreaksItsBatch) {
  for (int poisonous = 1; poisonous <= 9; ++poisonous) {
    outcomes = {};
    queue();
    store.on_execute = breaks_on({poisonous});
    for (int name = 1; name <= 9; ++name) submit(name);
    run_all();
    ASSERT_THAT(outcomes.completed, SizeIs(9)) << poisonous;
    for (int name = 1; name <= 9; ++name)
      EXPECT_EQ(outcomes.completed[static_cast<std::size_t>(name - 1)],
                std::pair(name, name == poisonous ? unavailable : committed));
  }
  EXPECT_THAT(unknowns, IsEmpty());
}

// Each part of the batch waits for a second, as for a lock whose command cannot be found.
TEST_F(CommitQueueTest, LooksForTheCommandAtFaultNoLongerThanACommandMayWait) {
  queue({.deadline = seconds{2}});
  store.on_execute = [&](std::span<Command* const>) {
    clock.advance(seconds{1});
    throw Contended{"somebody has locked everything"};
  };
  for (int name = 1; name <= 64; ++name) submit(name);
  queue_->run_batch();
  EXPECT_THAT(outcomes.completed, SizeIs(64));
  for (const auto& [name, status] : outcomes.completed) EXPECT_EQ(status, contended) << name;
  EXPECT_LE(store.batches.size(), 8U);
}

TEST_F(CommitQueueTest, IsolatesTheOneCommandWhoseRowsAreLocked) {
  queue();
  store.on_execute = [](std::span<Command* const> batch) {
    for (const Command* command : batch)
      if (name_of(command) == 3) throw Contended{"row 3 is locked"};
  };
  for (int name = 1; name <= 5; ++name) submit(name);
  run_all();
  EXPECT_THAT(outcomes.completed,
              ElementsAre(Pair(1, committed), Pair(2, committed), Pair(3, contended), Pair(4, committed), Pair(5, committed)));
  EXPECT_TRUE(queue_->store_is_up());
}

TEST_F(CommitQueueTest, IsolatesSeveralAndAnswersInOrder) {
  queue();
  store.on_execute = breaks_on({1, 4, 5, 8});
  for (int name = 1; name <= 8; ++name) submit(name);
  run_all();
  EXPECT_THAT(outcomes.completed,
              ElementsAre(Pair(1, unavailable),
                          Pair(2, committed),
                          Pair(3, committed),
                          Pair(4, unavailable),
                          Pair(5, unavailable),
                          Pair(6, committed),
                          Pair(7, committed),
                          Pair(8, unavailable)));
}

TEST_F(CommitQueueTest, AnswersUnavailableWhenTheStoreIsLostBeforeTheCommit) {
  queue();
  store.on_execute = [](std::span<Command* const>) { throw Unavailable("store", "disk I/O error"); };
  submit(1);
  submit(2);
  run_all();
  EXPECT_THAT(store.batches, ElementsAre(2)) << "a batch is not halved for a store that is lost";
  EXPECT_THAT(outcomes.completed, ElementsAre(Pair(1, unavailable), Pair(2, unavailable)));
  EXPECT_THAT(commits, IsEmpty());
  EXPECT_THAT(unknowns, IsEmpty());
  store.on_execute = [](std::span<Command* const>) {};
  submit(3);
  run_all();
  EXPECT_EQ(outcomes.completed.back(), std::pair(3, committed)) << "it recovers by itself";
}

TEST_F(CommitQueueTest, SaysSoWhenTheOutcomeIsUnknownAndAsksForAReload) {
  queue();
  store.on_execute = [](std::span<Command* const>) { throw Unavailable("store", "disk I/O error", true); };
  submit(1);
  submit(2);
  run_all();
  EXPECT_THAT(store.batches, ElementsAre(2)) << "never run again";
  EXPECT_THAT(outcomes.completed, ElementsAre(Pair(1, unknown), Pair(2, unknown)));
  EXPECT_THAT(commits, IsEmpty());
  EXPECT_EQ(metrics.commands_unknown.Value(), 2);
  EXPECT_THAT(unknowns, ElementsAre(2)) << "nobody has to write for it";
  store.on_execute = [](std::span<Command* const>) {};
  submit(3);
  run_all();
  EXPECT_THAT(unknowns, ElementsAre(2)) << "after its commands were told, before the next batch, and once";
  EXPECT_EQ(outcomes.completed.back(), std::pair(3, committed));
}

TEST_F(CommitQueueTest, GoesOnWhenTheStoreCannotTidyUp) {
  queue();
  store.on_tend = [] { throw Unavailable("store", "disk full"); };
  submit(1);
  EXPECT_TRUE(queue_->run_batch());
  submit(2);
  EXPECT_TRUE(queue_->run_batch());
  EXPECT_THAT(outcomes.completed, ElementsAre(Pair(1, committed), Pair(2, committed)));
  EXPECT_THAT(log.str(), testing::HasSubstr("disk full")) << "and says so";
}

TEST_F(CommitQueueTest, ACompletionMaySubmitTheNextCommand) {
  queue();
  auto first = std::make_unique<TestCommand>(1, outcomes);
  first->then = [&] { submit(2); };
  queue_->submit(std::move(first), CommandClass::settle);
  run_all();
  EXPECT_THAT(outcomes.completed, ElementsAre(Pair(1, committed), Pair(2, committed)));
}

// The writer's loop.

TEST_F(CommitQueueTest, FinishesWhatItHasWhenStoppedAndTakesNoMore) {
  queue({.capacity = 1'000, .batch = 2});
  std::latch first_batch{1};
  std::atomic<bool> may_go_on{false};
  std::jthread writer;
  store.on_execute = [&](std::span<Command* const>) {
    if (store.batches.size() > 1) return;
    first_batch.count_down();
    may_go_on.wait(false);
  };
  for (int name = 1; name <= 7; ++name) submit(name);
  writer = std::jthread([&](const std::stop_token& stop) { queue_->run(stop); });
  first_batch.wait();
  writer.request_stop();
  may_go_on = true;
  may_go_on.notify_all();
  writer.join();
  EXPECT_THAT(outcomes.completed, SizeIs(7));
  EXPECT_THAT(outcomes.completed, Each(Pair(testing::_, committed)));
  submit(8);
  EXPECT_EQ(outcomes.completed.back(), std::pair(8, dropped));
}

class CountingCommand final : public Command {
 public:
  explicit CountingCommand(std::atomic<int>& completions) : completions_(completions) {}
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet&) override { return Verdict::decided; }
  void complete(CommitStatus) override {
    EXPECT_FALSE(std::exchange(is_complete_, true));
    ++completions_;
  }

 private:
  std::atomic<int>& completions_;
  bool is_complete_ = false;
};

TEST_F(CommitQueueTest, CompletesEveryCommandOnceUnderARushWhileItStops) {
  queue({.capacity = 64, .batch = 8});
  constexpr int kThreads = 4, kEach = 2'000;
  std::atomic<int> completions{0}, submitted{0};
  std::jthread writer([&](const std::stop_token& stop) { queue_->run(stop); });
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kThreads; ++i)
      clients.emplace_back([&, i] {
        for (int j = 0; j < kEach; ++j) {
          queue_->submit(std::make_unique<CountingCommand>(completions), static_cast<CommandClass>((i + j) % 3));
          if (++submitted == kThreads * kEach / 2) writer.request_stop();
        }
      });
  }
  writer.join();
  EXPECT_EQ(completions, kThreads * kEach);
}

TEST_F(CommitQueueTest, WakesUpForALoneCommandAndWorksWhenIdle) {
  queue();
  std::atomic<int> idle{0}, completions{0};
  queue_->set_upkeep([&] {
    if (++idle == 1) throw Unavailable("store", "disk full");  // and the loop goes on
  });
  std::jthread writer([&](const std::stop_token& stop) { queue_->run(stop); });
  for (int i = 0; i < 3; ++i) {
    while (idle < i + 1) {
      clock.advance(Duration{10});
      std::this_thread::yield();
    }
    queue_->submit(std::make_unique<CountingCommand>(completions), CommandClass::settle);
    while (completions < i + 1) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace frontrow
