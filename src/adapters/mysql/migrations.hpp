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
  int oldest_program = 0;  // which works on the database afterwards; 0: the step only expands, and every program does
};

// The migrations in the binary.
std::span<const Migration> migrations();

struct MigrationReport {
  int from = 0;  // 0: an empty database
  int to = 0;
};

// Other programs that use the database; they know its present version or an older one.
enum class Others { may_be_at_work, are_stopped };

// Brings the database to the last of `steps`; leaves a newer one as it is. MySQL commits DDL by itself, so a step that was broken
// off is run again: its statements must bear that. Throws NotUsable for a database that this program, or one of the others, could
// no longer use, and for one of another program.
MigrationReport migrate(Connection& steward, std::span<const Migration> steps = migrations(), Others others = Others::are_stopped);

// Throws NotUsable if the database is older than the program, or so new that it lacks what the program uses.
void require_usable(Connection& connection, std::span<const Migration> steps = migrations());

}  // namespace frontrow::mysql
