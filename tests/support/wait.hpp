// Waiting for a condition, never for a time.
#pragma once

#include <chrono>
#include <thread>

namespace frontrow::test {

inline constexpr std::chrono::seconds kPatience{20};  // for anything that should take far less, sanitizers included

// Asks until it is so; false when it never was.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds patience = kPatience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (condition()) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

}  // namespace frontrow::test
