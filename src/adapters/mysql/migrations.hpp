// The version of a database, and how an older one becomes current: db/mysql/NNNN_*.sql in order. Any number of processes may do so
// at once: one at a time does, under a lock of the server's.
#pragma once

#include <span>

#include "adapters/mysql/server_check.hpp"

namespace frontrow::mysql {

struct Migration {
  int version;  // 1, 2, 3 …
  const char* name;
  const char* sql;
};

// The migrations in the binary.
std::span<const Migration> migrations();

struct MigrationReport {
  int from = 0;  // 0: an empty database
  int to = 0;
};

// Brings the database to the last of `steps`. MySQL commits DDL by itself, so a step that was broken off is run again: its
// statements must bear that. Throws NotUsable for a newer database, or one of another program.
MigrationReport migrate(Connection& steward, std::span<const Migration> steps = migrations());

// Throws NotUsable unless the database is exactly current.
void require_current(Connection& connection, std::span<const Migration> steps = migrations());

}  // namespace frontrow::mysql
