#include "api/fingerprint.hpp"

#include <algorithm>
#include <string>

#include "base/sha256.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxKey = 255;

// A string of RFC 8941, as the IETF draft has it: in quotes, with a backslash before a quote or a backslash. Anything else is the
// key as it stands.
std::string without_quotes(std::string_view key) {
  std::string as_sent{key};
  if (key.size() < 2 || key.front() != '"' || key.back() != '"') return as_sent;
  std::string plain;
  for (std::size_t i = 1; i + 1 < key.size(); ++i) {
    if (key[i] == '"') return as_sent;
    if (key[i] == '\\' && (++i + 1 >= key.size() || (key[i] != '"' && key[i] != '\\'))) return as_sent;
    plain += key[i];
  }
  return plain;
}

}  // namespace

Result<std::array<std::byte, 16>> idempotency_hash(std::string_view key) {
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  const std::string plain = without_quotes(key);
  if (plain.empty() || plain.size() > kMaxKey || !std::ranges::all_of(plain, is_printable)) {
    return refuse(Refusal{.code = ErrorCode::validation_failed,
                          .errors = {{"Idempotency-Key", "must be 1 to 255 printable ASCII characters"}}});
  }
  return hash_of_text(plain);
}

std::array<std::byte, 16> hash_of_text(std::string_view text) {
  const Sha256 digest = sha256(text);
  std::array<std::byte, 16> hash;
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

std::int64_t request_fingerprint(std::string_view canonical_request) {
  const Sha256 digest = sha256(canonical_request);
  std::int64_t fingerprint = 0;
  for (int i = 0; i < 8; ++i) {
    fingerprint =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(fingerprint) << 8 | std::to_integer<std::uint64_t>(digest[i]));
  }
  return fingerprint;
}

}  // namespace frontrow::http
