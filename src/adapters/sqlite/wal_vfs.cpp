#include "adapters/sqlite/wal_vfs.hpp"

#include <sqlite3.h>

#include <memory>
#include <vector>

#include "base/check.hpp"

namespace frontrow::sqlite {

namespace {

constexpr char kName[] = "frontrow-wal";
constexpr std::size_t kMostGathered = 0x1FFFF;  // SQLite's own VFS takes no more at once
constexpr int kFileBytes = 4096;                // room for the real VFS's file in ours; it needs about 120

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find(nullptr); }

// One open file. SQLite allocates it, so members with a constructor are behind `state`.
struct File {
  struct State {
    std::unique_ptr<std::byte[]> memory;  // the real file's memory
    sqlite3_file* real = nullptr;
    std::vector<std::byte> gathered;  // bytes to be written at `at`
    sqlite3_int64 at = 0;
  };
  sqlite3_file base;
  State* state;
};

File::State& state_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file)->state; }
sqlite3_file* real(sqlite3_file* file) { return state_of(file).real; }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }

int write_gathered(sqlite3_file* file) {
  File::State& state = state_of(file);
  if (state.gathered.empty()) return SQLITE_OK;
  const int code = methods(file).xWrite(real(file), state.gathered.data(), static_cast<int>(state.gathered.size()), state.at);
  state.gathered.clear();
  return code;
}

// A log begins with a header of 32 bytes, a frame with one of 24.
bool begins_a_frame(sqlite3_int64 at) { return at == 0 || (at - 32) % (24 + kPageBytes) == 0; }

int wal_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  File::State& state = state_of(file);
  const bool follows = at == state.at + static_cast<sqlite3_int64>(state.gathered.size());
  if (!follows || state.gathered.size() + static_cast<std::size_t>(size) > kMostGathered)
    if (const int code = write_gathered(file); code != SQLITE_OK) return code;
  // The rest of a frame in whose middle the log was flushed: no flush may follow it.
  if (state.gathered.empty() && !begins_a_frame(at)) return methods(file).xWrite(real(file), data, size, at);
  if (state.gathered.empty()) state.at = at;
  const auto* bytes = static_cast<const std::byte*>(data);
  state.gathered.insert(state.gathered.end(), bytes, bytes + size);
  return SQLITE_OK;
}

// Writes the gathered bytes, then passes the call to the real file.
template <auto Method, class... Args>
int after_writing(sqlite3_file* file, Args... args) {
  if (const int code = write_gathered(file); code != SQLITE_OK) return code;
  return (methods(file).*Method)(real(file), args...);
}

int close(sqlite3_file* file) {
  write_gathered(file);
  const int code = methods(file).xClose(real(file));
  delete &state_of(file);
  return code;
}

int sector_size(sqlite3_file* file) { return methods(file).xSectorSize(real(file)); }
int traits(sqlite3_file* file) { return methods(file).xDeviceCharacteristics(real(file)); }

// A WAL needs neither locks nor shared memory: the database file has them.
constexpr sqlite3_io_methods kWalMethods = {
    .iVersion = 1,
    .xClose = close,
    .xRead = after_writing<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = wal_write,
    .xTruncate = after_writing<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = after_writing<&sqlite3_io_methods::xSync, int>,
    .xFileSize = after_writing<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = after_writing<&sqlite3_io_methods::xLock, int>,
    .xUnlock = after_writing<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = after_writing<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = after_writing<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = traits,
};

int open_wal(const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* vfs = real_vfs();
  auto state = std::make_unique<File::State>();
  state->memory = std::make_unique<std::byte[]>(static_cast<std::size_t>(vfs->szOsFile));
  state->real = reinterpret_cast<sqlite3_file*>(state->memory.get());
  const int code = vfs->xOpen(vfs, name, state->real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  auto* self = reinterpret_cast<File*>(file);
  self->state = state.release();
  self->base.pMethods = &kWalMethods;
  return SQLITE_OK;
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  CHECK(real_vfs()->szOsFile <= kFileBytes);
  if ((flags & SQLITE_OPEN_WAL) != 0) return open_wal(name, file, flags, out_flags);
  return real_vfs()->xOpen(real_vfs(), name, file, flags, out_flags);
}

// Passes every other call to the real VFS.
sqlite3_vfs make() {
  sqlite3_vfs vfs = *real_vfs();
  vfs.zName = kName;
  vfs.pNext = nullptr;
  vfs.szOsFile = kFileBytes;
  vfs.pAppData = nullptr;
  vfs.xOpen = open;
  vfs.xDelete = [](sqlite3_vfs*, const char* name, int sync) { return real_vfs()->xDelete(real_vfs(), name, sync); };
  vfs.xAccess = [](sqlite3_vfs*, const char* name, int flags, int* out) {
    return real_vfs()->xAccess(real_vfs(), name, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    return real_vfs()->xFullPathname(real_vfs(), name, size, out);
  };
  return vfs;
}

}  // namespace

const char* wal_vfs() {
  static sqlite3_vfs vfs = make();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? kName : nullptr;
}

}  // namespace frontrow::sqlite
