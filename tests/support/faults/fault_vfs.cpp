#include "support/faults/fault_vfs.hpp"

#include <cstring>
#include <string_view>
#include <utility>

#include "base/check.hpp"

namespace frontrow {

// It is at the front of the memory, before the real file's own.
struct FaultFile {
  sqlite3_file base;
  FaultVfs* faults;
  bool is_ours;  // a database or a WAL; calls for other files pass through
  DiskFile kind;

  static FaultFile& of(sqlite3_file* file) { return *reinterpret_cast<FaultFile*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(FaultFile));
  }
  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags);
  static int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
  static int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), data, size, at);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    FaultFile& self = of(file);
    if (const int code = self.is_ours ? self.faults->on_write(self.kind) : SQLITE_OK; code != SQLITE_OK) return code;
    return real(file)->pMethods->xWrite(real(file), data, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) { return real(file)->pMethods->xTruncate(real(file), size); }
  static int sync(sqlite3_file* file, int flags) {
    FaultFile& self = of(file);
    if (const int code = self.is_ours ? self.faults->on_sync(self.kind) : SQLITE_OK; code != SQLITE_OK) return code;
    return real(file)->pMethods->xSync(real(file), flags);
  }
  static int size(sqlite3_file* file, sqlite3_int64* out) { return real(file)->pMethods->xFileSize(real(file), out); }
  static int lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
  static int unlock(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
  static int reserved(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
  static int control(sqlite3_file* file, int op, void* arg) { return real(file)->pMethods->xFileControl(real(file), op, arg); }
  static int sector(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
  static int traits(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    if (extend != 0 && page > 0 && of(file).faults->index_fails_) return SQLITE_IOERR_SHMSIZE;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* file, int at, int n, int flags) {
    return real(file)->pMethods->xShmLock(real(file), at, n, flags);
  }
  static void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
  static int shm_unmap(sqlite3_file* file, int erase) { return real(file)->pMethods->xShmUnmap(real(file), erase); }
  static int fetch(sqlite3_file*, sqlite3_int64, int, void** out) {
    *out = nullptr;
    return SQLITE_OK;
  }
  static int unfetch(sqlite3_file*, sqlite3_int64, void*) { return SQLITE_OK; }
};

namespace {

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 3,
    .xClose = &FaultFile::close,
    .xRead = &FaultFile::read,
    .xWrite = &FaultFile::write,
    .xTruncate = &FaultFile::truncate,
    .xSync = &FaultFile::sync,
    .xFileSize = &FaultFile::size,
    .xLock = &FaultFile::lock,
    .xUnlock = &FaultFile::unlock,
    .xCheckReservedLock = &FaultFile::reserved,
    .xFileControl = &FaultFile::control,
    .xSectorSize = &FaultFile::sector,
    .xDeviceCharacteristics = &FaultFile::traits,
    .xShmMap = &FaultFile::shm_map,
    .xShmLock = &FaultFile::shm_lock,
    .xShmBarrier = &FaultFile::shm_barrier,
    .xShmUnmap = &FaultFile::shm_unmap,
    .xFetch = &FaultFile::fetch,
    .xUnfetch = &FaultFile::unfetch,
};

bool is_due(std::atomic<int>& so_far, const std::atomic<int>& to_fail) { return ++so_far == to_fail; }

}  // namespace

int FaultFile::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& faults = *static_cast<FaultVfs*>(vfs->pAppData);
  FaultFile& self = of(file);
  self = {.base = {.pMethods = nullptr},
          .faults = &faults,
          .is_ours = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0,
          .kind = (flags & SQLITE_OPEN_WAL) != 0 ? DiskFile::wal : DiskFile::database};
  const int code = faults.real_->xOpen(faults.real_, name, real(file), flags, out_flags);
  if (real(file)->pMethods != nullptr) self.base.pMethods = &kMethods;
  return code;
}

FaultVfs::FaultVfs() : real_(sqlite3_vfs_find("unix")), vfs_(*real_) {
  vfs_.zName = "faults";
  vfs_.szOsFile = real_->szOsFile + static_cast<int>(sizeof(FaultFile));
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = &FaultFile::open;
  CHECK(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultVfs::fail_write(DiskFile file, int n, int code) {
  Plan& plan = of(file);
  plan.write_code = code;
  plan.write_to_fail = plan.writes + n;
}

void FaultVfs::fail_sync(DiskFile file, int n, int code) {
  Plan& plan = of(file);
  plan.sync_code = code;
  plan.sync_to_fail = plan.syncs + n;
}

void FaultVfs::heal() {
  for (Plan& plan : plans_) plan.write_to_fail = plan.sync_to_fail = 0;
  is_full_ = index_fails_ = false;
}

int FaultVfs::on_write(DiskFile file) {
  Plan& plan = of(file);
  if (const auto work = std::exchange(plan.before_write, {})) work();
  if (is_due(plan.writes, plan.write_to_fail)) return plan.write_code;
  return is_full_ ? SQLITE_FULL : SQLITE_OK;
}

int FaultVfs::on_sync(DiskFile file) {
  Plan& plan = of(file);
  return is_due(plan.syncs, plan.sync_to_fail) ? plan.sync_code.load() : SQLITE_OK;
}

}  // namespace frontrow
