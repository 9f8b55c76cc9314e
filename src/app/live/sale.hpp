// The parts of the application that the HTTP layer may use. It gets one Sale and nothing else.
#pragma once

#include "app/commit/commits.hpp"
#include "app/commit/readers.hpp"
#include "app/live/catalog.hpp"
#include "app/live/halls.hpp"
#include "app/live/operators.hpp"
#include "app/queue/ticket_mint.hpp"
#include "base/clock.hpp"
#include "domain/queue.hpp"
#include "domain/reservation.hpp"
#include "metrics/metrics.hpp"
#include "ports/event_bus.hpp"

namespace frontrow {

struct Sale {
  const Clock& clock;
  Catalog& catalog;
  Halls& halls;
  Operators& operators;
  Commits& commits;
  Readers& readers;
  EventBus& bus;
  const TicketMint& mint;
  Metrics& metrics;
  const HoldLimits holds;
  const QueueLimits queues;
  const QueueSettings default_queue;  // for concerts without settings of their own
};

}  // namespace frontrow
