#include "adapters/mysql/store.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "adapters/mysql/batch_log.hpp"
#include "adapters/mysql/deed_rows.hpp"
#include "adapters/mysql/deed_triggers.hpp"
#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/feed.hpp"
#include "adapters/mysql/forgetter.hpp"
#include "adapters/mysql/id_blocks.hpp"
#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/loader.hpp"
#include "base/boundary.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace frontrow::mysql {

namespace {

constexpr int kAttempts = 3;  // of a batch that met a deadlock
constexpr int kPartings = 8;  // partings of a batch from commands with busy rows: each time all such commands leave that are found
constexpr int kLines = 2;     // that a batch waits in for the version of a seat map, while others commit there
constexpr std::uint64_t kBackOffMs = 10;  // at most so long before the second attempt, thrice as long before the third
constexpr Duration kAskAgain{20};

std::shared_ptr<Pool> pool_or_own(std::shared_ptr<Pool> given, const StoreSettings& settings) {
  if (given) return given;
  return std::make_shared<Pool>(PoolSettings{.endpoint = settings.primary, .connection = settings.connection});
}

std::map<ScheduleId, std::int64_t> read_versions_of(Connection& connection, const std::vector<ScheduleId>& schedules) {
  Sql sql;
  in_stretches(schedules, [&](auto stretch) {
    sql << "SELECT id, version FROM schedules WHERE id IN " << List{stretch};
    sql.end();
  });
  std::map<ScheduleId, std::int64_t> versions;
  if (schedules.empty()) return versions;
  for (Rows& rows : connection.run(sql, "read the versions of seat maps"))
    while (rows.next()) versions.emplace(rows.id<ScheduleId>(0), rows.integer(1));
  return versions;
}

class MysqlStore final : public Store {
 public:
  explicit MysqlStore(const StoreSettings& settings)
      : settings_(settings),
        time_(settings.clock),
        session_(settings.primary, Role::writer, settings.connection),
        readers_(pool_or_own(settings.readers, settings)),
        chores_(pool_or_own(settings.chores, settings)),
        forgetter_(time_, settings.owner) {
    Connection first{settings.primary, Role::writer, settings.connection};
    server_ = check_server(first, settings.connection);
    require_current(first);
    last_event_ = last_number(first).value;
  }

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override;
  void load(const LoadVisitor& visitor) override;
  EventId last_event() override;
  std::unique_ptr<StoreReader> open_reader() override { return mysql::open_reader(readers_); }
  Forgotten forget(const KeptSince& since, int limit) override;
  void tend() override;

 private:
  using Commands = std::vector<Command*>;
  void attempt(const Commands& batch, Patience& patience, WorkingSet& set, Commands& again);
  void write(Connection& connection, WorkingSet& set, BatchId id);
  Commands run(Commands batch, WorkingSet& set, int& attempts);
  void part(const Blocked& blocked, Commands& ready, Commands& busy);
  Blocked blocked_schedules(const WorkingSet& set);
  Connection& prepare(const Keys& keys);
  void commit(WriteTransaction& transaction, BatchId id, const WorkingSet& set);
  void back_off(int attempt);
  void settle();

  const StoreSettings settings_;
  const StoreTime time_;
  Session session_;
  std::string server_;  // the one that the readers know
  const std::shared_ptr<Pool> readers_, chores_;
  IdBlocks ids_;
  BatchLog log_;
  Forgetter forgetter_;
  BusyRows busy_rows_;
  std::map<ScheduleId, std::int64_t> waited_for_;  // dates, with the version after the last wait in vain
  SystemRandom dice_;
  std::atomic<std::int64_t> last_event_{0};
  TimePoint newest_{};              // time seen: the database's may be set back
  std::vector<BatchId> unsettled_;  // batches with an unknown outcome
};

void MysqlStore::execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
  const Traffic before = session_.traffic();
  again.reserve(again.size() + batch.size());  // after the commit nothing may fail any more
  int attempts = 1;
  const Commands undecided = run({batch.begin(), batch.end()}, set, attempts);
  again.insert(again.end(), undecided.begin(), undecided.end());
  const Traffic& after = session_.traffic();
  contained("cost of a batch", [&] {
    settings_.on_batch(
        {.traffic = {.statements = after.statements - before.statements, .round_trips = after.round_trips - before.round_trips},
         .attempts = attempts});
  });
}

