// Hashes for idempotency: of the key a client chose, and of the request it stands for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "domain/error.hpp"

namespace frontrow::http {

// First 16 bytes of the SHA-256 of an Idempotency-Key; validation_failed unless it is 1 to 255 printable ASCII characters.
// "abc" in quotes, as the IETF draft writes it, is the key abc.
Result<std::array<std::byte, 16>> idempotency_hash(std::string_view key);

// First 8 bytes of the SHA-256 of a canonical request. The same in every build and on every machine, because it is stored.
// 16 bytes of the SHA-256.
std::array<std::byte, 16> hash_of_text(std::string_view text);
std::int64_t request_fingerprint(std::string_view canonical_request);

}  // namespace frontrow::http
