// The sale's memory beside the store. It changes in two ways only: it is rebuilt from the store, or it takes in the
// changes of a commit. Nothing in it is of record; all of it follows from the store.
#pragma once

#include <memory>

#include "app/live/committed_changes.hpp"
#include "app/live/deadlines.hpp"
#include "app/queue/concert_queue.hpp"
#include "base/clock.hpp"
#include "metrics/metrics.hpp"
#include "ports/event_bus.hpp"
#include "ports/store.hpp"

namespace frontrow {

class LiveState {
 public:
  // `commits` may still be under construction: the queues submit to it later.
  LiveState(const Clock& clock, QueueLimits limits, Metrics& metrics, EventBus& bus, Commits* commits = nullptr);

  // Called before anything is served, and by the writer after a commit of unknown outcome. Reads no seats but those of live holds.
  // Halls and queues in use stay the same objects and take over the loaded rows; seat maps are read again when somebody looks.
  // Throws Unavailable, having changed nothing.
  void rebuild(Store& store);
  // Called by the writer after each commit, before any client is answered.
  void apply(const WorkingSet& set);

  Catalog& catalog() { return catalog_; }
  // The concert's queue, as commands use it. For the writer.
  std::shared_ptr<ConcertQueue> queue(ConcertId concert) const { return queues_.at(concert); }
  Deadlines& deadlines() { return deadlines_; }

 private:
  void apply_catalog(const WorkingSet& set);

  const Clock& clock_;
  const QueueLimits limits_;
  Metrics& metrics_;
  EventBus& bus_;
  Commits* const commits_;
  Catalog catalog_;
  std::map<ConcertId, std::shared_ptr<ConcertQueue>> queues_;  // the queues of the catalog's concerts
  Deadlines deadlines_;
};

}  // namespace frontrow
