#include "adapters/mysql/feed.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace frontrow::mysql {

namespace {

constexpr std::size_t kNumberedTogether = 100;  // FIELD compares each with half of them
constexpr int kSettledTogether = 5'000;
constexpr Duration kLongestBatch = std::chrono::minutes{2};

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
std::vector<StoredEventId> unnumbered(Connection& connection, std::int64_t after, int limit) {
  Sql sql;
  sql << "SELECT id FROM events FORCE INDEX (idx_event_feed) WHERE feed_id IS NULL AND id > " << after << " ORDER BY id LIMIT "
      << limit;
  sql.end();
  std::vector<StoredEventId> ids;
  for (Rows rows = connection.ask(sql, "find events to number"); rows.next();) ids.push_back(rows.id<StoredEventId>(0));
  return ids;
}

// Moves on over the events that have a number, as far as no id is missing.
std::int64_t settle(Connection& connection, std::int64_t settled, FeedGap* gap) {
  for (int rows = 1;; rows = kSettledTogether) {  // behind a gap, one row says that it is still there
    Sql sql;
    sql << "SELECT id, feed_id FROM events FORCE INDEX (PRIMARY) WHERE id > " << settled << " ORDER BY id LIMIT " << rows;
    sql.end();
    int found = 0;
    for (Rows events = connection.ask(sql, "find settled events"); events.next(); ++found) {
      const std::int64_t id = events.integer(0);
      if (events.is_null(1) || (id != settled + 1 && (gap == nullptr || !gap->is_for_good(id)))) return settled;
      settled = id;
    }
    if (rows > 1 || found == 0) return settled;
  }
}

}  // namespace

bool FeedGap::is_for_good(std::int64_t id) {
  const auto now = steady_now();
  if (std::exchange(id_, id) != id) seen_at_ = now;
  return now - seen_at_ > kLongestBatch;
}

Numbered number_events(Connection& connection, int limit, FeedGap* gap, std::int64_t look_back) {
  WriteTransaction transaction{connection};
  Rows feed = connection.ask(statement("SELECT last, settled FROM feed WHERE id = 1 FOR UPDATE"), "lock the feed");
  const bool is_there = feed.next();
  std::int64_t last = is_there ? feed.integer(0) : 0;
  const std::int64_t settled = is_there ? feed.integer(1) : 0;
  const std::vector<StoredEventId> ids = unnumbered(connection, settled - look_back, limit);
  if (ids.empty()) return {.last = {last}, .settled = settled};
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
  const auto is_next = [next = settled](StoredEventId id) mutable { return id.value == ++next; };
  const bool is_gapless = std::ranges::all_of(ids, is_next);
  if (!is_gapless) connection.run(std::exchange(sql, {}), "number events");
  const std::int64_t settled_now = is_gapless ? ids.back().value : settle(connection, settled, gap);
  sql << "UPDATE feed SET last = " << last << ", settled = " << settled_now << " WHERE id = 1";
  sql.end();
  connection.run(sql, "number events");
  transaction.commit();
  return {.last = {last}, .count = static_cast<int>(ids.size()), .settled = settled_now};
}

EventId last_number(Connection& connection) {
  Rows rows = connection.ask(statement("SELECT last FROM feed WHERE id = 1"), "read the feed's last number");
  return rows.next() ? rows.id<EventId>(0) : EventId{};
}

}  // namespace frontrow::mysql
