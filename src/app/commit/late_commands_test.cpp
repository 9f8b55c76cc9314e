// A command that has waited until its deadline is refused then, also while the writer is in a batch.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "app/commit/commit_queue.hpp"
#include "base/log.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"
#include "support/wait.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using test::eventually;
using enum CommitStatus;

// Counts its one completion, on whichever thread that is.
class WaitingCommand final : public Command {
 public:
  WaitingCommand(std::atomic<int>& completions, CommitStatus expected) : completions_(completions), expected_(expected) {}
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet&) override { return Verdict::decided; }
  void complete(CommitStatus status) override {
    EXPECT_EQ(status, expected_);
    const auto after = std::move(then);  // the counter's waiter may end the test
    ++completions_;
    if (after) after();
  }
  std::function<void()> then;

 private:
  std::atomic<int>& completions_;
  const CommitStatus expected_;
};

class LateCommands : public testing::Test {
 protected:
  LateCommands() { configure_log({.out = &log}); }
  ~LateCommands() override { configure_log({}); }
  void queue(CommitQueueOptions options) {
    queue_ = std::make_unique<CommitQueue>(store, clock, metrics, options, [](const WorkingSet&) {}, [] {});
  }

  std::ostringstream log;
  ManualClock clock;
  ScriptedStore store{clock};
  Metrics metrics;
  std::unique_ptr<CommitQueue> queue_;
};

// The store holds the writer up. The commands behind it are answered by the timer, each class and each lane of them.
TEST_F(LateCommands, ALateCommandIsRefusedWhileTheWriterIsHeldUp) {
  for (const bool has_lanes : {false, true}) {
    queue({.capacity = 1'000, .deadline = seconds{2}, .has_lanes = has_lanes});
    std::latch in_store{1};
    std::atomic<bool> may_go_on{false};
    std::atomic<int> refused{0}, committed_later{0};
    store.on_execute = [&](std::span<Command* const>) {
      if (!may_go_on) in_store.count_down();
      may_go_on.wait(false);
    };
    std::atomic<int> first{0};
    queue_->submit(std::make_unique<WaitingCommand>(first, committed), CommandClass::settle);
    std::jthread writer([&](const std::stop_token& stop) { queue_->run(stop); });
    in_store.wait();
    const auto wait_behind = [&](std::atomic<int>& count, CommandClass command_class, CommitStatus expected) {
      queue_->submit(std::make_unique<WaitingCommand>(count, expected), command_class);
    };
    for (const auto command_class : {CommandClass::join, CommandClass::hold, CommandClass::settle})
      wait_behind(refused, command_class, dropped);
    clock.advance(seconds{1});
    wait_behind(committed_later, CommandClass::settle, committed);
    clock.advance(seconds{1});
    EXPECT_TRUE(eventually([&] { return refused == 3; }));
    EXPECT_EQ(committed_later, 0);
    EXPECT_EQ(first, 0) << "the batch in the store has no answer yet";
    may_go_on = true;
    may_go_on.notify_all();
    EXPECT_TRUE(eventually([&] { return committed_later == 1; }));
    writer.request_stop();
    writer.join();
    EXPECT_EQ(first, 1);
  }
}

// A completion that throws, and a group that fails before or after them: each command is answered, and the timer goes on.
TEST_F(LateCommands, NoExceptionLeavesTheTimer) {
  queue({.deadline = seconds{2}});
  std::latch in_store{1};
  std::atomic<bool> may_go_on{false};
  std::atomic<int> refused{0}, groups{0};
  store.on_execute = [&](std::span<Command* const>) {
    if (!may_go_on) in_store.count_down();
    may_go_on.wait(false);
  };
  queue_->set_around_batch([&](const CommitQueue::Run& run) {
    const int group = groups++;  // 0 is the writer's
    if (group == 1) throw std::runtime_error("no group");
    run();
    if (group == 2) throw 42;
  });
  std::atomic<int> first{0};
  queue_->submit(std::make_unique<WaitingCommand>(first, committed), CommandClass::settle);
  std::jthread writer([&](const std::stop_token& stop) { queue_->run(stop); });
  in_store.wait();
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 2; ++i) {
      auto command = std::make_unique<WaitingCommand>(refused, dropped);
      command->then = [] { throw std::runtime_error("the client is gone"); };
      queue_->submit(std::move(command), CommandClass::settle);
    }
    clock.advance(seconds{2});
    EXPECT_TRUE(eventually([&] { return refused == 2 * round; }));
  }
  may_go_on = true;
  may_go_on.notify_all();
  writer.request_stop();
  writer.join();
  EXPECT_EQ(refused, 6);
}

}  // namespace
}  // namespace frontrow
