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
  Duration busy_timeout = std::chrono::seconds{5};  // at most this long for another process, or in a memory database a reader
  // Off only in tests: a commit is then lost with the machine (not with the process).
  bool durable = true;
};

class Connection {
 public:
  // `location` is a path, or a URI: "file:/name?vfs=memdb" is in memory, shared by the connections of this process that say the
  // same name, and gone with the last of them. A database that can have a WAL gets one. Throws Unavailable.
  Connection(const std::string& location, Access access, const ConnectionSettings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* raw() { return raw_; }
  // One or more statements; rows are ignored.
  void run(const std::string& sql);
  // The single integer a query or pragma gives; 0 for null or no row.
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

// "file:…?parameters" of a path with any characters.
std::string uri_of(const std::filesystem::path& file, std::string_view parameters);

// From BEGIN IMMEDIATE to commit(). Destroyed without it, nothing has happened: an empty or refused batch costs no flush.
class WriteTransaction {
 public:
  explicit WriteTransaction(Connection& connection);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  // Durable when it returns. On Unavailable see failure.hpp; the connection is outside a transaction again in every case.
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
