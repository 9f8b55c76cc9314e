#include "adapters/sqlite/migrations.hpp"

#include <algorithm>

#include "adapters/sql/schema_age.hpp"
#include "base/log.hpp"

namespace frontrow::sqlite {

namespace {

constexpr std::int64_t kApplicationId = 0x66726F77;  // "frow", in the file's header

sql::SchemaAge age_of(Connection& connection) {
  const bool is_empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_empty && connection.integer("PRAGMA application_id") != kApplicationId)
    throw NotUsable{"the database file was made by another program"};
  sql::SchemaAge age{.version = static_cast<int>(connection.integer("PRAGMA user_version"))};
  // Older programs keep no record of the steps.
  if (connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'") == 1)
    age.oldest_program = static_cast<int>(connection.integer("SELECT max(oldest_program) FROM schema_version"));
  return age;
}

int last_version(std::span<const Migration> steps) { return steps.empty() ? 0 : steps.back().version; }

void refuse_too_new(const sql::SchemaAge& age, std::span<const Migration> steps) {
  if (const std::string reason = sql::too_new(age, last_version(steps)); !reason.empty()) throw NotUsable{reason};
}

void take_step(Connection& connection, const Migration& step) {
  WriteTransaction transaction{connection};
  connection.run(step.sql);
  // Foreign keys are off during a step, so that it may rebuild a table that others refer to.
  if (connection.integer("SELECT count(*) FROM pragma_foreign_key_check") != 0)
    throw NotUsable{std::string{"migration "} + step.name + " leaves a row pointing nowhere"};
  connection.run("PRAGMA application_id=" + std::to_string(kApplicationId));
  connection.run("PRAGMA user_version=" + std::to_string(step.version));
  connection.run(
      "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, oldest_program INTEGER NOT NULL) STRICT;"
      "INSERT INTO schema_version (version, oldest_program) VALUES (" +
      std::to_string(step.version) + ", " + std::to_string(step.oldest_program) + ")");
  transaction.commit();
}

}  // namespace

MigrationReport migrate(Connection& connection, std::span<const Migration> steps) {
  const sql::SchemaAge age = age_of(connection);
  const int last = last_version(steps);
  refuse_too_new(age, steps);
  const MigrationReport report{.from = age.version, .to = std::max(age.version, last)};
  if (report.from > last)
    log_info("the database is newer than this program, which can use it", {{"from", last}, {"to", report.from}});
  if (report.from == report.to) return report;
  connection.run("PRAGMA foreign_keys=OFF");
  for (const Migration& step : steps)
    if (step.version > report.from) take_step(connection, step);
  connection.run("PRAGMA foreign_keys=ON");
  if (report.from > 0) log_info("the database was migrated", {{"from", report.from}, {"to", report.to}});
  return report;
}

bool is_too_new(Connection& connection, std::span<const Migration> steps) {
  return !sql::too_new(age_of(connection), last_version(steps)).empty();
}

void require_usable(Connection& connection, std::span<const Migration> steps) {
  const sql::SchemaAge age = age_of(connection);
  refuse_too_new(age, steps);
  if (age.version < last_version(steps))
    throw NotUsable{"the database is of version " + std::to_string(age.version) + ", older than this program's " +
                    std::to_string(last_version(steps)) + ": run `frontrow migrate` first"};
}

}  // namespace frontrow::sqlite
