#include "adapters/mysql/replicas.hpp"

#include <algorithm>

#include "adapters/mysql/store_time.hpp"

namespace frontrow::mysql {

namespace {
constexpr Duration kAnswersWithin{500};  // a replica that is worth asking
constexpr Duration kBeatEvery{400};      // below the interval of measure(), so that one pod goes on and the others need not
}  // namespace

Replicas::Replicas(std::shared_ptr<Pool> primary, ReplicaSettings settings)
    : most_behind_(settings.most_behind), primary_(std::move(primary)) {
  for (Endpoint& endpoint : settings.endpoints) {
    auto replica = std::make_unique<Replica>();
    replica->address = endpoint.host + ":" + std::to_string(endpoint.port);
    replica->pool = std::make_shared<Pool>(
        PoolSettings{.endpoint = std::move(endpoint), .connection = settings.connection, .most = settings.connections_each});
    replicas_.push_back(std::move(replica));
  }
}

// The newest heartbeat. A pod writes one where the last is too old; it is a statement by itself, so a session of readers will do.
// The pod that has written the last one writes first, the others look first: each mostly asks one statement.
TimePoint Replicas::beat() {
  return read_from(*primary_, [this](Connection& connection) {
    if (is_beating_)
      if (const auto written = write_heartbeat(connection)) return *written;
    Sql look;
    look << "SELECT at, ";
    StoreTime{nullptr}.write(look);
    look << " FROM heartbeat WHERE id = 1";
    look.end();
    Rows rows = connection.ask(look, "look at the heartbeat");
    if (!rows.next()) return TimePoint{};
    const TimePoint at = rows.time(0), now = rows.time(1);
    is_beating_ = now - at >= beat_every() || at > now;
    if (!is_beating_) return at;
    return write_heartbeat(connection).value_or(at);
  });
}

Duration Replicas::beat_every() const { return std::min(kBeatEvery, most_behind_ / 2); }

// Nothing: another pod was quicker. A heartbeat of the future is of a clock that was set back.
std::optional<TimePoint> Replicas::write_heartbeat(Connection& connection) const {
  const StoreTime time{nullptr};
  Sql sql;
  sql << "UPDATE heartbeat SET at = LAST_INSERT_ID(";
  time.write(sql);
  sql << ") WHERE id = 1 AND (at <= ";
  time.write(sql);
  sql << " - " << beat_every().count() << " OR at > ";
  time.write(sql);
  sql << ")";
  sql.end();
  const Rows written = connection.ask(sql, "beat");
  if (written.touched() == 0) return std::nullopt;
  return TimePoint{Duration{written.insert_id()}};
}

void Replicas::measure() {
  if (replicas_.empty()) return;
  const TimePoint now = beat();
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
