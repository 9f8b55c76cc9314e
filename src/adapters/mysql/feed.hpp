// The feed's numbers: given after the commit, under one lock, to all events that are committed by then. So they have no gap, follow
// each reservation's order, and no commit that came late is skipped.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "domain/ids.hpp"

namespace frontrow::mysql {

struct Numbered {
  EventId last;   // of the feed
  int count = 0;  // numbered now
};

// On a writer's connection, outside a transaction. At most `limit` events.
Numbered number_events(Connection& connection, int limit);

EventId last_number(Connection& connection);

}  // namespace frontrow::mysql