// Returns the commands that are not decided: another session has locked their rows, or they declined to be decided in this batch.
MysqlStore::Commands MysqlStore::run(Commands batch, WorkingSet& set, int& attempts) {
  Patience patience{settings_.connection.row_patience};
  Commands busy, undecided;
  int lines = 0;
  busy.reserve(2 * batch.size());
  undecided.reserve(batch.size());
  part(busy_rows_.refused(steady_now()), batch, busy);
  for (int partings = 0; !batch.empty();) {
    Blocked blocked;
    try {
      set = {};
      undecided.clear();
      attempt(batch, patience, set, undecided);
      busy.insert(busy.end(), undecided.begin(), undecided.end());
      return busy;
    } catch (const LockedOutOfOrder&) {
      continue;
    } catch (const RowsBusy& rows) {
      blocked = rows.blocked;
    } catch (const Waited&) {
      blocked = blocked_schedules(set);
      if (blocked.is_empty()) {
        if (set.versions.empty() || ++lines == kLines) throw;
        continue;
      }
    } catch (const Contended&) {
      if (attempts == kAttempts) throw;
      back_off(attempts++);
      continue;
    } catch (const ReadOnly&) {  // a failover: the next connection is made to wherever the address leads now
      if (attempts++ == kAttempts) throw;
      continue;
    }
    if (++partings > kPartings) throw RowsBusy{std::move(blocked)};
    busy_rows_.remember(blocked, steady_now());
    part(blocked, batch, busy);
  }
  set = {};
  return busy;
}

// Takes out of `ready` the commands that cannot be decided without these rows.
void MysqlStore::part(const Blocked& blocked, Commands& ready, Commands& busy) {
  if (blocked.is_empty()) return;
  std::erase_if(ready, [&](Command* command) {
    Keys keys;
    command->declare(keys);
    const bool names_locked =
        std::ranges::any_of(keys.reservations, [&](ReservationId id) { return blocked.reservations.contains(id); });
    const bool must_go = blocked.concerns(keys) || (names_locked && !command->leave_out(blocked.reservations));
    if (must_go) busy.push_back(command);
    return must_go;
  });
}

// After a batch that waited in vain for the version of a seat map, and was rolled back: finds the map's date, and the rows that
// belong to it. A date whose version was raised meanwhile is not blocked, though its row is locked: other pods commit there, one
// after another, and the line is long.
Blocked MysqlStore::blocked_schedules(const WorkingSet& set) {
  std::vector<ScheduleId> schedules;
  for (const auto& [schedule, version] : set.versions) schedules.push_back(schedule);
  Connection& connection = session_.ready();
  const WriteTransaction looked_at{connection};
  const auto now = read_versions_of(connection, schedules);
  Patience none{Duration{0}};
  Blocked blocked;
  for (const ScheduleId id : RowLocks{connection, none, busy_rows_}.busy_among(schedules, lock_schedules)) {
    const auto version = now.find(id);
    if (version == now.end()) continue;
    const Schedule* read = set.schedule(id);  // null: no command of the batch names the date
    if (read != nullptr) waited_for_.try_emplace(id, read->version);
    const auto before = waited_for_.find(id);
    if (before != waited_for_.end() && before->second == version->second)
      blocked.schedules.insert(id);
    else
      busy_rows_.forget(id);
  }
  if (waited_for_.size() > BusyRows::kMost) waited_for_.clear();
  for (const auto& [id, version] : now) waited_for_.insert_or_assign(id, version);
  for (const auto& [id, record] : set.seats)
    if (blocked.schedules.contains(record.seat.place.schedule)) blocked.seats.insert(id);
  for (const auto& [id, record] : set.reservations)
    if (blocked.schedules.contains(record.reservation.schedule)) blocked.reservations.insert(id);
  return blocked;
}

