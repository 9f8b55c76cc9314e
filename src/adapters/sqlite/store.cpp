#include "adapters/sqlite/store.hpp"

#include <atomic>
#include <filesystem>

#include "adapters/sqlite/forgetter.hpp"
#include "adapters/sqlite/id_blocks.hpp"
#include "adapters/sqlite/live_rows.hpp"
#include "adapters/sqlite/loader.hpp"
#include "adapters/sqlite/writer.hpp"

namespace frontrow::sqlite {

namespace {

bool made_current(Connection& connection, bool is_guest) {
  if (is_guest)
    require_current(connection);
  else
    migrate(connection);
  return true;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const StoreSettings& settings, const Clock& clock)
      : settings_(settings),
        clock_(clock),
        connection_(settings.location, Access::read_write, settings.writer),
        is_current_(made_current(connection_, settings.is_guest)),
        checkpointer_(settings.is_guest
                          ? nullptr
                          : std::make_unique<Checkpointer>(connection_, settings.location, settings.checkpoint, settings.writer)),
        ids_(connection_),
        loader_(connection_),
        writer_(connection_),
        forgetter_(connection_),
        last_event_id_(connection_, "SELECT max(id) FROM events") {
    read_marks();
  }
  ~SqliteStore() override {
    if (checkpointer_) checkpointer_->finish();
  }

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override;
  void load(const LoadVisitor& visitor) override;
  EventId last_event() override { return {last_event_.load()}; }
  std::unique_ptr<StoreReader> open_reader() override { return sqlite::open_reader(settings_.location, settings_.reader); }
  Forgotten forget(const KeptSince& since, int limit) override { return forgetter_.forget(since, limit, last_event()); }
  void tend() override {
    if (checkpointer_) checkpointer_->tend();
  }

 private:
  void commit(WriteTransaction& transaction, const WorkingSet* set);
  void read_marks();
  void settle();

  const StoreSettings settings_;
  const Clock& clock_;
  Connection connection_;
  const bool is_current_;
  const std::unique_ptr<Checkpointer> checkpointer_;  // null: a guest
  IdBlocks ids_;
  Loader loader_;
  Writer writer_;
  Forgetter forgetter_;
  Statement last_event_id_;
  std::atomic<std::int64_t> last_event_{0};
  bool is_unsettled_ = false;  // a commit has failed, and a recovery might still find it
};

void SqliteStore::execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
  Keys keys;
  for (const Command* command : batch) command->declare(keys);

  WriteTransaction transaction{connection_};
  ids_.lend(keys, set);
  loader_.load(keys, clock_, set);  // phases 0 … 5
  std::vector<Command*> undecided;
  for (Command* command : batch)  // 6
    if (decide(*command, set) == Verdict::again) undecided.push_back(command);
  if (set.is_changed()) {  // 7
    writer_.write(set, {last_event_});
    ids_.record(set);
    commit(transaction, &set);
    last_event_ = set.last_event.value;
  }
  again.insert(again.end(), undecided.begin(), undecided.end());
}

void SqliteStore::commit(WriteTransaction& transaction, const WorkingSet* set) {
  try {
    transaction.commit();
    is_unsettled_ = false;  // a successful commit has overwritten the failed one
    if (set != nullptr) ids_.committed(*set);
  } catch (const Unavailable& lost) {
    is_unsettled_ |= lost.outcome_unknown;
    if (set != nullptr && lost.outcome_unknown) ids_.lost(*set);
    throw;
  }
}

void SqliteStore::read_marks() {
  ids_.read();
  Rows rows = last_event_id_.rows();
  last_event_ = rows.next() ? rows.integer(0) : 0;
}

// A failed commit has been rolled back here, but its frames may be in the WAL, and a recovery would find them complete.
// The next commit overwrites them.
void SqliteStore::settle() {
  WriteTransaction transaction{connection_};
  ids_.raise_marks();
  commit(transaction, nullptr);
  read_marks();
}

void SqliteStore::load(const LoadVisitor& visitor) {
  if (is_unsettled_) settle();
  load_live_rows(connection_, visitor);
}

// For a file older than sale_time: the newest time in the tables that only grow.
constexpr const char* kNewestOfRows =
    "SELECT max(at) FROM ("
    "  SELECT max(occurred_at) AS at FROM events WHERE id = (SELECT max(id) FROM events)"
    "  UNION ALL SELECT (SELECT at FROM ledger WHERE account = -1 ORDER BY entry_id DESC LIMIT 1)"
    "  UNION ALL SELECT (SELECT at FROM ledger WHERE account = -2 ORDER BY entry_id DESC LIMIT 1)"
    "  UNION ALL SELECT (SELECT issued_at FROM tickets WHERE concert_id = queues.concert_id ORDER BY number DESC LIMIT 1) FROM "
    "queues)";

}  // namespace

std::unique_ptr<Store> open_store(const StoreSettings& settings, const Clock& clock) {
  return std::make_unique<SqliteStore>(settings, clock);
}

TimePoint newest_time(const std::string& location) {
  if (!location.starts_with("file:") && !std::filesystem::exists(location)) return {};
  Connection connection{location, Access::read_only, {}};
  const std::int64_t version = connection.integer("PRAGMA user_version");
  if (version == 0 || version > migrations().back().version) return {};  // open_store() reports this
  const bool has_row = connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'sale_time'") == 1;
  const std::int64_t newest = connection.integer(has_row ? "SELECT newest FROM sale_time WHERE id = 1" : kNewestOfRows);
  return TimePoint{Duration{newest}};
}

}  // namespace frontrow::sqlite
