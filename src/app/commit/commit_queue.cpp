#include "app/commit/commit_queue.hpp"

#include <algorithm>
#include <ranges>

#include "base/boundary.hpp"
#include "base/log.hpp"
#include "base/periodic.hpp"

namespace frontrow {

namespace {
constexpr int kMaxAttempts = 3;
constexpr Duration kUpkeepEvery{250};
constexpr Duration kLateEvery{100};
constexpr std::size_t kLateAtOnce = 4'096;  // that a batch passes over
}  // namespace

CommitQueue::CommitQueue(Store& store, const Clock& clock, Metrics& metrics, CommitQueueOptions options,
                         std::function<void(const WorkingSet&)> on_commit, std::function<void()> reload)
    : store_(store),
      clock_(clock),
      metrics_(metrics),
      options_(options),
      on_commit_(std::move(on_commit)),
      reload_(std::move(reload)) {}

std::size_t CommitQueue::limit_of(CommandClass command_class) const {
  const double share = options_.shares[static_cast<std::size_t>(command_class)];
  return static_cast<std::size_t>(static_cast<double>(options_.capacity) * share);
}

bool CommitQueue::Lane::is_empty() const { return again.empty() && std::ranges::all_of(waiting, &Line::empty); }

CommitQueue::Lane& CommitQueue::lane_of(const Command& command) { return lanes_[options_.has_lanes ? command.shard() : 0]; }

bool CommitQueue::is_full_for(CommandClass command_class) const {
  return length_.load(std::memory_order_relaxed) >= limit_of(command_class);
}

void CommitQueue::submit(std::unique_ptr<Command> command, CommandClass command_class) {
  bool was_empty = false;
  {
    const MutexLock lock(mutex_);
    if (!is_closed_ && length_ < limit_of(command_class)) {
      was_empty = length_++ == 0;
      Line& line = lane_of(*command).waiting[static_cast<std::size_t>(command_class)];
      line.push_back({std::move(command), clock_.now() + options_.deadline});
    }
  }
  if (command) return finish(command, CommitStatus::dropped);
  if (was_empty) arrived_.notify_one();
}

void CommitQueue::run(std::stop_token stop) {
  // Beside the writer, which may be held up by the store for longer than a command may wait; also while it stops.
  const Periodic timer("late commands", kLateEvery, [this] { drop_late(); }, kLateEvery);
  TimePoint next_upkeep = clock_.now() + kUpkeepEvery;
  bool was_busy = false;
  const auto round = [&] {
    was_busy = run_batch();
    if (!upkeep_ || clock_.now() < next_upkeep) return;
    next_upkeep = clock_.now() + kUpkeepEvery;
    contained("writer's upkeep", upkeep_);
  };
  while (!stop.stop_requested()) {
    const bool has_failed = !contained("writer", round);
    if (was_busy && !has_failed) continue;
    MutexLock lock(mutex_);
    arrived_.wait_for(lock, stop, kUpkeepEvery, [&] { return length_ > 0 && !has_failed; });
  }
  {
    const MutexLock lock(mutex_);
    is_closed_ = true;
  }
  do {
    was_busy = false;
    contained("writer", [&] { was_busy = run_batch(); });
  } while (was_busy);
}

std::vector<std::unique_ptr<Command>> CommitQueue::take_batch() {
  std::vector<std::unique_ptr<Command>> batch, late;
  {
    const MutexLock lock(mutex_);
    const TimePoint now = clock_.now();
    batch.reserve(std::min<std::size_t>(options_.batch, length_));
    late.reserve(std::min(kLateAtOnce, length_.load()));
    const auto has_room = [&] { return batch.size() < options_.batch && late.size() < late.capacity(); };
    const auto take_first = [&](Line& line) REQUIRES(mutex_) {
      (now < line.front().deadline ? batch : late).push_back(std::move(line.front().command));
      line.pop_front();
      --length_;
    };
    auto at = lanes_.upper_bound(last_lane_);
    if (at == lanes_.end()) at = lanes_.begin();
    if (at != lanes_.end()) {
      Lane& lane = at->second;
      last_lane_ = at->first;
      while (!lane.again.empty() && has_room()) take_first(lane.again);
      for (std::size_t turn = 0; !lane.is_empty() && has_room(); ++turn)
        if (Line& line = lane.waiting[turn % lane.waiting.size()]; !line.empty()) take_first(line);
      if (options_.has_lanes && lane.is_empty()) lanes_.erase(at);
    }
    metrics_.commit_queue_length.Set(static_cast<double>(length_));
  }
  for (auto& command : late) finish(command, CommitStatus::dropped);
  return batch;
}

std::vector<std::unique_ptr<Command>> CommitQueue::take_late() {
  std::vector<std::unique_ptr<Command>> late;
  const MutexLock lock(mutex_);
  const TimePoint now = clock_.now();
  const auto take_from = [&](Line& line) REQUIRES(mutex_) {
    while (!line.empty() && is_over(line.front().deadline, now)) {
      late.push_back(std::move(line.front().command));
      line.pop_front();
      --length_;
    }
  };
  late.reserve(length_);  // so that no command is lost to a failure of memory
  for (auto at = lanes_.begin(); at != lanes_.end();) {
    Lane& lane = at->second;
    for (Queued& queued : lane.again)  // not in the order of their deadlines
      if (is_over(queued.deadline, now)) late.push_back(std::move(queued.command));
    length_ -= std::erase_if(lane.again, [](const Queued& queued) { return queued.command == nullptr; });
    std::ranges::for_each(lane.waiting, take_from);
    at = options_.has_lanes && lane.is_empty() ? lanes_.erase(at) : std::next(at);
  }
  metrics_.commit_queue_length.Set(static_cast<double>(length_));
  return late;
}

void CommitQueue::drop_late() {
  if (length_.load(std::memory_order_relaxed) == 0) return;
  auto late = take_late();
  if (late.empty()) return;
  const auto finish_all = [&] {
    for (auto& command : late)
      if (command) finish(command, CommitStatus::dropped);
  };
  contained("late commands", [&] { around_batch_(finish_all); });
  finish_all();  // those that the group's failure left
}

bool CommitQueue::run_batch() {
  auto batch = take_batch();
  if (batch.empty()) {
    ensure_loaded();     // loops that act on memory, such as the expiry, must not wait for the next write
    return length_ > 0;  // all that were taken were late
  }
  const auto started = steady_now();
  patient_until_ = clock_.now() + options_.deadline;
  contained("batch", [&] { around_batch_([&] { execute(batch); }); });
  for (auto& command : batch)
    if (command) finish(command, CommitStatus::unknown);
  metrics_.commit_batches.Increment();
  metrics_.commit_batch_size.Observe(static_cast<double>(batch.size()));
  metrics_.commit_seconds.Observe(std::chrono::duration<double>(steady_now() - started).count());
  contained("store's upkeep", [this] { store_.tend(); });
  return true;
}

bool CommitQueue::ensure_loaded() {
  if (!must_reload_) return true;
  try {
    reload_();
    must_reload_ = is_reload_failing_ = false;
    log_warn("memory was rebuilt after a commit that it had missed");
  } catch (...) {
    if (!std::exchange(is_reload_failing_, true)) note_exception("rebuilding of memory");
  }
  return !must_reload_;
}

void CommitQueue::execute(Batch batch) {
  if (!ensure_loaded()) {
    for (auto& command : batch) finish(command, CommitStatus::unavailable);
    return;
  }
  std::vector<Command*> commands;
  commands.reserve(batch.size());
  for (const auto& command : batch) commands.push_back(command.get());
  WorkingSet set;
  std::vector<Command*> again;
  try {
    store_.execute(commands, set, again);
  } catch (const Unavailable& lost) {
    store_is_up_ = false;
    log_error("commit failed",
              {{"reason", lost.what()}, {"commands", std::int64_t(batch.size())}, {"outcomeUnknown", lost.outcome_unknown}});
    for (auto& command : batch) finish(command, lost.outcome_unknown ? CommitStatus::unknown : CommitStatus::unavailable);
    must_reload_ = lost.outcome_unknown;
    return;
  } catch (const Contended& busy) {
    if (batch.size() > 1 && clock_.now() < patient_until_) return execute_halves(batch);
    log_warn("commands could not lock their rows", {{"reason", busy.what()}, {"commands", std::int64_t(batch.size())}});
    for (auto& command : batch) finish(command, CommitStatus::contended);
    return;
  } catch (...) {
    if (batch.size() > 1) return execute_halves(batch);
    note_exception("command that broke its batch");
    return finish(batch.front(), CommitStatus::unavailable);
  }
  store_is_up_ = true;
  if (!contained("memory after a commit", [&] { on_commit_(set); })) must_reload_ = true;
  for (auto& command : batch) {
    if (std::ranges::find(again, command.get()) == again.end())
      finish(command, CommitStatus::committed);
    else if (++command->attempts >= kMaxAttempts)
      finish(command, CommitStatus::contended);
  }
  try_again(batch);
}

void CommitQueue::execute_halves(Batch batch) {
  execute(batch.first(batch.size() / 2));
  execute(batch.subspan(batch.size() / 2));
}

// The unfinished rest of a batch goes to the head of the queue, in its order.
void CommitQueue::try_again(Batch batch) {
  const TimePoint deadline = clock_.now() + options_.deadline;
  const MutexLock lock(mutex_);
  for (auto& command : std::views::reverse(batch))
    if (command) {
      Line& again = lane_of(*command).again;
      again.push_front({std::move(command), deadline});
      ++length_;
    }
}

void CommitQueue::finish(std::unique_ptr<Command>& command, CommitStatus status) {
  switch (status) {
    case CommitStatus::committed: metrics_.commands_committed.Increment(); break;
    case CommitStatus::dropped: metrics_.commands_dropped.Increment(); break;
    case CommitStatus::contended: metrics_.commands_contended.Increment(); break;
    case CommitStatus::unavailable: metrics_.commands_unavailable.Increment(); break;
    case CommitStatus::unknown: metrics_.commands_unknown.Increment(); break;
  }
  // A command is completed once, even if its completion throws.
  const std::unique_ptr<Command> completed = std::move(command);
  contained("completion of a command", [&] { completed->complete(status); });
}

}  // namespace frontrow
