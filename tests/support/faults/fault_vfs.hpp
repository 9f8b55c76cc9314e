// A disk that fails on command. While one of these lives, every SQLite database that the process opens is on it.
//
// Faults count the writes or flushes of one kind of file from now on. Each fault happens once; a full disk stays full
// until there is space again.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <functional>

namespace frontrow {

enum class DiskFile { database, wal };

class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // The n-th write (1: the next) fails with this result code and writes nothing.
  void fail_write(DiskFile file, int n, int code);
  void fail_sync(DiskFile file, int n, int code = SQLITE_IOERR_FSYNC);
  // The wal-index cannot grow; it grows at the first commit after it was made.
  void fail_index(bool fails) { index_fails_ = fails; }
  void set_full(bool is_full) { is_full_ = is_full; }
  void heal();
  // Called once, before the next write.
  void before_write(DiskFile file, std::function<void()> work) { of(file).before_write = std::move(work); }

  int writes(DiskFile file) const { return of(file).writes; }
  int syncs(DiskFile file) const { return of(file).syncs; }

 private:
  friend struct FaultFile;
  struct Plan {
    std::atomic<int> writes = 0, syncs = 0;  // so far
    std::atomic<int> write_to_fail = 0, sync_to_fail = 0;
    std::atomic<int> write_code = 0, sync_code = 0;
    std::function<void()> before_write;
  };
  Plan& of(DiskFile file) { return plans_[static_cast<int>(file)]; }
  const Plan& of(DiskFile file) const { return plans_[static_cast<int>(file)]; }
  int on_write(DiskFile file);
  int on_sync(DiskFile file);

  Plan plans_[2];
  std::atomic<bool> is_full_ = false, index_fails_ = false;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
};

}  // namespace frontrow
