// Preloaded into the server: a test can set the machine's wall clock back or forth. The steady clock is unchanged.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

#include "crash/wall_clock.hpp"

namespace {

const frontrow::test::WallClock* wall_clock() {
  static const auto* const shared = []() -> const frontrow::test::WallClock* {
    const char* path = std::getenv(frontrow::test::kWallClockVariable);
    const int fd = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void* memory = ::mmap(nullptr, sizeof(frontrow::test::WallClock), PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<const frontrow::test::WallClock*>(memory);
  }();
  return shared;
}

}  // namespace

extern "C" int clock_gettime(clockid_t id, struct timespec* out) noexcept {
  static const auto real = reinterpret_cast<int (*)(clockid_t, struct timespec*)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int code = real(id, out);
  if (code == 0 && id == CLOCK_REALTIME)
    if (const auto* clock = wall_clock()) out->tv_sec += clock->ahead_seconds;
  return code;
}
