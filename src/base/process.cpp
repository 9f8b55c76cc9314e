#include "base/process.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

// tcmalloc has these functions. Without it they are null.
extern "C" {
__attribute__((weak)) int MallocExtension_GetNumericProperty(const char* property, size_t* value);
__attribute__((weak)) void MallocExtension_ReleaseToSystem(size_t bytes);
}

namespace frontrow {

namespace {
constexpr std::int64_t kGivenBackAtOnce = 16 * 1024 * 1024;
}

std::int64_t resident_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

std::int64_t unused_memory_bytes() {
  std::size_t free = 0;
  if (MallocExtension_GetNumericProperty == nullptr) return 0;
  if (MallocExtension_GetNumericProperty("tcmalloc.pageheap_free_bytes", &free) == 0) return 0;
  return static_cast<std::int64_t>(free);
}

void give_memory_back(std::int64_t bytes) {
  if (MallocExtension_ReleaseToSystem == nullptr) return;
  for (; bytes > 0; bytes -= kGivenBackAtOnce)
    MallocExtension_ReleaseToSystem(static_cast<std::size_t>(std::min(bytes, kGivenBackAtOnce)));
}

}  // namespace frontrow
