#include "adapters/mysql/migrations.hpp"

#include <algorithm>

#include "adapters/mysql/failure.hpp"
#include "adapters/sql/schema_age.hpp"
#include "base/log.hpp"

namespace frontrow::mysql {

namespace {

constexpr int kPatienceSeconds = 60;  // for another process that is migrating

std::int64_t integer(Connection& connection, Literal query) {
  Sql sql;
  sql << query;
  sql.end();
  Rows rows = connection.ask(sql, "read the version");
  return rows.next() ? rows.integer(0) : 0;
}

void run(Connection& connection, Literal statement) {
  Sql sql;
  sql << statement;
  sql.end();
  connection.run(sql, "migrate");
}

// The lock is the server's, so its name has the database in it. Freed with the session at the latest.
class MigrationLock {
 public:
  explicit MigrationLock(Connection& connection) : connection_(connection) {
    Sql sql;
    sql << "SELECT GET_LOCK(CONCAT('frontrow.', MD5(DATABASE())), " << kPatienceSeconds << ")";
    sql.end();
    Rows rows = connection.ask(sql, "lock the migration");
    if (!rows.next() || rows.integer(0) != 1)
      throw Unavailable{kStore, "another process has been migrating for " + std::to_string(kPatienceSeconds) + " s"};
  }
  ~MigrationLock() {
    try {
      run(connection_, "DO RELEASE_LOCK(CONCAT('frontrow.', MD5(DATABASE())))");
    } catch (const std::exception&) {
      // The session is gone, and the lock with it.
    }
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  Connection& connection_;
};

sql::SchemaAge age_of(Connection& connection) {
  const std::int64_t columns = integer(connection,
                                       "SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE()"
                                       " AND table_name = 'schema_version' AND column_name IN ('version', 'oldest_program')");
  if (columns == 0 && integer(connection, "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()") != 0)
    throw NotUsable{"the database has tables of another program"};
  sql::SchemaAge age;
  if (columns > 0) age.version = static_cast<int>(integer(connection, "SELECT max(version) FROM schema_version"));
  if (columns > 1) age.oldest_program = static_cast<int>(integer(connection, "SELECT max(oldest_program) FROM schema_version"));
  return age;
}

int last_version(std::span<const Migration> steps) { return steps.empty() ? 0 : steps.back().version; }

void refuse(const std::string& reason) {
  if (!reason.empty()) throw NotUsable{reason};
}

// A table that an older program has made lacks the second column.
void prepare_versions(Connection& steward) {
  run(steward,
      "CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL PRIMARY KEY, oldest_program INT NOT NULL DEFAULT 0)"
      " ENGINE=InnoDB");
  if (integer(steward,
              "SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE()"
              " AND table_name = 'schema_version' AND column_name = 'oldest_program'") == 0)
    run(steward, "ALTER TABLE schema_version ADD COLUMN oldest_program INT NOT NULL DEFAULT 0");
}

void take_step(Connection& steward, const Migration& step) {
  steward.run(Sql::script(step.sql), step.name);
  Sql done;
  done << "INSERT INTO schema_version (version, oldest_program) VALUES (" << step.version << ", " << step.oldest_program << ")";
  done.end();
  steward.run(done, step.name);
}

}  // namespace

MigrationReport migrate(Connection& steward, std::span<const Migration> steps, Others others) {
  const MigrationLock lock{steward};
  const sql::SchemaAge age = age_of(steward);
  const int last = last_version(steps);
  refuse(sql::too_new(age, last));
  const MigrationReport report{.from = age.version, .to = std::max(age.version, last)};
  if (report.from > last)
    log_info("the database is newer than this program, which can use it", {{"from", last}, {"to", report.from}});
  if (report.from == report.to) return report;
  const auto first = std::ranges::find_if(steps, [&](const Migration& step) { return step.version > age.version; });
  if (others == Others::may_be_at_work)
    for (auto step = first; step != steps.end(); ++step) refuse(sql::leap(age, step->version, step->oldest_program));
  prepare_versions(steward);
  for (auto step = first; step != steps.end(); ++step) take_step(steward, *step);
  if (report.from > 0) log_info("the database was migrated", {{"from", report.from}, {"to", report.to}});
  return report;
}

void require_usable(Connection& connection, std::span<const Migration> steps) {
  const sql::SchemaAge age = age_of(connection);
  refuse(sql::too_new(age, last_version(steps)));
  if (age.version < last_version(steps))
    throw NotUsable{"the database is of version " + std::to_string(age.version) + ", older than this program's " +
                    std::to_string(last_version(steps)) + ": run `frontrow migrate` first"};
}

}  // namespace frontrow::mysql
