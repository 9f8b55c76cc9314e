// Integer ids of different types, so that one cannot be passed for another. 0 is "none"; real ids are 1 … 2^53−1, exact
// in every JSON reader.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace frontrow {

inline constexpr std::int64_t kMaxId = (std::int64_t{1} << 53) - 1;

template <class Tag>
struct StrongId {
  std::int64_t value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;
};

}  // namespace frontrow

template <class Tag>
struct std::hash<frontrow::StrongId<Tag>> {
  // Fibonacci multiplier (Knuth, TAOCP 3, §6.4): consecutive ids spread over the table.
  std::size_t operator()(frontrow::StrongId<Tag> id) const noexcept {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id.value) * 0x9E3779B97F4A7C15ULL);
  }
};
