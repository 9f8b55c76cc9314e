#include "adapters/sqlite/connection.hpp"

#include <cctype>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/statement.hpp"
#include "adapters/sqlite/wal_vfs.hpp"
#include "base/check.hpp"
#include "base/sha256.hpp"

namespace frontrow::sqlite {

namespace {

// After a failure SQLite may or may not have rolled back by itself; this handles both.
void roll_back(Connection& connection) {
  if (connection.is_in_transaction()) sqlite3_exec(connection.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
  CHECK(!connection.is_in_transaction());
}

// SQLite counts its memory under a lock at every allocation: a tenth of the instructions of a hold, for counts that are
// never read. It can be switched off only before the first connection of the process.
void leave_memory_uncounted() { [[maybe_unused]] static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// sha256(text), for the audit: a database can only check the chain of deeds if it can hash.
void sha256_of_text(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  if (text == nullptr) return sqlite3_result_null(context);
  const Sha256 digest = sha256({text, static_cast<std::size_t>(sqlite3_value_bytes(values[0]))});
  sqlite3_result_blob(context, digest.data(), static_cast<int>(digest.size()), SQLITE_TRANSIENT);
}

}  // namespace

Connection::Connection(const std::string& location, Access access, const ConnectionSettings& settings)
    : is_durable_(settings.durable) {
  leave_memory_uncounted();
  const int mode = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const char* vfs = access == Access::read_write && settings.durable ? wal_vfs() : nullptr;
  const int code = sqlite3_open_v2(location.c_str(), &raw_, mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, vfs);
  try {
    if (code != SQLITE_OK) throw_failure(raw_, code, "open " + location);
    configure(access, settings);
  } catch (...) {
    sqlite3_close(raw_);
    throw;
  }
}

Connection::~Connection() { sqlite3_close(raw_); }

void Connection::configure(Access access, const ConnectionSettings& settings) {
  sqlite3_extended_result_codes(raw_, 1);
  sqlite3_create_function(raw_, "sha256", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, sha256_of_text, nullptr, nullptr);
  sqlite3_busy_timeout(raw_, static_cast<int>(settings.busy_timeout.count()));
  run("PRAGMA cache_size=-" + std::to_string(settings.cache_bytes >> 10));
  if (access == Access::read_only) {
    run("PRAGMA query_only=ON;");
    return;
  }
  run("PRAGMA page_size=" + std::to_string(kPageBytes));  // only for a new file
  // The checkpointer decides the times. The last connection leaves the WAL in place, and with it the files that a
  // read-only audit needs.
  has_wal_ = text("PRAGMA journal_mode=WAL") == "wal";
  int keep_wal = 1;
  sqlite3_file_control(raw_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_wal);
  run("PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON; PRAGMA secure_delete=OFF;");
  run(settings.durable ? "PRAGMA synchronous=FULL;" : "PRAGMA synchronous=OFF;");
}

void Connection::run(const std::string& sql) {
  const int code = sqlite3_exec(raw_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_failure(raw_, code, sql.substr(0, 80));
}

std::int64_t Connection::integer(std::string_view sql) {
  Statement statement{*this, sql};
  Rows rows = statement.rows();
  return rows.next() ? rows.integer(0) : 0;
}

std::string Connection::text(std::string_view sql) {
  Statement statement{*this, sql};
  Rows rows = statement.rows();
  return rows.next() ? std::string{rows.text(0)} : std::string{};
}

std::string uri_of(const std::filesystem::path& file, std::string_view parameters) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_')
      uri += c;
    else
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return uri.append("?").append(parameters);
}

WriteTransaction::WriteTransaction(Connection& connection) : connection_(connection) { connection_.run("BEGIN IMMEDIATE"); }

WriteTransaction::~WriteTransaction() { roll_back(connection_); }

void WriteTransaction::commit() {
  // BUSY comes only from readers of a memory database: it has waited for the busy timeout inside SQLite and changed
  // nothing.
  const int code = sqlite3_exec(connection_.raw(), "COMMIT", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_commit_failure(connection_.raw(), code);
}

ReadTransaction::ReadTransaction(Connection& connection) : connection_(connection) { connection_.run("BEGIN"); }

ReadTransaction::~ReadTransaction() { roll_back(connection_); }

}  // namespace frontrow::sqlite
