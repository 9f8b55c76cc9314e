// Signs tickets with HMAC-SHA256 (RFC 2104, OpenSSL) with one secret key in memory. The key's id is in the ticket, so
// that a later version can accept tickets of an older key.
#pragma once

#include <memory>

#include "ports/signer.hpp"

namespace frontrow::local {

inline constexpr std::size_t kMinKeyBytes = 32;

class HmacSigner final : public Signer {
 public:
  // At least kMinKeyBytes.
  explicit HmacSigner(std::span<const std::byte> key);
  ~HmacSigner() override;
  std::uint8_t key_id() const override { return 1; }
  std::array<std::byte, 16> sign(std::span<const std::byte> message) const override;
  bool verify(std::uint8_t key_id, std::span<const std::byte> message, std::span<const std::byte, 16> signature) const override;

 private:
  struct Keyed;
  const std::shared_ptr<Keyed> keyed_;
};

}  // namespace frontrow::local
