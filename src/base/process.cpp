#include "base/process.hpp"

#include <unistd.h>

#include <fstream>

namespace frontrow {

std::int64_t resident_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace frontrow
