// A VFS in front of SQLite's own that gathers the writes of a commit to the WAL into a few large ones. SQLite makes two
// small writes for each page (its header, then the page), seven pages for one hold: on ext4 a fifth of the writer's
// time.
//
// Only for a connection that flushes at every commit (synchronous=FULL). SQLite flushes the WAL before it shows the new
// pages to others, and that flush writes the gathered bytes first. Every other access to the file does so, too.
// On a disk that may damage a sector's other bytes, SQLite fills the sector up with more frames. Its flush then comes in the
// middle of the last one, and the rest of that frame is written through.
#pragma once

namespace frontrow::sqlite {

// A new database's: half of SQLite's default. A hold changes a few bytes on each of four pages far apart, and a commit writes
// whole pages (docs/adr/0012-small-pages-large-writes.md).
inline constexpr int kPageBytes = 2048;

// The VFS name for opening a database. The first call registers it; it stands in front of the VFS that is the default
// when a file is opened. Thread safe.
const char* wal_vfs();

}  // namespace frontrow::sqlite
