// A copy of the database beside a server that goes on selling, and the first steps of a copy as a sale of its own.
#pragma once

#include <cstdint>
#include <filesystem>

#include "domain/ids.hpp"

namespace frontrow::sqlite {

// Copies the database of a data directory, served or not, into `file`, which must not exist. Returns the newest event in it. The
// copy is one moment: every commit that was answered before the call is in it. Readers and the writer go on meanwhile, but the
// write-ahead log cannot start over before the copy is done. If the log outgrows `wal_limit_bytes`, the sale goes first: throws
// NotUsable. Throws NotUsable also if there is no database that this program can use, Unavailable if it cannot be read or
// written.
EventId copy_database(const std::filesystem::path& directory, const std::filesystem::path& file, std::int64_t wal_limit_bytes);

// For a copy that becomes the sale: brings it to this version, and skips ids and places in queues that may have been given out
// after it was made. Throws NotUsable for a copy that this program cannot use.
void make_usable(const std::filesystem::path& file);

}  // namespace frontrow::sqlite
