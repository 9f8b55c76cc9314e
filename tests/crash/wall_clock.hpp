// The memory that the preloaded clock shares with the test that sets it.
#pragma once

#include <atomic>
#include <cstdint>

namespace frontrow::test {

struct WallClock {
  std::atomic<std::int64_t> ahead_seconds;
};
inline constexpr char kWallClockVariable[] = "TEST_WALL_CLOCK";

}  // namespace frontrow::test
