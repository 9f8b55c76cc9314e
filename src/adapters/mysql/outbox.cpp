// The relay's side of the outbox.
#include <algorithm>

#include "adapters/mysql/event_rows.hpp"
#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/feed.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_time.hpp"

namespace frontrow::mysql {

namespace {

class MysqlOutbox final : public Outbox {
 public:
  explicit MysqlOutbox(const StoreSettings& settings)
      : time_(settings.clock),
        writer_(settings.primary, Role::writer, settings.connection),
        readers_(settings.readers
                     ? settings.readers
                     : std::make_shared<Pool>(PoolSettings{.endpoint = settings.primary, .connection = settings.connection})) {}
  bool take_lease(int shard, std::int64_t owner, Duration ttl) override { return !take_leases({&shard, 1}, owner, ttl).empty(); }
  std::vector<int> take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) override;
  Waiting waiting(std::span<const int> shards) override;
  std::vector<OutboxRow> pending(int shard, int limit) override;
  void delivered(int shard, std::span<const OutboxId> ids) override;
  EventId number_events(int limit) override;

 private:
  // Runs `write` in a transaction of the writer's. The port knows no Contended: the caller comes again by itself.
  template <class Write>
  auto in_transaction(Write write);

  const StoreTime time_;
  Session writer_;
  const std::shared_ptr<Pool> readers_;
};

template <class Write>
auto MysqlOutbox::in_transaction(Write write) {
  return at_edge([&] {
    Connection& connection = writer_.ready();
    WriteTransaction transaction{connection};
    auto result = write(connection);
    transaction.commit();
    return result;
  });
}

// In the order of the shards, as every relay: they lock each other's rows for a moment.
std::vector<int> MysqlOutbox::take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) {
  if (shards.empty()) return {};
  std::vector<int> sorted(shards.begin(), shards.end());
  std::ranges::sort(sorted);
  Sql sql;
  sql << "INSERT INTO relay_leases (shard, owner, ends_at) VALUES ";
  for (const int shard : sorted) {
    if (shard != sorted.front()) sql << ",";
    sql << "(" << shard << ", " << owner << ", ";
    time_.write(sql);
    sql << " + " << ttl.count() << ")";
  }
  // Assignments run from left to right: the second sees the owner that the first has set.
  sql << " ON DUPLICATE KEY UPDATE owner = IF(ends_at <= ";
  time_.write(sql);
  sql << ", VALUES(owner), owner), ends_at = IF(owner = VALUES(owner), VALUES(ends_at), ends_at)";
  sql.end();
  sql << "SELECT shard FROM relay_leases WHERE owner = " << owner << " AND shard IN " << List{sorted} << " ORDER BY shard";
  sql.end();
  return in_transaction([&](Connection& connection) {
    std::vector<Rows> results = connection.run(sql, "take leases");
    std::vector<int> taken;
    while (results[1].next()) taken.push_back(results[1].small(0));
    return taken;
  });
}

// A look at the first row of each, however many rows there are.
Outbox::Waiting MysqlOutbox::waiting(std::span<const int> shards) {
  Sql sql;
  sql << "(SELECT -1 FROM events FORCE INDEX (idx_event_feed) WHERE feed_id IS NULL LIMIT 1)";
  for (const int shard : shards)
    sql << " UNION ALL (SELECT shard FROM outbox FORCE INDEX (PRIMARY) WHERE shard = " << shard << " LIMIT 1)";
  sql.end();
  Rows rows = read_from(*readers_, [&](Connection& connection) { return connection.ask(sql, "look at the outbox"); });
  Waiting waiting{.shards = {}, .has_unnumbered = false};
  while (rows.next()) {
    if (const int shard = rows.small(0); shard >= 0)
      waiting.shards.push_back(shard);
    else
      waiting.has_unnumbered = true;
  }
  std::ranges::sort(waiting.shards);
  return waiting;
}

std::vector<OutboxRow> MysqlOutbox::pending(int shard, int limit) {
  Sql sql;
  write_event_columns(sql, "e.id");
  sql << " FROM (SELECT event_id FROM outbox WHERE shard = " << shard << " ORDER BY event_id LIMIT " << limit
      << ") o JOIN events e ON e.id = o.event_id";
  write_event_joins(sql);
  sql << "ORDER BY e.id, rs.seat_id";
  sql.end();
  Rows rows = read_from(*readers_, [&](Connection& connection) { return connection.ask(sql, "read the outbox"); });
  std::vector<OutboxRow> found;
  for (FeedEvent& told : read_events(rows))
    found.push_back({.id = {told.id.value},
                     .event = told.event,
                     .reservation = std::move(told.reservation),
                     .payment = std::move(told.payment)});
  return found;
}

void MysqlOutbox::delivered(int shard, std::span<const OutboxId> ids) {
  if (ids.empty()) return;
  Sql sql;
  in_stretches(std::vector(ids.begin(), ids.end()), [&](auto stretch) {
    sql << "DELETE outbox FROM outbox FORCE INDEX (PRIMARY) WHERE shard = " << shard << " AND event_id IN " << List{stretch};
    sql.end();
  });
  in_transaction([&](Connection& connection) { return connection.run(sql, "forget what was delivered").size(); });
}

EventId MysqlOutbox::number_events(int limit) {
  return at_edge([&] { return mysql::number_events(writer_.ready(), limit).last; });
}

}  // namespace

std::unique_ptr<Outbox> open_outbox(const StoreSettings& settings) { return std::make_unique<MysqlOutbox>(settings); }

}  // namespace frontrow::mysql
