#include "adapters/sqlite/forgetter.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

namespace {

struct Key {
  std::int64_t owner, operation;
  std::array<std::byte, 16> hash;
  friend auto operator<=>(const Key&, const Key&) = default;
};

std::vector<Key> read_keys(Rows rows) {
  std::vector<Key> keys;
  while (rows.next()) {
    Key& key = keys.emplace_back(Key{.owner = rows.integer(0), .operation = rows.integer(1), .hash = {}});
    std::ranges::copy(rows.bytes(2).first(key.hash.size()), key.hash.begin());
  }
  std::ranges::sort(keys);  // the order of the table, so that a page is written once
  return keys;
}

}  // namespace

Forgetter::Forgetter(Connection& connection)
    : connection_(connection),
      old_keys_(connection,
                "SELECT owner, operation, key_hash FROM idempotency INDEXED BY idx_key_age WHERE created_at < ?1"
                " ORDER BY created_at LIMIT ?2"),
      delete_key_(connection, "DELETE FROM idempotency WHERE owner = ?1 AND operation = ?2 AND key_hash = ?3"),
      horizon_(connection, "SELECT first_id, gone_until FROM event_horizon WHERE id = 1"),
      next_events_(connection, "SELECT id, occurred_at FROM events WHERE id >= ?1 ORDER BY id LIMIT ?2"),
      delete_events_(connection, "DELETE FROM events WHERE id < ?1"),
      move_horizon_(connection, "UPDATE event_horizon SET first_id = ?1, gone_until = ?2 WHERE id = 1") {}

Forgetter::OldEvents Forgetter::old_events(TimePoint before, int limit, EventId last_event) {
  OldEvents old;
  if (Rows rows = horizon_.rows(); rows.next()) old.horizon = {.first = rows.id<EventId>(0), .gone_until = rows.time(1)};
  for (Rows rows = next_events_.rows(old.horizon.first, limit); rows.next(); ++old.count) {
    const auto id = rows.id<EventId>(0);
    if (rows.time(1) >= before || id >= last_event) break;
    old.horizon = {.first = {id.value + 1}, .gone_until = std::max(old.horizon.gone_until, rows.time(1))};
  }
  return old;
}

Forgotten Forgetter::forget(const KeptSince& since, int limit, EventId last_event) {
  const std::vector<Key> keys = read_keys(old_keys_.rows(since.keys, limit));
  const OldEvents events = old_events(since.events, limit, last_event);
  if (!keys.empty() || events.count > 0) {
    WriteTransaction transaction{connection_};
    for (const Key& key : keys) delete_key_.run(key.owner, key.operation, Bytes{key.hash});
    if (events.count > 0) {
      delete_events_.run(events.horizon.first);
      move_horizon_.run(events.horizon.first, events.horizon.gone_until);
    }
    transaction.commit();
  }
  const auto deleted = static_cast<int>(keys.size());
  return {.keys = deleted,
          .events = events.count,
          .has_more = deleted == limit || events.count == limit,
          .first_event = events.horizon.first};
}

}  // namespace frontrow::sqlite
