#include "adapters/sqlite/audit.hpp"

#include "adapters/sql/audit_rules.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/statement.hpp"

namespace frontrow::sqlite {

namespace {

bool has_content(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return !missing && size > 0;
}

// The location of a database that no server uses, to read it without leaving a trace.
std::string location_at_rest(const std::filesystem::path& file) {
  std::filesystem::path wal = file, index = file;
  wal += "-wal";
  index += "-shm";
  if (!has_content(wal)) return uri_of(file, "mode=ro&immutable=1");
  // SQLite reads the WAL with an index of its own in memory. Without the file (a copied database) it has to make one.
  return uri_of(file, std::filesystem::exists(index) ? "mode=ro&readonly_shm=1" : "mode=ro");
}

AuditLine check(Connection& connection, const AuditRule& rule) {
  const ReadTransaction snapshot{connection};
  Statement checked{connection, rule.checked.text}, broken{connection, within(rule.broken, {})};
  Rows count = checked.rows(), found = broken.rows();
  AuditLine line = audit_line(rule, count);
  add_broken(line, found);
  return line;
}

std::vector<AuditLine> audit(Connection& connection, bool is_served) {
  require_current(connection);
  std::vector<AuditLine> lines;
  for (const AuditRule& rule : audit_rules(AuditOf::sqlite))
    if (!is_served || !rule.only_at_rest) lines.push_back(check(connection, rule));
  return lines;
}

}  // namespace

std::vector<AuditLine> audit(Connection& connection) { return audit(connection, false); }

std::vector<AuditLine> audit(const std::filesystem::path& directory) {
  const std::filesystem::path file = DataDirectory::database_in(directory);
  if (!has_content(file)) throw NotUsable{"there is no sale in " + directory.string()};
  const bool is_served = DataDirectory::is_served(directory);
  // Beside a server it is one more reader.
  Connection connection{is_served ? uri_of(file, "mode=ro") : location_at_rest(file), Access::read_only, {}};
  return audit(connection, is_served);
}

}  // namespace frontrow::sqlite
