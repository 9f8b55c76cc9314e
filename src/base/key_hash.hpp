// Hashes of short keys that their owners cannot steer: mixed with a secret of the process, so that nobody can find two
// keys of one place in a table.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/random.hpp"

namespace frontrow {

// Two words name a key of any kind: a user and 0, an address prefix and its family.
struct LimitKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

class KeyHash {
 public:
  KeyHash() { fill_secret(std::as_writable_bytes(std::span(secret_))); }

  // Never 0. Multiplying and folding as wyhash does (Wang Yi, public domain).
  std::uint64_t of(const LimitKey& key) const {
    const std::uint64_t mixed = fold(fold(key.first ^ secret_[0], key.second ^ secret_[1]) ^ secret_[2], secret_[3]);
    return mixed == 0 ? 1 : mixed;
  }

 private:
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  std::array<std::uint64_t, 4> secret_{};
};

}  // namespace frontrow
