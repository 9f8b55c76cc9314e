// Numbers that no other caller in this process gets: names for what a thread remembers, where an address could be used again.
#pragma once

#include <atomic>
#include <cstdint>

namespace frontrow {

// Never 0. Thread safe.
inline std::uint64_t unique_number() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace frontrow
