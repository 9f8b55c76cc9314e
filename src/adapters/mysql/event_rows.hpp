// Events with the facts of their reservation, as the feed and the relay tell them: one statement, one row for each seat.
#pragma once

#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

// Renders SELECT … and the joins around `events e`, which the caller names: write_event_columns, " FROM … e", write_event_joins.
void write_event_columns(Sql& sql, Literal key);
void write_event_joins(Sql& sql);

// In the order of the rows, those of an event together. `id` is the key that was asked for.
std::vector<FeedEvent> read_events(Rows& rows);

}  // namespace frontrow::mysql
