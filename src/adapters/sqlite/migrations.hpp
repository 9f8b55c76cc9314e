// The version of a database file. An older file is migrated by db/sqlite/NNNN_*.sql in order, one transaction each.
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
  int oldest_program = 0;  // which works on the file afterwards; 0: the step only expands, and every program does
};

// The migrations in the binary.
std::span<const Migration> migrations();

// This program cannot use the file or directory. what() is one sentence for the operator.
struct NotUsable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct MigrationReport {
  int from = 0;  // 0: a new file
  int to = 0;
};

// Brings the database to the version of the last step; leaves a newer one as it is. Each step is a transaction that also
// writes the new version: after a crash or an error the file has one version or the next. Throws NotUsable for a newer file
// that lacks what this program uses, and for one of another program.
MigrationReport migrate(Connection& connection, std::span<const Migration> steps = migrations());

// True for a newer file that lacks what this program uses.
bool is_too_new(Connection& connection, std::span<const Migration> steps = migrations());

// For connections that only read: throws NotUsable for a file that migrate() would change or refuse.
void require_usable(Connection& connection, std::span<const Migration> steps = migrations());

}  // namespace frontrow::sqlite
