#include "adapters/mysql/migrations.hpp"

#include "adapters/mysql/failure.hpp"
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

int version_of(Connection& connection) {
  const bool is_ours = integer(connection,
                               "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
                               " AND table_name = 'schema_version'") == 1;
  if (is_ours) return static_cast<int>(integer(connection, "SELECT max(version) FROM schema_version"));
  if (integer(connection, "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()") != 0)
    throw NotUsable{"the database has tables of another program"};
  return 0;
}

int last_version(std::span<const Migration> steps) { return steps.empty() ? 0 : steps.back().version; }

void refuse_newer(int version, std::span<const Migration> steps) {
  if (version <= last_version(steps)) return;
  throw NotUsable{"the database is of version " + std::to_string(version) + " and this program knows versions up to " +
                  std::to_string(last_version(steps)) + ": use a newer frontrow"};
}

}  // namespace

MigrationReport migrate(Connection& steward, std::span<const Migration> steps) {
  const MigrationLock lock{steward};
  MigrationReport report{.from = version_of(steward), .to = last_version(steps)};
  refuse_newer(report.from, steps);
  if (report.from == report.to) return report;
  run(steward, "CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL PRIMARY KEY) ENGINE=InnoDB");
  for (const Migration& step : steps) {
    if (step.version <= report.from) continue;
    steward.run(Sql::script(step.sql), step.name);
    Sql done;
    done << "INSERT INTO schema_version (version) VALUES (" << step.version << ")";
    done.end();
    steward.run(done, step.name);
  }
  if (report.from > 0) log_info("the database was migrated", {{"from", report.from}, {"to", report.to}});
  return report;
}

void require_current(Connection& connection, std::span<const Migration> steps) {
  const int version = version_of(connection);
  refuse_newer(version, steps);
  if (version < last_version(steps))
    throw NotUsable{"the database is of version " + std::to_string(version) + ", older than this program's " +
                    std::to_string(last_version(steps)) + ": run `frontrow migrate` first"};
}

}  // namespace frontrow::mysql
