// The switches of storage_shim.cpp, shared by a test and the server with the preloaded shim.
#pragma once

#include <atomic>
#include <cstdint>

namespace frontrow::test {

// Names the file with the switches.
inline constexpr char kFaultsVariable[] = "STORAGE_FAULTS";

// Plain memory of two processes; all zero is a healthy disk. They concern only the database and its write-ahead log.
struct StorageFaults {
  std::atomic<std::int32_t> is_full;       // writes that make a file longer fail with ENOSPC
  std::atomic<std::int32_t> syncs;         // the count so far
  std::atomic<std::int32_t> fail_sync_at;  // this one and …
  std::atomic<std::int32_t> fail_syncs;    // … this many in all fail with EIO
  std::atomic<std::int32_t> failures;      // the count of failed calls
};
static_assert(std::atomic<std::int32_t>::is_always_lock_free);

}  // namespace frontrow::test
