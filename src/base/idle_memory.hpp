// Says how much of the allocator's unused memory may go back to the system: what no look of the last few found in use. A rush gets
// its memory without asking the system each time, and a pause returns it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace frontrow {

class IdleMemory {
 public:
  static constexpr std::size_t kLooks = 5;
  static constexpr std::int64_t kKept = 16 * 1024 * 1024;

  // `unused`: bytes that nothing uses now. Returns the bytes to give back, mostly 0.
  std::int64_t look(std::int64_t unused) {
    looks_[next_++ % kLooks] = unused;
    if (next_ < kLooks) return 0;
    const std::int64_t idle = *std::ranges::min_element(looks_) - kKept;
    if (idle < kKept) return 0;
    next_ = 0;  // the looks so far are about memory that is gone
    return idle;
  }

 private:
  std::array<std::int64_t, kLooks> looks_{};
  std::size_t next_ = 0;
};

}  // namespace frontrow
