// A VFS in front of SQLite's own that gathers what a commit writes to the WAL into few large writes. SQLite makes two small ones
// for each page (its header, then itself), seven for one hold: on ext4 a fifth of the writer's time.
//
// Only for a connection that flushes at every commit (synchronous=FULL): SQLite flushes the WAL before it lets others see the new
// pages, and whatever was gathered is written then. Everything else that touches the file writes it first, too.
#pragma once

namespace frontrow::sqlite {

// The name to open a database with. Registered at the first call; stands before whichever VFS is the default when a file is opened.
// Thread safe.
const char* wal_vfs();

}  // namespace frontrow::sqlite
