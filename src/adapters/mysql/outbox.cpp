// The relay's side of the outbox.
//
// An old snapshot keeps the index entries of delivered rows. So a search in a shard begins behind the rows that are known to be
// delivered: all up to the settled events (feed.hpp), but those that were found pending. It ends at a row that stands for the end
// of the shard. Once a minute it begins further back, for the case that an event was committed unbelievably late, or that a server
// has lost the newest commits.
#include <algorithm>
#include <array>

#include "adapters/mysql/event_rows.hpp"
#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/feed.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_time.hpp"

namespace frontrow::mysql {

namespace {

constexpr std::int64_t kEnd = INT64_MAX;     // in the last row of each shard, which is no event
constexpr std::int64_t kLookBack = 200'000;  // ids
constexpr Duration kLookBackEvery = std::chrono::minutes{1};

void write_shards(Sql& sql, std::span<const int> shards) {
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
  std::int64_t begin_of(int shard) const;

  const StoreTime time_;
  const std::shared_ptr<Pool> chores_;
  Session writer_;                                       // only while there are events
  std::array<std::int64_t, kOutboxShards> delivered_{};  // of each shard, all events up to this id
  std::int64_t settled_ = 0;
  FeedGap gap_;
  bool looks_back_ = true;  // in this round
  std::chrono::steady_clock::time_point look_back_at_{};
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

std::int64_t MysqlOutbox::begin_of(int shard) const {
  const std::int64_t delivered = delivered_[static_cast<std::size_t>(shard)];
  return looks_back_ ? std::max<std::int64_t>(0, delivered - kLookBack) : delivered;
}

// Each statement by itself: taking a lease twice is harmless, and what was read last counts.
std::vector<int> MysqlOutbox::take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) {
  if (shards.empty()) return {};
  Sql sql;
  sql << "INSERT INTO relay_leases (shard, owner, ends_at, delivered) VALUES ";
  for (const int shard : shards) {
    sql << (shard == shards.front() ? Literal{"("} : Literal{", ("}) << shard << ", " << owner << ", ";
    time_.write(sql);
    sql << " + " << ttl.count() << ", " << delivered_[static_cast<std::size_t>(shard)] << ")";
  }
  // Assignments run from left to right: the second sees the owner that the first has set.
  sql << " ON DUPLICATE KEY UPDATE owner = IF(ends_at <= ";
  time_.write(sql);
  sql << ", VALUES(owner), owner), ends_at = IF(owner = VALUES(owner), VALUES(ends_at), ends_at),"
         " delivered = IF(owner = VALUES(owner), GREATEST(delivered, VALUES(delivered)), delivered)";
  sql.end();
  sql << "SELECT shard, delivered FROM relay_leases FORCE INDEX (PRIMARY) WHERE owner = " << owner << " AND ";
  write_shards(sql, shards);
  sql << " ORDER BY shard";
  sql.end();
  return read_from(*chores_, [&](Connection& connection) {
    std::vector<int> taken;
    std::vector<Rows> results = connection.run(sql, "take leases");
    while (results[1].next()) {
      taken.push_back(static_cast<int>(results[1].integer(0)));
      std::int64_t& delivered = delivered_.at(static_cast<std::size_t>(taken.back()));
      delivered = std::max(delivered, results[1].integer(1));
    }
    return taken;
  });
}

bool MysqlOutbox::has_news(std::span<const int> shards) {
  looks_back_ = steady_now() >= look_back_at_;
  if (looks_back_) look_back_at_ = steady_now() + kLookBackEvery;
  Sql sql;
  sql << "SELECT EXISTS (SELECT 1 FROM outbox FORCE INDEX (PRIMARY) WHERE ";
  for (const int shard : shards) {
    if (shard != shards.front()) sql << " OR ";
    sql << "(shard = " << shard << " AND event_id > " << begin_of(shard) << " AND event_id < " << kEnd << ")";
  }
  sql << ") OR EXISTS (SELECT 1 FROM events FORCE INDEX (idx_event_feed) WHERE feed_id IS NULL AND id > "
      << std::max<std::int64_t>(0, settled_ - (looks_back_ ? kLookBack : 0)) << "), (SELECT settled FROM feed WHERE id = 1)";
  sql.end();
  return read_from(*chores_, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "look for events");
    if (!rows.next()) return false;
    settled_ = rows.integer(1);
    return rows.integer(0) != 0;
  });
}

std::vector<OutboxRow> MysqlOutbox::pending(int shard, int limit) {
  Sql sql;
  write_event_columns(sql, "e.id");
  sql << " FROM (SELECT event_id FROM outbox FORCE INDEX (PRIMARY) WHERE shard = " << shard << " AND event_id > " << begin_of(shard)
      << " AND event_id < " << kEnd << " ORDER BY event_id LIMIT " << limit << ") o JOIN events e ON e.id = o.event_id";
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
  std::int64_t& delivered = delivered_.at(static_cast<std::size_t>(shard));
  delivered = std::max(delivered, found.empty() ? settled_ : std::min(settled_, found.front().id.value - 1));
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
  return at_edge([&] {
    const Numbered numbered = mysql::number_events(writer_.ready(), limit, &gap_, looks_back_ ? kLookBack : 0);
    settled_ = numbered.settled;
    return numbered.last;
  });
}

}  // namespace

std::unique_ptr<Outbox> open_outbox(const StoreSettings& settings) { return std::make_unique<MysqlOutbox>(settings); }

}  // namespace frontrow::mysql
