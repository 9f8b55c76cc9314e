// What the sale keeps in memory beside the store, and the only two ways it changes: rebuilt from the store, or told what a commit
// has changed. Nothing in here is of record; everything in here follows from what is.
#pragma once

#include <memory>

#include "app/live/catalog.hpp"
#include "app/live/deadlines.hpp"
#include "app/queue/concert_queue.hpp"
#include "base/clock.hpp"
#include "metrics/metrics.hpp"
#include "ports/event_bus.hpp"
#include "ports/store.hpp"

namespace frontrow {

class LiveState {
 public:
  // `commits` may still be under construction: it is what the queues submit to.
  LiveState(const Clock& clock, QueueLimits limits, Metrics& metrics, EventBus& bus, Commits* commits = nullptr);

  // Before anything is served, and by the writer after a commit of unknown outcome: maps and queues in use stay the same objects
  // and take over what was loaded. Throws Unavailable, having changed nothing.
  void rebuild(Store& store);
  // By the writer, after each commit and before anybody is answered.
  void apply(const WorkingSet& set);

  Catalog& catalog() { return catalog_; }
  // The concert's queue, as the commands know it. By the writer.
  std::shared_ptr<ConcertQueue> queue(ConcertId concert) const { return queues_.at(concert); }
  Deadlines& deadlines() { return deadlines_; }

 private:
  void apply_catalog(const WorkingSet& set);
  void rename_sections(const WorkingSet& set);
  void apply_reservations(const WorkingSet& set);
  void apply_ending(const Reservation& reservation, TimePoint now);
  void apply_seats(const WorkingSet& set, const CatalogPicture& picture);
  void apply_queues(const WorkingSet& set);

  const Clock& clock_;
  const QueueLimits limits_;
  Metrics& metrics_;
  EventBus& bus_;
  Commits* const commits_;
  Catalog catalog_;
  std::map<ConcertId, std::shared_ptr<ConcertQueue>> queues_;  // those of the catalog
  Deadlines deadlines_;
};

}  // namespace frontrow
