// One life of the server: the real core on the simulator's clock and database, with a store that can fail, and the
// auditor beside it. Its destructor is kill -9.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "adapters/local/event_bus.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/halls.hpp"
#include "app/live/live_state.hpp"
#include "sim/auditor.hpp"
#include "sim/disk.hpp"
#include "sim/plant.hpp"
#include "sim/sim_clock.hpp"
#include "support/faults/faulty_store.hpp"
#include "workers/expiry.hpp"
#include "workers/queue_ticker.hpp"

namespace frontrow::sim {

struct Rules {
  HoldLimits holds;
  QueueLimits queues;
  CommitQueueOptions commits;
  Halls::Limits halls = {};
  bool halls_take_time = false;  // to be read: meanwhile there are commits
};

// Reports to the auditor which commands are decided, in which order and when.
class WatchedStore final : public Store {
 public:
  WatchedStore(FaultyStore& inner, const Disk& disk, Auditor& auditor, SimClock& clock, const Plant& plant)
      : inner_(inner), disk_(disk), auditor_(auditor), clock_(clock), plant_(plant) {}
  Duration pause{0};          // in the middle of the next batch
  bool was_executed = false;  // set by a batch that reached the store

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override;
  void load(const LoadVisitor& visitor) override { inner_.load(visitor); }
  EventId last_event() override { return inner_.last_event(); }
  std::unique_ptr<StoreReader> open_reader() override { return inner_.open_reader(); }
  Forgotten forget(const KeptSince& since, int limit) override { return inner_.forget(since, limit); }
  void tend() override { inner_.tend(); }

 private:
  FaultyStore& inner_;
  const Disk& disk_;
  Auditor& auditor_;
  SimClock& clock_;
  const Plant& plant_;
};

class Process {
 public:
  Process(const std::string& database, const Rules& rules, SimClock& clock, Metrics& metrics, Auditor& auditor, const Plant& plant);

  // Runs all waiting commands, in as many batches as they need.
  void run_all();
  // Answers the looks at halls whose rows have been read.
  void finish_reads();
  std::shared_ptr<SeatMap> look_now(const std::shared_ptr<Hall>& hall);

  std::unique_ptr<Store> sqlite;
  Disk disk;
  FaultyStore faults;
  WatchedStore watched;
  std::unique_ptr<Store> planted;  // wraps all of them, or null
  local::LocalEventBus bus;
  LiveState live;
  CommitQueue commits;
  const std::unique_ptr<StoreReader> reader;
  struct Read {
    Halls::Answer answer;
    std::optional<StoredSeatMap> rows;
  };
  std::deque<Read> reads;
  Halls halls;
  QueueTicker ticker;
  Expiry expiry;
};

}  // namespace frontrow::sim
