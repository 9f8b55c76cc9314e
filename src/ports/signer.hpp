// Signs tickets. Thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace frontrow {

class Signer {
 public:
  virtual ~Signer() = default;
  virtual std::uint8_t key_id() const = 0;
  // First 16 bytes of HMAC-SHA256.
  virtual std::array<std::byte, 16> sign(std::span<const std::byte> message) const = 0;
  // In constant time; false for an unknown key id.
  virtual bool verify(std::uint8_t key_id, std::span<const std::byte> message, std::span<const std::byte, 16> signature) const = 0;
};

}  // namespace frontrow
