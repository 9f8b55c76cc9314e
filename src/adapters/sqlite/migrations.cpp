#include "adapters/sqlite/migrations.hpp"

#include "base/log.hpp"

namespace frontrow::sqlite {

namespace {

constexpr std::int64_t kApplicationId = 0x66726F77;  // "frow", in the file's header

int version_of(Connection& connection) {
  const bool is_empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_empty && connection.integer("PRAGMA application_id") != kApplicationId)
    throw NotUsable{"the database file was made by another program"};
  return static_cast<int>(connection.integer("PRAGMA user_version"));
}

int last_version(std::span<const Migration> steps) { return steps.empty() ? 0 : steps.back().version; }

void refuse_newer(int version, std::span<const Migration> steps) {
  if (version <= last_version(steps)) return;
  throw NotUsable{"the database is of version " + std::to_string(version) + " and this program knows versions up to " +
                  std::to_string(last_version(steps)) + ": use a newer frontrow"};
}

void take_step(Connection& connection, const Migration& step) {
  WriteTransaction transaction{connection};
  connection.run(step.sql);
  // Foreign keys are off during a step, so that it may rebuild a table that others refer to.
  if (connection.integer("SELECT count(*) FROM pragma_foreign_key_check") != 0)
    throw NotUsable{std::string{"migration "} + step.name + " leaves a row pointing nowhere"};
  connection.run("PRAGMA application_id=" + std::to_string(kApplicationId));
  connection.run("PRAGMA user_version=" + std::to_string(step.version));
  transaction.commit();
}

}  // namespace

MigrationReport migrate(Connection& connection, std::span<const Migration> steps) {
  MigrationReport report{.from = version_of(connection), .to = last_version(steps)};
  refuse_newer(report.from, steps);
  if (report.from == report.to) return report;
  connection.run("PRAGMA foreign_keys=OFF");
  for (const Migration& step : steps)
    if (step.version > report.from) take_step(connection, step);
  connection.run("PRAGMA foreign_keys=ON");
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

}  // namespace frontrow::sqlite
