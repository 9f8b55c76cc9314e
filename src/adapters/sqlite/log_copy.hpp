// One checkpoint of a WAL: committed pages are copied into the database and flushed, so that the log can drop them.
//
// SQLite flushes the database only when a checkpoint reaches the end of the log. A checkpoint beside a writer never
// reaches it, and does not know: for it, the log ends where it ended at the beginning. So the database is always
// flushed here; if SQLite has done so already, nothing is left to write. On Linux a failed flush drops its data, and
// the next flush succeeds without them. So after a failure all frames in the log count as uncopied again.
#pragma once

#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

// Returns the number of frames that are in the database for good; 0 after a failure, which loses nothing. `mode` is
// SQLite's. At most one call at a time for a database.
int copy_log(Connection& connection, int mode);

}  // namespace frontrow::sqlite