void MysqlStore::attempt(const Commands& batch, Patience& patience, WorkingSet& set, Commands& again) {
  Keys keys;
  for (const Command* command : batch) command->declare(keys);
  Connection& connection = prepare(keys);

  WriteTransaction transaction{connection};
  try {
    ids_.lend(connection, keys, set);
  } catch (const Waited&) {
    throw RowsBusy{{.catalog_ids = true}};
  }
  Loader{connection, time_, {connection, patience, busy_rows_}, keys, set}.load();  // phases 0 … 5
  newest_ = set.now = std::max(newest_, set.now);
  for (Command* command : batch)  // 6
    if (decide(*command, set) == Verdict::again) again.push_back(command);
  set.stored_tickets.reset();
  set.last_event = {last_event_.load()};
  if (!set.is_changed()) return;
  const BatchId id = BatchLog::new_id();
  write(connection, set, id);  // 7
  commit(transaction, id, set);
  log_.done(id);
}

void MysqlStore::write(Connection& connection, WorkingSet& set, BatchId id) {
  Sql marks;
  ids_.record(set, marks);
  write_deeds(connection, set, marks);
  const bool is_suspected =
      std::ranges::any_of(set.versions, [&](const auto& version) { return busy_rows_.suspects(version.first); });
  Writer{connection, set, is_suspected}.write(std::move(marks), id);
}

// Commits the work that must be committed before the batch begins.
Connection& MysqlStore::prepare(const Keys& keys) {
  try {
    settle();
    Connection& connection = session_.ready();
    // Readers are still connected to the former primary, which may answer as a replica.
    if (session_.server() != server_) readers_->renew(), chores_->renew(), server_ = session_.server();
    ids_.provide(connection, keys);
    return connection;
  } catch (const ReadOnly&) {
    throw;
  } catch (const std::exception& failed) {  // of a lock on the marks of ids, too: no part of the batch can do without them
    throw before_commit(failed);
  }
}

// Returns when the batch is committed. Throws Unavailable when it is not, or when its outcome is unknown.
void MysqlStore::commit(WriteTransaction& transaction, BatchId id, const WorkingSet& set) {
  ids_.taken(set);
  try {
    return transaction.commit();
  } catch (const Unavailable& lost) {
    const auto until = steady_now() + settings_.settle_timeout;
    for (;;) {
      try {
        if (log_.settle(session_, id) == BatchLog::Fate::committed) return;
        break;
      } catch (const Unavailable& unasked) {
        if (steady_now() < until) {
          std::this_thread::sleep_for(kAskAgain);
          continue;
        }
        unsettled_.push_back(id);
        Unavailable unknown = unasked;
        unknown.outcome_unknown = true;
        throw unknown;
      }
    }
    log_.done(id);
    throw before_commit(lost);
  }
}

void MysqlStore::back_off(int attempt) {
  const std::uint64_t most = attempt == 1 ? kBackOffMs : 3 * kBackOffMs;
  std::this_thread::sleep_for(Duration{static_cast<std::int64_t>(dice_.below(most))});
}

// Before anything else: a batch that is still under way could be committed after the reads that follow.
void MysqlStore::settle() {
  while (!unsettled_.empty()) {
    log_.settle(session_, unsettled_.back());
    log_.done(unsettled_.back());
    unsettled_.pop_back();
  }
}

void MysqlStore::load(const LoadVisitor& visitor) {
  settle();
  at_edge([&] {
    Connection steward{settings_.primary, Role::steward, settings_.connection};
    load_live_rows(steward, visitor);
  });
}

EventId MysqlStore::last_event() {
  last_event_ = read_from(*chores_, [](Connection& connection) { return last_number(connection); }).value;
  return {last_event_.load()};
}

void MysqlStore::tend() {
  at_edge([this] {
    Connection& connection = session_.ready();
    ids_.provide_ahead(connection);
    log_.trim(connection);
  });
}

Forgotten MysqlStore::forget(const KeptSince& since, int limit) {
  return at_edge([&] { return forgetter_.forget(session_.ready(), since, limit); });
}

}  // namespace

MigrationReport migrate_database(const Endpoint& primary) {
  Connection steward{primary, Role::steward, {}};
  const MigrationReport report = migrate(steward);
  ensure_deed_triggers(steward);
  return report;
}

std::unique_ptr<Store> open_store(const StoreSettings& settings) { return std::make_unique<MysqlStore>(settings); }

}  // namespace frontrow::mysql
