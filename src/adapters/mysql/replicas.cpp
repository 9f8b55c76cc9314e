#include "adapters/mysql/replicas.hpp"

#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/store_time.hpp"

namespace frontrow::mysql {

namespace {
constexpr Duration kBeatEvery{400};
constexpr Duration kAnswersWithin{500};  // a replica that is worth asking
}  // namespace

Replicas::Replicas(const Endpoint& primary, ReplicaSettings settings)
    : most_behind_(settings.most_behind),
      primary_(settings.primary
                   ? settings.primary
                   : std::make_shared<Pool>(PoolSettings{.endpoint = primary, .connection = settings.connection, .most = 1})) {
  for (Endpoint& endpoint : settings.endpoints) {
    auto replica = std::make_unique<Replica>();
    replica->address = endpoint.host + ":" + std::to_string(endpoint.port);
    replica->pool = std::make_shared<Pool>(
        PoolSettings{.endpoint = std::move(endpoint), .connection = settings.connection, .most = settings.connections_each});
    replicas_.push_back(std::move(replica));
  }
}

// The primary's time a moment ago. Replicas are looked at after it, and at least as far behind as it says. Where another pod has
// beaten just now, nothing is written: the primary has two beats a second to commit, however many pods there are.
TimePoint Replicas::beat() {
  const StoreTime time{nullptr};
  Sql sql;
  sql << "UPDATE heartbeat SET at = LAST_INSERT_ID(IF(at BETWEEN ";
  time.write(sql);
  sql << " - " << kBeatEvery.count() << " AND ";
  time.write(sql);
  sql << ", at, ";
  time.write(sql);
  sql << ")) WHERE id = 1";
  sql.end();
  const Rows beaten = read_from(*primary_, [&](Connection& connection) { return connection.ask(sql, "beat"); });
  return TimePoint{Duration{beaten.insert_id()}};
}

void Replicas::measure() {
  if (replicas_.empty()) return;
  const TimePoint now = at_edge([this] { return beat(); });
  const auto is_done = [](const Replica& replica, std::chrono::steady_clock::time_point until) {
    return !replica.look.valid() || replica.look.wait_until(until) == std::future_status::ready;
  };
  const auto started = steady_now(), until = started + kAnswersWithin;
  for (const auto& replica : replicas_)
    if (is_done(*replica, started))
      replica->look = std::async(std::launch::async, [=, this, &replica] { look_at(*replica, now, until); });
  for (const auto& replica : replicas_) {
    if (is_done(*replica, until)) continue;
    replica->behind_ms = -1;
    replica->is_fit = false;
  }
}

void Replicas::look_at(Replica& replica, TimePoint now, std::chrono::steady_clock::time_point until) const {
  try {
    Sql sql;
    sql << "SELECT at FROM heartbeat WHERE id = 1";
    sql.end();
    Rows rows = read_from(*replica.pool, [&](Connection& connection) { return connection.ask(sql, "read the heartbeat"); });
    const Duration behind = rows.next() ? std::max(Duration{0}, now - rows.time(0)) : Duration::max();
    replica.behind_ms = behind.count();
    replica.is_fit = behind <= most_behind_ && steady_now() <= until;
  } catch (const std::exception&) {
    replica.behind_ms = -1;
    replica.is_fit = false;
  }
}

std::shared_ptr<Pool> Replicas::next() {
  for (std::size_t tries = 0; tries < replicas_.size(); ++tries) {
    const Replica& replica = *replicas_[turn_.fetch_add(1) % replicas_.size()];
    if (replica.is_fit) return replica.pool;
  }
  return nullptr;
}

void Replicas::leave_out(const Pool& pool) {
  for (const auto& replica : replicas_)
    if (replica->pool.get() == &pool) replica->is_fit = false;
}

std::vector<ReplicaState> Replicas::states() const {
  std::vector<ReplicaState> states;
  for (const auto& replica : replicas_) {
    const std::int64_t behind = replica->behind_ms;
    states.push_back({.address = replica->address,
                      .is_fit = replica->is_fit,
                      .behind = behind < 0 ? std::nullopt : std::optional{Duration{behind}}});
  }
  return states;
}

}  // namespace frontrow::mysql
