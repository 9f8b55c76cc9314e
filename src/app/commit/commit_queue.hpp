// Every write of the sale goes through here: commands queue up, one writer takes whatever has gathered while the previous batch was
// committing, and the store executes it in one transaction. There is no timer: an idle server answers a lone command at once, a
// busy one shares the flush.
//
// When full it sheds the least first: mostly joins at a quarter, holds at three quarters, the rest (payments, giving back, expiry)
// only when there is no room at all. Within a class it is first come, first served; the classes take turns, so that a payment or a hold
// never stands behind the thousands who join when a sale opens. A batch that breaks is halved until the one command at fault stands
// alone, or for as long as a command may wait when it is others' locks that break it.
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
  Duration deadline{2'000};  // a command not taken up by then is dropped
  std::array<double, 3> shares{0.25, 0.75, 1};  // of the places, up to which each class is taken in
  bool has_lanes = false;    // commands share a batch only with those of their shard
};

class CommitQueue final : public Commits {
 public:
  // `on_commit` sees what each batch changed, before any of its commands is completed. `reload` is called after a batch whose
  // outcome is unknown, or that `on_commit` did not take in, before the next one or when there is none: memory no longer knows what
  // the store holds. While it throws, batches are refused.
  CommitQueue(Store& store, const Clock& clock, Metrics& metrics, CommitQueueOptions options,
              std::function<void(const WorkingSet&)> on_commit, std::function<void()> reload);

  void submit(std::unique_ptr<Command> command, CommandClass command_class) override;
  bool is_full_for(CommandClass command_class) const override;
  bool store_is_up() const override { return store_is_up_.load(std::memory_order_relaxed); }

  // The writer's loop, until stopped; then takes no more and finishes what it has.
  void run(std::stop_token stop);
  // One batch. False when nothing was waiting; then memory is rebuilt, should it have to be. For `run` and the simulator; one
  // thread.
  bool run_batch();
  // Clean-up for the writer's thread, between batches, about four times a second. Set before `run`.
  void set_upkeep(std::function<void()> work) { upkeep_ = std::move(work); }
  // Each batch is run, and its commands completed, within `around(run)`, so that who waits for several of them can be told of all
  // at once. Set before `run`.
  using Run = std::function<void()>;
  void set_around_batch(std::function<void(const Run&)> around) { around_batch_ = std::move(around); }

 private:
  struct Waiting {
    std::unique_ptr<Command> command;
    TimePoint deadline;
  };
  using Batch = std::span<std::unique_ptr<Command>>;
  using Line = std::deque<Waiting>;
  struct Lane {
    Line again;                   // those who were in a batch already go first
    std::array<Line, 3> waiting;  // by class
    bool is_empty() const;
  };

  std::vector<std::unique_ptr<Command>> take_batch();
  bool is_loaded();
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
  TimePoint patient_until_{};                             // of the batch under way; the writer's own
  bool must_reload_ = false, is_reload_failing_ = false;  // the writer's own

  std::atomic<bool> store_is_up_{true};
  std::atomic<std::size_t> length_{0};  // of all lines; changed under mutex_, read at the door without it
  Mutex mutex_;
  std::condition_variable_any arrived_;
  std::map<std::uint64_t, Lane> lanes_ GUARDED_BY(mutex_);  // those in which somebody waits
  std::uint64_t last_lane_ GUARDED_BY(mutex_) = 0;          // the lanes take turns
  bool is_closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace frontrow
