#include "base/process.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "base/clock.hpp"

// tcmalloc has these functions. Without it they are null.
extern "C" {
__attribute__((weak)) int MallocExtension_GetNumericProperty(const char* property, size_t* value);
__attribute__((weak)) void MallocExtension_ReleaseToSystem(size_t bytes);
}

namespace frontrow {

namespace {
constexpr std::int64_t kGivenBackAtOnce = 16 * 1024 * 1024;
const std::filesystem::path kControlGroups = "/sys/fs/cgroup";

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; }

// The folder of the process's control group (version 2).
std::filesystem::path control_group() {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::/")) return kControlGroups / line.substr(4);
  return kControlGroups;
}
}  // namespace

std::int64_t resident_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

ProcessorTime processor_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {.at_seconds = std::chrono::duration<double>(steady_now().time_since_epoch()).count(),
          .used_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

std::optional<double> cores_of_quota(std::string_view text) {
  std::istringstream words{std::string(text)};
  double quota = 0, period = 0;
  if (!(words >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

double allowed_cores() {
  cpu_set_t may_run_on;
  const bool is_known = sched_getaffinity(0, sizeof may_run_on, &may_run_on) == 0;
  double cores = is_known ? CPU_COUNT(&may_run_on) : std::max(1U, std::thread::hardware_concurrency());
  // A quota of a group further up counts as well.
  for (auto folder = control_group(); folder.native().starts_with(kControlGroups.native()); folder = folder.parent_path()) {
    std::ifstream file(folder / "cpu.max");
    std::string text;
    if (std::getline(file, text)) cores = std::min(cores, cores_of_quota(text).value_or(cores));
  }
  return cores;
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
