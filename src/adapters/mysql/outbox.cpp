// The relay's side of the outbox.
#include "adapters/mysql/event_rows.hpp"
#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/feed.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_time.hpp"

namespace frontrow::mysql {

namespace {

// All shards are the whole table.
void write_shards(Sql& sql, std::span<const int> shards) {
  if (std::ssize(shards) == kOutboxShards) {
    sql << "TRUE";
    return;
  }
  sql << "shard IN (-1";
  for (const int shard : shards) sql << ", " << shard;
  sql << ")";
}

class MysqlOutbox final : public Outbox {
 public:
  explicit MysqlOutbox(const StoreSettings& settings)
      : time_(settings.clock),
        chores_(settings.chores
                    ? settings.chores
                    : std::make_shared<Pool>(PoolSettings{.endpoint = settings.primary, .connection = settings.connection})),
        writer_(settings.primary, Role::writer, settings.connection) {}
  std::vector<int> take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) override;
  bool has_news(std::span<const int> shards) override;
  std::vector<OutboxRow> pending(int shard, int limit) override;
  void delivered(int shard, std::span<const OutboxId> ids) override;
  EventId number_events(int limit) override;

 private:
  // Runs `write` in a transaction of the writer's. The port knows no Contended: the caller comes again by itself.
  template <class Write>
  auto in_transaction(Write write);

  const StoreTime time_;
  const std::shared_ptr<Pool> chores_;
  Session writer_;  // only while there are events
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

// Each statement by itself: taking a lease twice is harmless, and what was read last counts.
std::vector<int> MysqlOutbox::take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) {
  if (shards.empty()) return {};
  Sql sql;
  sql << "INSERT INTO relay_leases (shard, owner, ends_at) VALUES ";
  for (const int shard : shards) {
    sql << (shard == shards.front() ? Literal{"("} : Literal{", ("}) << shard << ", " << owner << ", ";
    time_.write(sql);
    sql << " + " << ttl.count() << ")";
  }
  // Assignments run from left to right: the second sees the owner that the first has set.
  sql << " ON DUPLICATE KEY UPDATE owner = IF(ends_at <= ";
  time_.write(sql);
  sql << ", VALUES(owner), owner), ends_at = IF(owner = VALUES(owner), VALUES(ends_at), ends_at)";
  sql.end();
  sql << "SELECT shard FROM relay_leases FORCE INDEX (PRIMARY) WHERE owner = " << owner << " AND ";
  write_shards(sql, shards);
  sql << " ORDER BY shard";
  sql.end();
  return read_from(*chores_, [&](Connection& connection) {
    std::vector<int> taken;
    std::vector<Rows> results = connection.run(sql, "take leases");
    while (results[1].next()) taken.push_back(static_cast<int>(results[1].integer(0)));
    return taken;
  });
}

bool MysqlOutbox::has_news(std::span<const int> shards) {
  Sql sql;
  sql << "SELECT EXISTS (SELECT 1 FROM outbox FORCE INDEX (PRIMARY) WHERE ";
  write_shards(sql, shards);
  sql << ") OR EXISTS (SELECT 1 FROM events FORCE INDEX (idx_event_feed) WHERE feed_id IS NULL)";
  sql.end();
  return read_from(*chores_, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "look for events");
    return rows.next() && rows.integer(0) != 0;
  });
}

std::vector<OutboxRow> MysqlOutbox::pending(int shard, int limit) {
  Sql sql;
  write_event_columns(sql, "e.id");
  sql << " FROM (SELECT event_id FROM outbox WHERE shard = " << shard << " ORDER BY event_id LIMIT " << limit
      << ") o JOIN events e ON e.id = o.event_id";
  write_event_joins(sql);
  sql << "ORDER BY e.id, rs.seat_id";
  sql.end();
  Rows rows = read_from(*chores_, [&](Connection& connection) { return connection.ask(sql, "read the outbox"); });
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
