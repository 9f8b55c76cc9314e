#include "base/process.hpp"

#include <unistd.h>

#include <fstream>

// Of tcmalloc, where the program is linked with it.
extern "C" {
__attribute__((weak)) int MallocExtension_GetNumericProperty(const char* property, size_t* value);
__attribute__((weak)) void MallocExtension_ReleaseToSystem(size_t bytes);
}

namespace frontrow {

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
  if (MallocExtension_ReleaseToSystem != nullptr) MallocExtension_ReleaseToSystem(static_cast<std::size_t>(bytes));
}

}  // namespace frontrow
