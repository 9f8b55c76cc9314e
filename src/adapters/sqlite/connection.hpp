// One connection to a SQLite database, and its transactions. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace frontrow::sqlite {

enum class Access { read_write, read_only };

struct ConnectionSettings {
  std::int64_t cache_bytes = std::int64_t{64} << 20;
  Duration busy_timeout = std::chrono::seconds{5};  // the longest wait for another process or, in a memory database, for a reader
  // Off only in tests: then a power cut can lose a commit (a crash of the process cannot).
  bool durable = true;
};

class Connection {
 public:
  // `location` is a path or a URI. "file:/name?vfs=memdb" is a database in memory: connections of this process with the
  // same name share it, and it ends with the last of them. A database that can have a WAL gets one. Throws Unavailable.
  Connection(const std::string& location, Access access, const ConnectionSettings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* raw() { return raw_; }
  // Runs one or more statements; rows are ignored.
  void run(const std::string& sql);
  // The single integer of a query or pragma; 0 for null or no row.
  std::int64_t integer(std::string_view sql);
  std::string text(std::string_view sql);
  bool is_in_transaction() const { return sqlite3_get_autocommit(raw_) == 0; }
  bool has_wal() const { return has_wal_; }
  bool is_durable() const { return is_durable_; }

 private:
  void configure(Access access, const ConnectionSettings& settings);

  sqlite3* raw_ = nullptr;
  bool has_wal_ = false;
  const bool is_durable_;
};

// "file:…?parameters" for a path with any characters.
std::string uri_of(const std::filesystem::path& file, std::string_view parameters);

// From BEGIN IMMEDIATE to commit(). Destroyed without a commit, nothing has happened: an empty or refused batch costs
// no flush.
class WriteTransaction {
 public:
  explicit WriteTransaction(Connection& connection);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  // Durable when it returns. For Unavailable see failure.hpp; in every case the connection is outside a transaction
  // again.
  void commit();

 private:
  Connection& connection_;
};

// One snapshot for several statements.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
};

}  // namespace frontrow::sqlite
