// Names that no other process has: owners of locks, permits to fill.
#pragma once

#include <array>
#include <string>

#include "base/random.hpp"

namespace frontrow::redis {

inline std::string random_token() {
  std::array<std::byte, 16> bytes;
  fill_secret(bytes);
  std::string text;
  for (const std::byte byte : bytes) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

}  // namespace frontrow::redis
