// One checkpoint of a WAL: committed pages are copied into the database and flushed, so that the log need not keep them.
//
// SQLite flushes the database only when a checkpoint has reached the end of the log. One that runs beside a writer never does, and
// cannot tell: to it the log ends where it did when it began. So the database is flushed here, always: when SQLite has done it,
// there is nothing left to write. A flush that fails has forgotten what it was to write, and the next one succeeds without it (Linux): after a
// failure everything in the log counts as uncopied again.
#pragma once

#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

// How many frames of the log are in the database for good; 0 when it failed, which loses nothing. `mode` is SQLite's. At most one
// at a time for a database.
int copy_log(Connection& connection, int mode);

}  // namespace frontrow::sqlite
