// The version of a database file, and how an older one becomes current: db/sqlite/NNNN_*.sql in order, one transaction each.
#pragma once

#include <span>
#include <stdexcept>
#include <string>

#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

struct Migration {
  int version;  // 1, 2, 3 …
  const char* name;
  const char* sql;
};

// Those in the binary.
std::span<const Migration> migrations();

// The file or directory is not one this program may use. what() is one sentence for the operator.
struct NotUsable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct MigrationReport {
  int from = 0;  // 0: a new file
  int to = 0;
};

// Brings the database to the last of `steps`. Each step is a transaction of its own with the new version inside, so a crash or an
// error leaves a file of one version or the next. Throws NotUsable for a file of a newer version, or of another program.
MigrationReport migrate(Connection& connection, std::span<const Migration> steps = migrations());

// For connections that only read: throws NotUsable unless the file is exactly current.
void require_current(Connection& connection, std::span<const Migration> steps = migrations());

}  // namespace frontrow::sqlite
