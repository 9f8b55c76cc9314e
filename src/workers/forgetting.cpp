#include "workers/forgetting.hpp"

namespace frontrow {

namespace {

// The rows of a kind that go in one transaction: a few milliseconds between two batches of the sale, a thousand rows a second.
constexpr int kRowsAtOnce = 250;
constexpr int kMostPassedOver = 240;  // of the writer's four turns a second: a minute
// A batch is asked about for seconds after its commit, never a day later.
constexpr Duration kBatchesKept = std::chrono::hours{24};
// A hall is made within seconds; each of its commits waits for the writer for a few seconds at most.
constexpr Duration kDraftsKept = std::chrono::minutes{10};

}  // namespace

Forgetting::Forgetting(Store& store, const Clock& clock, Metrics& metrics, KeepFor keep)
    : store_(store), clock_(clock), metrics_(metrics), keep_(keep), pace_(kMostPassedOver) {}

void Forgetting::run_once() {
  if (!pace_.is_turn()) return;
  const TimePoint now = clock_.now();
  const Forgotten gone = store_.forget({.keys = now - keep_.keys,
                                        .events = keep_.events == Duration{} ? TimePoint{} : now - keep_.events,
                                        .tickets = now - keep_.tickets,
                                        .drafts = now - kDraftsKept,
                                        .batches = now - kBatchesKept},
                                       kRowsAtOnce);
  pace_.found(gone.has_more);
  metrics_.forgotten_keys.Increment(gone.keys);
  metrics_.forgotten_events.Increment(gone.events);
  metrics_.forgotten_tickets.Increment(gone.tickets);
  metrics_.forgotten_drafts.Increment(gone.drafts);
  metrics_.forgotten_batches.Increment(gone.batches);
  if (gone.first_event) metrics_.events_first_id.Set(static_cast<double>(gone.first_event.value));
}

}  // namespace frontrow
