#include "adapters/mysql/feed.hpp"

#include <algorithm>
#include <span>

namespace frontrow::mysql {

namespace {

constexpr std::size_t kNumberedTogether = 100;  // FIELD compares each with half of them

Sql statement(Literal text) {
  Sql sql;
  sql << text;
  sql.end();
  return sql;
}

using StoredEventId = StrongId<struct StoredEventTag>;  // events.id

// An event of a reservation is inserted after the one before it was committed, so ids run along a reservation. A reader that takes
// the lowest visible ids therefore takes no event before its predecessor. This read does not lock the rows: it does not see those
// of a batch under way, and does not wait for them.
std::vector<StoredEventId> unnumbered(Connection& connection, int limit) {
  Sql sql;
  sql << "SELECT id FROM events FORCE INDEX (idx_event_feed) WHERE feed_id IS NULL ORDER BY id LIMIT " << limit;
  sql.end();
  std::vector<StoredEventId> ids;
  for (Rows rows = connection.ask(sql, "find events to number"); rows.next();) ids.push_back(rows.id<StoredEventId>(0));
  return ids;
}

}  // namespace

Numbered number_events(Connection& connection, int limit) {
  WriteTransaction transaction{connection};
  Rows feed = connection.ask(statement("SELECT last FROM feed WHERE id = 1 FOR UPDATE"), "lock the feed");
  std::int64_t last = feed.next() ? feed.integer(0) : 0;
  const std::vector<StoredEventId> ids = unnumbered(connection, limit);
  if (ids.empty()) return {.last = {last}};
  Sql sql;
  for (std::span<const StoredEventId> rest = ids; !rest.empty();) {
    const auto stretch = rest.first(std::min(kNumberedTogether, rest.size()));
    sql << "UPDATE events FORCE INDEX (PRIMARY) SET feed_id = " << last << " + FIELD(id";
    for (const StoredEventId id : stretch) sql << "," << id;
    sql << ") WHERE id IN " << List{stretch};
    sql.end();
    last += static_cast<std::int64_t>(stretch.size());
    rest = rest.subspan(stretch.size());
  }
  sql << "UPDATE feed SET last = " << last << " WHERE id = 1";
  sql.end();
  connection.run(sql, "number events");
  transaction.commit();
  return {.last = {last}, .count = static_cast<int>(ids.size())};
}

EventId last_number(Connection& connection) {
  Rows rows = connection.ask(statement("SELECT last FROM feed WHERE id = 1"), "read the feed's last number");
  return rows.next() ? rows.id<EventId>(0) : EventId{};
}

}  // namespace frontrow::mysql
