// The switches of storage_shim.cpp, shared by a test and the server with the preloaded shim.
#pragma once

#include <atomic>
#include <cstdint>

namespace frontrow::test {

// Names the file with the switches.
inline constexpr char kFaultsVariable[] = "STORAGE_FAULTS";

// Memory that two processes share; all zero is a healthy disk. The switches concern only the database and its write-ahead log.
struct StorageFaults {
  std::atomic<std::int32_t> is_full;       // writes that make a file longer fail with ENOSPC
  std::atomic<std::int32_t> syncs;         // flushes so far
  std::atomic<std::int32_t> fail_sync_at;  // the number of the first flush that fails with EIO
  std::atomic<std::int32_t> fail_syncs;    // how many flushes fail from there on
  std::atomic<std::int32_t> failures;      // failed calls so far
};
static_assert(std::atomic<std::int32_t>::is_always_lock_free);

}  // namespace frontrow::test
