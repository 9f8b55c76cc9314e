// Preloaded into the server: a disk that a test can fill up or keep from flushing. All other calls go to the system.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "crash/storage_faults.hpp"

namespace {

using frontrow::test::StorageFaults;

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

StorageFaults* faults() {
  static StorageFaults* const shared = []() -> StorageFaults* {
    const char* path = std::getenv(frontrow::test::kFaultsVariable);
    const int fd = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void* memory = ::mmap(nullptr, sizeof(StorageFaults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<StorageFaults*>(memory);
  }();
  return shared;
}

// True for the database or its log; false for the index beside it, which is only a cache.
bool is_ours(int fd) {
  char link[64], path[512];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const auto length = ::readlink(link, path, sizeof path);
  if (length <= 0) return false;
  const std::string_view name{path, static_cast<std::size_t>(length)};
  return name.ends_with("frontrow.db") || name.ends_with("frontrow.db-wal");
}

bool has_no_room(int fd, off_t end) {
  StorageFaults* const switches = faults();
  struct stat file{};
  if (switches == nullptr || switches->is_full == 0 || !is_ours(fd)) return false;
  if (::fstat(fd, &file) != 0 || end <= file.st_size) return false;
  ++switches->failures;
  errno = ENOSPC;
  return true;
}

bool cannot_sync(int fd) {
  StorageFaults* const switches = faults();
  if (switches == nullptr || !is_ours(fd)) return false;
  const std::int32_t number = ++switches->syncs;
  const std::int32_t first = switches->fail_sync_at;
  if (first == 0 || number < first || number >= first + switches->fail_syncs) return false;
  ++switches->failures;
  errno = EIO;
  return true;
}

}  // namespace

extern "C" {

int fsync(int fd) {
  static const auto call = real<int(int)>("fsync");
  return cannot_sync(fd) ? -1 : call(fd);
}

int fdatasync(int fd) {
  static const auto call = real<int(int)>("fdatasync");
  return cannot_sync(fd) ? -1 : call(fd);
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  static const auto call = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return has_no_room(fd, offset + static_cast<off_t>(count)) ? -1 : call(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  static const auto call = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return has_no_room(fd, offset + static_cast<off_t>(count)) ? -1 : call(fd, bytes, count, offset);
}

ssize_t write(int fd, const void* bytes, size_t count) {
  static const auto call = real<ssize_t(int, const void*, size_t)>("write");
  return has_no_room(fd, ::lseek(fd, 0, SEEK_CUR) + static_cast<off_t>(count)) ? -1 : call(fd, bytes, count);
}

}  // extern "C"
