// Every write of the sale goes through here. Commands queue up; one writer takes all commands that have gathered during
// the commit before, and the store executes them in one transaction. No timer delays a batch: an idle server answers a
// lone command at once, a busy one shares the flush. A timer beside the writer refuses the commands that have waited
// until their deadline, also while the store holds the writer up.
//
// A full queue refuses the least important commands first: joins mostly at a quarter, charges at half, holds at three
// quarters, the rest (payments, giving back, expiry) only without any room. Within a class, the first to come is the first to go.
// The classes take turns, so that a payment or a hold never waits behind the thousands of joins at the opening of a sale. A batch
// that fails is halved until the one command at fault is alone; if locks of other sessions make it fail, for as long as a command
// may wait.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "app/commit/commits.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "metrics/metrics.hpp"
#include "ports/store.hpp"

namespace frontrow {

struct CommitQueueOptions {
  std::size_t capacity = 8'192;
  std::size_t batch = 256;
  Duration deadline{2'000};                          // a command that no batch has taken by then is dropped, writer or not
  std::array<double, 4> shares{0.25, 0.5, 0.75, 1};  // of the capacity, up to which each class is taken in
  bool has_lanes = false;                            // commands share a batch only with those of their shard
};

class CommitQueue final : public Commits {
 public:
  // `on_commit` gets the changes of each batch before any of its commands is completed. `reload` runs after a batch
  // whose outcome is unknown, or that `on_commit` failed to take in: memory may differ from the store then. It runs
  // before the next batch, or without one. While it throws, batches are refused.
  CommitQueue(Store& store, const Clock& clock, Metrics& metrics, CommitQueueOptions options,
              std::function<void(const WorkingSet&)> on_commit, std::function<void()> reload);

  void submit(std::unique_ptr<Command> command, CommandClass command_class) override;
  bool is_full_for(CommandClass command_class) const override;
  bool store_is_up() const override { return store_is_up_.load(std::memory_order_relaxed); }

  // The writer's loop until it is stopped; then it takes no more commands and finishes those it has. Commands that are
  // late are completed on another thread, one at a time.
  void run(std::stop_token stop);
  // Runs one batch. False if no command was waiting; memory is rebuilt in that case too, if it has to be. For `run` and
  // the simulator; one thread.
  bool run_batch();
  // Completes the waiting commands whose deadline has passed. `run` has it done ten times a second, on a thread beside
  // the writer: a batch may take much longer than a command may wait. Any thread.
  void drop_late();
  // Clean-up on the writer's thread, between batches, about four times a second. To be set before `run`.
  void set_upkeep(std::function<void()> work) { upkeep_ = std::move(work); }
  // Each batch runs, and its commands are completed, within `around(run)`. So a thread that waits for several of them
  // can be woken once for all. To be set before `run`.
  // Late commands too, on the timer's thread, perhaps while a batch runs.
  using Run = std::function<void()>;
  void set_around_batch(std::function<void(const Run&)> around) { around_batch_ = std::move(around); }

 private:
  struct Queued {
    std::unique_ptr<Command> command;
    TimePoint deadline;
  };
  using Batch = std::span<std::unique_ptr<Command>>;
  using Line = std::deque<Queued>;
  struct Lane {
    Line again;                   // commands that were in a batch already, which go first
    std::array<Line, 4> waiting;  // by class
    bool is_empty() const;
  };

  std::vector<std::unique_ptr<Command>> take_batch();
  std::vector<std::unique_ptr<Command>> take_late();
  bool ensure_loaded();
  void execute(Batch batch);
  void execute_halves(Batch batch);
  void finish(std::unique_ptr<Command>& command, CommitStatus status);
  void try_again(Batch batch);
  std::size_t limit_of(CommandClass command_class) const;
  Lane& lane_of(const Command& command) REQUIRES(mutex_);

  Store& store_;
  const Clock& clock_;
  Metrics& metrics_;
  const CommitQueueOptions options_;
  const std::function<void(const WorkingSet&)> on_commit_;
  const std::function<void()> reload_;
  std::function<void()> upkeep_;
  std::function<void(const Run&)> around_batch_ = [](const Run& run) { run(); };
  TimePoint patient_until_{};                             // for the present batch; only the writer uses it
  bool must_reload_ = false, is_reload_failing_ = false;  // only the writer uses them

  std::atomic<bool> store_is_up_{true};
  std::atomic<std::size_t> length_{0};  // over all lines; changed under mutex_, read without it
  Mutex mutex_;
  std::condition_variable_any arrived_;
  std::map<std::uint64_t, Lane> lanes_ GUARDED_BY(mutex_);  // those with commands; without lanes there is one
  std::uint64_t last_lane_ GUARDED_BY(mutex_) = 0;          // the lanes take turns
  bool is_closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace frontrow
