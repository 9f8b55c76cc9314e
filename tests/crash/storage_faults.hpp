// The switches of storage_shim.cpp: shared between a test and the server it has preloaded the shim into.
#pragma once

#include <atomic>
#include <cstdint>

namespace frontrow::test {

// Names the file the switches live in.
inline constexpr char kFaultsVariable[] = "STORAGE_FAULTS";

// Plain memory of two processes; all zero means a healthy disk. Concerns the database and its write-ahead log only.
struct StorageFaults {
  std::atomic<std::int32_t> is_full;       // writes that make a file longer fail with ENOSPC
  std::atomic<std::int32_t> syncs;         // how many there were so far
  std::atomic<std::int32_t> fail_sync_at;  // this one and …
  std::atomic<std::int32_t> fail_syncs;    // … so many in all fail with EIO
  std::atomic<std::int32_t> failures;      // how many calls have been failed
};
static_assert(std::atomic<std::int32_t>::is_always_lock_free);

}  // namespace frontrow::test
