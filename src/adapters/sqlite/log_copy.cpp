#include "adapters/sqlite/log_copy.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/check.hpp"

namespace frontrow::sqlite {

namespace {

// Layout of the index beside the WAL, as https://www.sqlite.org/walformat.html defines it.
constexpr int kIndexPage = 32'768;
constexpr int kCheckpointLock = 1;
constexpr std::size_t kCopiedFrames = 96;  // the byte offset of their number

sqlite3_file* database_file(Connection& connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection.raw(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file;
}

int flush(Connection& connection) {
  sqlite3_file* file = database_file(connection);
  return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

// A recovery sets the number back, too. Readers do not notice: the pages in the log are the same or newer.
void forget_copies(Connection& connection) {
  sqlite3_file* file = database_file(connection);
  const sqlite3_io_methods& methods = *file->pMethods;
  void volatile* index = nullptr;
  if (methods.xShmMap(file, 0, kIndexPage, 0, &index) != SQLITE_OK || index == nullptr) return;  // nothing was ever copied
  CHECK(methods.xShmLock(file, kCheckpointLock, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE) == SQLITE_OK);
  auto* copied = reinterpret_cast<std::uint32_t*>(static_cast<std::byte*>(const_cast<void*>(index)) + kCopiedFrames);
  std::atomic_ref{*copied}.store(0);
  methods.xShmLock(file, kCheckpointLock, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
}

}  // namespace

int copy_log(Connection& connection, int mode) {
  int frames = 0, copied = 0;
  int code = sqlite3_wal_checkpoint_v2(connection.raw(), "main", mode, &frames, &copied);
  if ((code == SQLITE_OK || code == SQLITE_BUSY) && copied > 0 && connection.is_durable()) code = flush(connection);
  if (code == SQLITE_OK || code == SQLITE_BUSY) return std::max(copied, 0);
  forget_copies(connection);
  return 0;
}

}  // namespace frontrow::sqlite
