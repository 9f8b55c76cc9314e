// What a sale may forget, and when: rows that are no proof of money or seats and that only grow. Reservations, payments, the
// ledger and live tickets are kept for good.
#pragma once

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace frontrow {

// Rows older than these times may be deleted. An empty time keeps all.
struct KeptSince {
  TimePoint keys;         // of idempotency
  TimePoint events;       // an event that waits for its delivery stays
  TimePoint tickets;      // of sales that ended before
  TimePoint drafts = {};  // halls in the making that were begun before: they were given up
  TimePoint batches;      // the record of batches: of pods that do not run any more
};

struct Forgotten {
  int keys = 0, events = 0, tickets = 0, batches = 0, drafts = 0;
  bool has_more = false;     // old rows are left: to be called again soon
  EventId first_event = {};  // the oldest that is kept; empty: another process does this work

  int rows() const { return keys + events + tickets + batches + drafts; }
};

// The event log as it is kept. A fact of the store, which every reader sees.
struct EventHorizon {
  EventId first;         // events with lower ids are deleted
  TimePoint gone_until;  // of the newest deleted event; empty: none was deleted
};

}  // namespace frontrow
