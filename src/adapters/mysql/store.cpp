#include "adapters/mysql/store.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "adapters/mysql/batch_log.hpp"
#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/feed.hpp"
#include "adapters/mysql/forgetter.hpp"
#include "adapters/mysql/id_blocks.hpp"
#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/loader.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace frontrow::mysql {

namespace {

constexpr int kAttempts = 3;
constexpr std::uint64_t kBackOffMs = 10;  // at most so long before the second attempt, thrice as long before the third
constexpr Duration kAskAgain{20};

class MysqlStore final : public Store {
 public:
  explicit MysqlStore(const StoreSettings& settings)
      : settings_(settings),
        time_(settings.clock),
        session_(settings.primary, Role::writer, settings.connection),
        readers_(settings.readers
                     ? settings.readers
                     : std::make_shared<Pool>(PoolSettings{.endpoint = settings.primary, .connection = settings.connection})) {
    Connection first{settings.primary, Role::writer, settings.connection};
    check_server(first, settings.connection);
    require_current(first);
    last_event_ = last_number(first).value;
  }

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override;
  void load(const LoadVisitor& visitor) override;
  EventId last_event() override;
  std::unique_ptr<StoreReader> open_reader() override { return mysql::open_reader(readers_); }
  int forget_old_keys(TimePoint before, int limit) override;
  void tend() override;

 private:
  void attempt(std::span<Command* const> batch, Patience patience, WorkingSet& set, std::vector<Command*>& again);
  Connection& prepare(const Keys& keys);
  void commit(WriteTransaction& transaction, BatchId id, const WorkingSet& set);
  void back_off(int attempt);
  void settle();

  const StoreSettings settings_;
  const StoreTime time_;
  Session session_;
  const std::shared_ptr<Pool> readers_;
  IdBlocks ids_;
  BatchLog log_;
  Forgetter forgetter_;
  SystemRandom dice_;
  std::atomic<std::int64_t> last_event_{0};
  TimePoint newest_{};                  // time seen: the database's may be set back
  std::vector<BatchId> unsettled_;      // nobody could say what became of them
  std::size_t impatient_commands_ = 0;  // of a batch that was Contended, and comes again in parts
};

void MysqlStore::execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
  const bool is_impatient = impatient_commands_ > 0;
  impatient_commands_ -= std::min(impatient_commands_, batch.size());
  const Traffic before = session_.traffic();
  std::vector<Command*> undecided;
  int attempts = 1;
  for (;; ++attempts) {
    try {
      set = {};
      undecided.clear();
      attempt(batch, is_impatient ? Patience::none : Patience::wait, set, undecided);
      break;
    } catch (const Contended&) {
      if (is_impatient || attempts == kAttempts) {
        if (batch.size() > 1) impatient_commands_ += batch.size();
        throw;
      }
      back_off(attempts);
    }
  }
  const Traffic& after = session_.traffic();
  settings_.on_batch(
      {.traffic = {.statements = after.statements - before.statements, .round_trips = after.round_trips - before.round_trips},
       .attempts = attempts});
  again.insert(again.end(), undecided.begin(), undecided.end());
}

void MysqlStore::attempt(std::span<Command* const> batch, Patience patience, WorkingSet& set, std::vector<Command*>& again) {
  Keys keys;
  for (const Command* command : batch) command->declare(keys);
  Connection& connection = prepare(keys);

  WriteTransaction transaction{connection};
  ids_.lend(connection, keys, set);
  Loader{connection, time_, patience, keys, set}.load();  // phases 0 … 5
  newest_ = set.now = std::max(newest_, set.now);
  for (Command* command : batch)  // 6
    if (decide(*command, set) == Verdict::again) again.push_back(command);
  set.last_event = {last_event_.load()};
  if (!set.is_changed()) return;
  Sql marks;
  ids_.record(set, marks);
  const BatchId id = BatchLog::new_id();
  Writer{connection, set}.write(std::move(marks), id);  // 7
  commit(transaction, id, set);
  log_.done(id);
}

// What has to be committed before the batch is begun.
Connection& MysqlStore::prepare(const Keys& keys) {
  try {
    settle();
    Connection& connection = session_.ready();
    ids_.provide(connection, keys);
    return connection;
  } catch (const Unavailable& lost) {
    throw before_commit(lost);
  }
}

// Returns when the batch is committed, and throws Unavailable when it is not, or when nobody can say.
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

// Before anything else: a batch that is still under way could be committed after what is read now.
void MysqlStore::settle() {
  while (!unsettled_.empty()) {
    log_.settle(session_, unsettled_.back());
    log_.done(unsettled_.back());
    unsettled_.pop_back();
  }
}

void MysqlStore::load(const LoadVisitor& visitor) {
  settle();
  Connection steward{settings_.primary, Role::steward, settings_.connection};
  load_live_rows(steward, visitor);
}

EventId MysqlStore::last_event() {
  const Pool::Lease lease = readers_->take();
  last_event_ = last_number(lease.connection()).value;
  return {last_event_.load()};
}

void MysqlStore::tend() {
  try {
    Connection& connection = session_.ready();
    ids_.provide_ahead(connection);
    log_.trim(connection);
  } catch (const std::exception& busy) {
    throw before_commit(busy);
  }
}

int MysqlStore::forget_old_keys(TimePoint before, int limit) {
  try {
    return forgetter_.forget(session_.ready(), before, limit);
  } catch (const Contended& busy) {
    throw before_commit(busy);
  }
}

}  // namespace

MigrationReport migrate_database(const Endpoint& primary) {
  Connection steward{primary, Role::steward, {}};
  return migrate(steward);
}

std::unique_ptr<Store> open_store(const StoreSettings& settings) { return std::make_unique<MysqlStore>(settings); }

}  // namespace frontrow::mysql
