#include "sim/process.hpp"

#include <algorithm>

namespace frontrow::sim {

namespace {

// Replaces a command in a batch and reports when it is decided.
class Watched final : public Command {
 public:
  Watched(Command& inner, Auditor& auditor, const Plant& plant) : inner_(inner), auditor_(auditor), plant_(plant) {}
  Command* inner() { return &inner_; }
  void declare(Keys& keys) const override { inner_.declare(keys); }
  Verdict decide(WorkingSet& set) override {
    const Verdict verdict = plant_.decide ? plant_.decide(inner_, auditor_.find(&inner_), set) : inner_.decide(set);
    if (verdict == Verdict::decided) auditor_.decided(&inner_, set.now);
    return verdict;
  }
  void complete(CommitStatus) override {}

 private:
  Command& inner_;
  Auditor& auditor_;
  const Plant& plant_;
};

class PauseDuring {
 public:
  PauseDuring(SimClock& clock, Duration pause) : clock_(clock) { clock_.pause_after_next_look(pause); }
  ~PauseDuring() { clock_.no_pause(); }

 private:
  SimClock& clock_;
};

sqlite::StoreSettings in_memory(const std::string& database) {
  sqlite::StoreSettings settings{.location = database};
  settings.writer.durable = false;
  return settings;
}

}  // namespace

void WatchedStore::execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
  disk_.require_power();
  was_executed = true;
  auditor_.batch_begins();
  std::vector<Watched> watched;
  watched.reserve(batch.size());
  for (Command* command : batch) watched.emplace_back(*command, auditor_, plant_);
  std::vector<Command*> commands;
  for (Watched& command : watched) commands.push_back(&command);
  std::vector<Command*> undecided;
  const PauseDuring paused(clock_, std::exchange(pause, Duration{0}));
  inner_.execute(commands, set, undecided);
  for (Command* command : undecided) again.push_back(static_cast<Watched*>(command)->inner());
}

Process::Process(const std::string& database, const Rules& rules, SimClock& clock, Metrics& metrics, Auditor& auditor,
                 const Plant& plant)
    : sqlite(sqlite::open_store(in_memory(database), clock)),
      disk(*sqlite, [&auditor](const WorkingSet& set) { auditor.durable(set); }),
      faults(disk),
      watched(faults, disk, auditor, clock, plant),
      planted(plant.store ? plant.store(watched) : nullptr),
      live(clock, rules.queues, metrics, bus, &commits),
      commits(
          planted ? *planted : watched, clock, metrics, rules.commits,
          [this, &plant](const WorkingSet& set) { plant.apply ? plant.apply(live, set) : live.apply(set); },
          [this, &auditor, &plant] {
            if (plant.reloads) live.rebuild(planted ? *planted : watched);
            auditor.reloaded(false);
          }),
      reader(sqlite->open_reader()),
      halls(
          [this, &rules](ScheduleId id, Halls::Answer answer) {
            reads.push_back({.answer = std::move(answer), .rows = reader->seat_map(id)});
            if (!rules.halls_take_time) finish_reads();
            return true;
          },
          rules.halls, clock, metrics),
      ticker(live.catalog(), clock, metrics),
      expiry(live.deadlines(), commits, clock) {
  live.rebuild(planted ? *planted : watched);
  auditor.watch_process(live, [this](const std::shared_ptr<Hall>& hall) { return look_now(hall); });
  if (plant.started) plant.started(live);
}

void Process::finish_reads() {
  while (!reads.empty()) {
    Read read = std::move(reads.front());
    reads.pop_front();
    read.answer(std::move(read.rows));
  }
}

std::shared_ptr<SeatMap> Process::look_now(const std::shared_ptr<Hall>& hall) {
  std::shared_ptr<SeatMap> map;
  halls.look(hall, [&](Result<Halls::MapPtr> found) { map = found ? *found : nullptr; });
  finish_reads();
  return map;
}

void Process::run_all() {
  while (commits.run_batch()) {
  }
}

}  // namespace frontrow::sim
