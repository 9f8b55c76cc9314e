#include "adapters/mysql/forgetter.hpp"

#include <algorithm>

#include "adapters/mysql/rows.hpp"
#include "adapters/sql/codes.hpp"

namespace frontrow::mysql {

namespace {

// Longer than three rests of a pod that finds nothing to delete.
constexpr Duration kLease = std::chrono::minutes{4};
constexpr Duration kAskEvery = kLease / 4;

using BatchNumber = StrongId<struct BatchNumberTag>;
using StoredEventId = StrongId<struct StoredEventTag>;  // events.id

}  // namespace

bool Forgetter::has_lease(Connection& connection) {
  const auto asked_at = steady_now();
  if (asked_at < ask_at_) return asked_at < lease_until_;
  ask_at_ = asked_at + kAskEvery;
  WriteTransaction transaction{connection};
  Sql sql;
  sql << "UPDATE chore_leases SET owner = " << owner_ << ", ends_at = ";
  time_.write(sql);
  sql << " + " << kLease.count() << " WHERE chore = 'retention' AND (owner = " << owner_ << " OR ends_at <= ";
  time_.write(sql);
  sql << ")";
  sql.end();
  const bool is_taken = connection.ask(sql, "take the lease of the retention").touched() == 1;
  transaction.commit();
  if (is_taken) lease_until_ = asked_at + kLease;
  return is_taken;
}

int Forgetter::forget_keys(Connection& connection, TimePoint before, int limit) {
  WriteTransaction transaction{connection};
  Sql find;
  find << "SELECT " << kIdempotencyColumns << " FROM idempotency FORCE INDEX (idx_key_age) WHERE created_at >= " << keys_from_
       << " AND created_at < " << before << " ORDER BY created_at LIMIT " << limit;
  find.end();
  std::vector<IdempotencyKey> old;
  TimePoint oldest_left = std::max(keys_from_, before);
  for (Rows rows = connection.ask(find, "look for old keys"); rows.next();) {
    const IdempotencyRecord record = read_idempotency(rows);
    old.push_back(record.key);
    if (std::ssize(old) == limit) oldest_left = record.created_at;
  }
  if (!old.empty()) {
    std::ranges::sort(old);
    Sql sql;
    in_stretches(old, [&](auto stretch) {  // the writer's time is not spent on waiting for such a row
      sql << "SELECT 1 FROM idempotency FORCE INDEX (PRIMARY) WHERE ";
      write_keys(sql, stretch);
      sql << " FOR UPDATE NOWAIT";
      sql.end();
      sql << "DELETE idempotency FROM idempotency FORCE INDEX (PRIMARY) WHERE ";
      write_keys(sql, stretch);
      sql.end();
    });
    connection.run(sql, "delete old keys");
    transaction.commit();
  }
  keys_from_ = oldest_left;
  return static_cast<int>(old.size());
}

// The records that stopped pods have left: a pod deletes its own.
int Forgetter::forget_batches(Connection& connection, TimePoint before, int limit) {
  WriteTransaction transaction{connection};
  Sql find;
  find << "SELECT id, at FROM batch_log FORCE INDEX (idx_batch_age) WHERE at >= " << batches_from_ << " AND at < " << before
       << " ORDER BY at LIMIT " << limit;
  find.end();
  find << "SELECT id FROM batch_log FORCE INDEX (idx_batch_age) WHERE at < 0 AND at > -" << before << " ORDER BY at DESC LIMIT "
       << limit;
  find.end();
  std::vector<Rows> results = connection.run(find, "look for old batches");
  std::vector<BatchNumber> old;
  TimePoint oldest_left = std::max(batches_from_, before);
  while (results[0].next()) {
    old.push_back(results[0].id<BatchNumber>(0));
    if (std::ssize(old) == limit) oldest_left = results[0].time(1);
  }
  while (results[1].next()) old.push_back(results[1].id<BatchNumber>(0));
  if (!old.empty()) {
    Sql sql;
    in_stretches(old, [&](auto stretch) {
      sql << "DELETE batch_log FROM batch_log FORCE INDEX (PRIMARY) WHERE id IN " << List{stretch};
      sql.end();
    });
    connection.run(sql, "delete old batches");
    transaction.commit();
  }
  batches_from_ = oldest_left;
  return std::min(limit, static_cast<int>(old.size()));
}

// In the order of the feed, so that the numbers of the kept events have no gap.
void Forgetter::forget_events(Connection& connection, TimePoint before, int limit, Forgotten& forgotten) {
  WriteTransaction transaction{connection};
  Sql lock;
  lock << "SELECT first_id, gone_until FROM event_horizon WHERE id = 1 FOR UPDATE";
  lock.end();
  Rows row = connection.ask(lock, "lock the event horizon");
  if (!row.next()) return;
  EventHorizon horizon{.first = row.id<EventId>(0), .gone_until = row.time(1)};
  Sql find;
  find << "SELECT e.id, e.feed_id, e.occurred_at, EXISTS (SELECT 1 FROM outbox o WHERE o.shard = ifnull(e.reservation_id,"
          " e.concert_id) % 16 AND o.event_id = e.id) FROM events e FORCE INDEX (idx_event_feed) WHERE e.feed_id >= "
       << horizon.first << " AND e.feed_id < LEAST(" << horizon.first.value + limit
       << ", (SELECT last FROM feed WHERE id = 1)) ORDER BY e.feed_id";
  find.end();
  std::vector<StoredEventId> old;
  for (Rows rows = connection.ask(find, "look for old events"); rows.next();) {
    if (rows.time(2) >= before || rows.integer(3) != 0) break;
    old.push_back(rows.id<StoredEventId>(0));
    horizon = {.first = {rows.integer(1) + 1}, .gone_until = std::max(horizon.gone_until, rows.time(2))};
  }
  forgotten.first_event = horizon.first;
  forgotten.events = static_cast<int>(old.size());
  if (old.empty()) return;
  Sql sql;
  in_stretches(old, [&](auto stretch) {
    sql << "DELETE events FROM events FORCE INDEX (PRIMARY) WHERE id IN " << List{stretch};
    sql.end();
  });
  sql << "UPDATE event_horizon SET first_id = " << horizon.first << ", gone_until = " << horizon.gone_until << " WHERE id = 1";
  sql.end();
  connection.run(sql, "delete old events");
  transaction.commit();
}

Forgotten Forgetter::forget(Connection& connection, const KeptSince& since, int limit) {
  Forgotten forgotten;
  if (!has_lease(connection)) return forgotten;
  forgotten.keys = forget_keys(connection, since.keys, limit);
  forgotten.batches = forget_batches(connection, since.batches, limit);
  forget_events(connection, since.events, limit, forgotten);
  forgotten.tickets = forget_tickets(connection, since.tickets, limit);
  forgotten.drafts = forget_draft(connection, since.drafts, limit);
  forgotten.has_more = forgotten.drafts > 0 || forgotten.keys == limit || forgotten.batches == limit || forgotten.events == limit ||
                       concert_ || ended_;
  return forgotten;
}

}  // namespace frontrow::mysql
