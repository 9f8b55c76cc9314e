#include "adapters/sqlite/statement.hpp"

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/failure.hpp"
#include "base/check.hpp"

namespace frontrow::sqlite {

Statement::Statement(Connection& connection, std::string_view sql) {
  sqlite3* db = connection.raw();
  const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw_, nullptr);
  if (code != SQLITE_OK) throw_failure(db, code, sql);
}

Statement::~Statement() { sqlite3_finalize(raw_); }

void Statement::bind(int at, std::string_view text) {
  check(sqlite3_bind_text(raw_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
}

void Statement::bind(int at, Bytes bytes) {
  check(sqlite3_bind_blob(raw_, at, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC));
}

void Statement::check(int code) {
  if (code != SQLITE_OK) throw_failure(sqlite3_db_handle(raw_), code, sqlite3_sql(raw_));
}

bool Statement::step() {
  const int code = sqlite3_step(raw_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw_failure(sqlite3_db_handle(raw_), code, sqlite3_sql(raw_));
}

void Statement::run_to_end() {
  Rows rows{*this};
  CHECK(!rows.next());
}

Rows::Rows(Statement& statement) : statement_(statement), raw_(statement.raw_) {}

Rows::~Rows() { sqlite3_reset(raw_); }

bool Rows::next() { return statement_.step(); }

std::string_view Rows::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(raw_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(raw_, column))};
}

Bytes Rows::bytes(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(raw_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(raw_, column))};
}

}  // namespace frontrow::sqlite
