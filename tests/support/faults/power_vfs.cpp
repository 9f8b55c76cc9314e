#include "support/faults/power_vfs.hpp"

#include <algorithm>
#include <fstream>

#include "base/check.hpp"

namespace frontrow {

namespace {
constexpr std::size_t kSector = 512;
}

// It is at the front of the memory, before the real file's own.
struct PowerFile {
  sqlite3_file base;
  PowerVfs* vfs;
  PowerVfs::Disk* disk;  // null: a file that does not matter

  static PowerFile& of(sqlite3_file* file) { return *reinterpret_cast<PowerFile*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(PowerFile));
  }
  static const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }
  static bool is_off(sqlite3_file* file) { return of(file).vfs->is_off(); }

  static int change(sqlite3_file* file, PowerVfs::Change what) {
    PowerFile& self = of(file);
    const std::lock_guard lock(self.vfs->mutex_);
    // The write during which the power fails may have written any part of its bytes.
    const bool was_off = self.vfs->is_off_;
    const bool is_done = self.vfs->take_operation();
    if (self.disk != nullptr && !was_off) self.disk->since.push_back(std::move(what));
    return is_done ? SQLITE_OK : SQLITE_IOERR_WRITE;
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags);
  static int close(sqlite3_file* file) { return methods(file).xClose(real(file)); }
  static int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
    return is_off(file) ? SQLITE_IOERR_READ : methods(file).xRead(real(file), data, size, at);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    const std::string bytes(static_cast<const char*>(data), static_cast<std::size_t>(size));
    if (const int code = change(file, {.at = at, .bytes = bytes}); code != SQLITE_OK) return code;
    return methods(file).xWrite(real(file), data, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = change(file, {.at = size, .is_truncation = true}); code != SQLITE_OK) return code;
    return methods(file).xTruncate(real(file), size);
  }
  // The real disk need not flush: this object remembers the flushed content itself.
  static int sync(sqlite3_file* file, int) {
    PowerFile& self = of(file);
    const std::lock_guard lock(self.vfs->mutex_);
    if (!self.vfs->take_operation()) return SQLITE_IOERR_FSYNC;
    if (self.disk == nullptr) return SQLITE_OK;
    for (const auto& change : self.disk->since) PowerVfs::apply(change, self.disk->flushed);
    self.disk->since.clear();
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* out) { return methods(file).xFileSize(real(file), out); }
  static int lock(sqlite3_file* file, int level) { return methods(file).xLock(real(file), level); }
  static int unlock(sqlite3_file* file, int level) { return methods(file).xUnlock(real(file), level); }
  static int reserved(sqlite3_file* file, int* out) { return methods(file).xCheckReservedLock(real(file), out); }
  static int control(sqlite3_file* file, int op, void* arg) { return methods(file).xFileControl(real(file), op, arg); }
  static int sector(sqlite3_file* file) { return methods(file).xSectorSize(real(file)); }
  static int traits(sqlite3_file*) { return 0; }  // the disk promises nothing about unflushed data
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return methods(file).xShmMap(real(file), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* file, int at, int n, int flags) { return methods(file).xShmLock(real(file), at, n, flags); }
  static void shm_barrier(sqlite3_file* file) { methods(file).xShmBarrier(real(file)); }
  static int shm_unmap(sqlite3_file* file, int erase) { return methods(file).xShmUnmap(real(file), erase); }
};

namespace {

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = &PowerFile::close,
    .xRead = &PowerFile::read,
    .xWrite = &PowerFile::write,
    .xTruncate = &PowerFile::truncate,
    .xSync = &PowerFile::sync,
    .xFileSize = &PowerFile::size,
    .xLock = &PowerFile::lock,
    .xUnlock = &PowerFile::unlock,
    .xCheckReservedLock = &PowerFile::reserved,
    .xFileControl = &PowerFile::control,
    .xSectorSize = &PowerFile::sector,
    .xDeviceCharacteristics = &PowerFile::traits,
    .xShmMap = &PowerFile::shm_map,
    .xShmLock = &PowerFile::shm_lock,
    .xShmBarrier = &PowerFile::shm_barrier,
    .xShmUnmap = &PowerFile::shm_unmap,
};

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int PowerFile::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& power = *static_cast<PowerVfs*>(vfs->pAppData);
  PowerFile& self = of(file);
  self = {.base = {.pMethods = nullptr}, .vfs = &power, .disk = nullptr};
  if (name != nullptr && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    const std::lock_guard lock(power.mutex_);
    const auto [at, is_new] = power.disks_.try_emplace(name);
    if (is_new) at->second.flushed = content_of(name);  // the file existed before this object
    self.disk = &at->second;
  }
  const int code = power.real_->xOpen(power.real_, name, real(file), flags, out_flags);
  if (real(file)->pMethods != nullptr) self.base.pMethods = &kMethods;
  return code;
}

PowerVfs::PowerVfs() : real_(sqlite3_vfs_find("unix")), vfs_(*real_) {
  vfs_.zName = "power";
  vfs_.szOsFile = real_->szOsFile + static_cast<int>(sizeof(PowerFile));
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = &PowerFile::open;
  CHECK(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
}

PowerVfs::~PowerVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void PowerVfs::cut_at(int operation) {
  const std::lock_guard lock(mutex_);
  cut_at_ = operations_ + operation;
}

bool PowerVfs::is_off() const {
  const std::lock_guard lock(mutex_);
  return is_off_;
}

int PowerVfs::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

bool PowerVfs::take_operation() {
  ++operations_;
  is_off_ |= operations_ == cut_at_;
  return !is_off_;
}

void PowerVfs::apply(const Change& change, std::string& content) {
  const auto at = static_cast<std::size_t>(change.at);
  if (change.is_truncation) return content.resize(at);
  if (content.size() < at + change.bytes.size()) content.resize(at + change.bytes.size());
  content.replace(at, change.bytes.size(), change.bytes);
}

void PowerVfs::write_out(const std::filesystem::path& from, const std::filesystem::path& to, std::mt19937& random) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, disk] : disks_) {
    if (std::filesystem::path(name).parent_path() != from) continue;
    std::string content = disk.flushed;
    const unsigned luck = random() % 5;  // from "nothing was written" to "nearly everything was written"
    for (const Change& change : disk.since) {
      if (change.is_truncation) {
        if (random() % 4 < luck) apply(change, content);
        continue;
      }
      for (std::size_t first = 0; first < change.bytes.size(); first += kSector)
        if (random() % 4 < luck)
          apply({.at = change.at + static_cast<sqlite3_int64>(first), .bytes = change.bytes.substr(first, kSector)}, content);
    }
    std::ofstream(to / std::filesystem::path(name).filename(), std::ios::binary) << content;
  }
}

}  // namespace frontrow
