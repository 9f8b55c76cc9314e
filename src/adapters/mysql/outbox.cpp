// The relay's side of the outbox.
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
        reader_(settings.primary, Role::reader, settings.connection) {}
  bool take_lease(int shard, std::int64_t owner, Duration ttl) override;
  std::vector<OutboxRow> pending(int shard, int limit) override;
  void delivered(int shard, std::span<const OutboxId> ids) override;
  EventId number_events(int limit) override;

 private:
  // Runs `write` in a transaction of the writer's. The port knows no Contended: the caller comes again by itself.
  template <class Write>
  auto in_transaction(Write write);

  const StoreTime time_;
  Session writer_, reader_;
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

bool MysqlOutbox::take_lease(int shard, std::int64_t owner, Duration ttl) {
  Sql sql;
  sql << "INSERT INTO relay_leases (shard, owner, ends_at) VALUES (" << shard << ", " << owner << ", ";
  time_.write(sql);
  // Assignments run from left to right: the second sees the owner that the first has set.
  sql << " + " << ttl.count() << ") ON DUPLICATE KEY UPDATE owner = IF(ends_at <= ";
  time_.write(sql);
  sql << ", VALUES(owner), owner), ends_at = IF(owner = VALUES(owner), VALUES(ends_at), ends_at)";
  sql.end();
  sql << "SELECT owner FROM relay_leases WHERE shard = " << shard;
  sql.end();
  return in_transaction([&](Connection& connection) {
    std::vector<Rows> results = connection.run(sql, "take a lease");
    return results[1].next() && results[1].integer(0) == owner;
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
  Rows rows = at_edge([&] { return reader_.ready().ask(sql, "read the outbox"); });
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
