// Waits for a condition, never for a fixed time.
#pragma once

#include <chrono>
#include <thread>

namespace frontrow::test {

inline constexpr std::chrono::seconds kPatience{20};  // for events that should take far less, sanitizers included

// Repeats the question until the answer is true; false if it never is.
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
