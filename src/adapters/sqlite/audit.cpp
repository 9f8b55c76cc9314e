#include "adapters/sqlite/audit.hpp"

#include <array>

#include "adapters/sql/audit_rules.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/statement.hpp"

namespace frontrow::sqlite {

namespace {

constexpr int kAttempts = 3;  // at files that a server changes meanwhile

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

// The sizes and times of the database and its log. A server that has started and stopped again leaves others.
using FileState = std::array<std::pair<std::uintmax_t, std::filesystem::file_time_type>, 2>;
FileState state_of(const std::filesystem::path& file) {
  std::filesystem::path wal = file;
  wal += "-wal";
  FileState state{};
  std::error_code missing;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const std::filesystem::path& one = i == 0 ? file : wal;
    state[i] = {std::filesystem::file_size(one, missing), std::filesystem::last_write_time(one, missing)};
  }
  return state;
}

std::vector<AuditLine> audit(Connection& connection, bool is_served, const Told& told) {
  require_current(connection);
  std::vector<AuditLine> lines;
  for (const AuditRule& rule : audit_rules(AuditOf::sqlite)) {
    if (is_served && rule.only_at_rest) continue;
    lines.push_back(check(connection, rule));
    if (told) told(lines.back());
  }
  return lines;
}

}  // namespace

std::vector<AuditLine> audit(Connection& connection) { return audit(connection, false, {}); }

std::vector<AuditLine> audit(const std::filesystem::path& directory, const Told& told) {
  const std::filesystem::path file = DataDirectory::database_in(directory);
  if (!has_content(file)) throw NotUsable{"there is no sale in " + directory.string()};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (DataDirectory::is_served(directory)) {  // beside a server it is one more reader
      Connection connection{uri_of(file, "mode=ro"), Access::read_only, {}};
      return audit(connection, true, told);
    }
    const auto before = state_of(file);
    try {
      Connection connection{location_at_rest(file), Access::read_only, {}};
      auto lines = audit(connection, false, told);
      if (state_of(file) == before) return lines;
    } catch (const Unavailable&) {
      if (state_of(file) == before) throw;
    }
  }
  throw NotUsable{"the sale in " + directory.string() + " was changed each time while it was read: audit it beside its server"};
}

}  // namespace frontrow::sqlite
