// Points: integers only, one point is one won. Every amount is bounded before it is added, so no sum overflows.
#pragma once

#include <compare>
#include <cstdint>

#include "base/strong_id.hpp"

namespace frontrow {

struct Points {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(Points, Points) = default;
  friend constexpr Points operator+(Points a, Points b) { return {a.value + b.value}; }
  friend constexpr Points operator-(Points a, Points b) { return {a.value - b.value}; }
  constexpr Points operator-() const { return {-value}; }
  constexpr Points& operator+=(Points other) { return *this = *this + other; }
};

inline constexpr Points kMinAmount{1};  // for a price or a charge
inline constexpr Points kMaxAmount{10'000'000};
inline constexpr Points kMaxBalance{kMaxId};  // 2^53−1: exact in every JSON reader

}  // namespace frontrow
