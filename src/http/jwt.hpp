// Who a bearer token speaks for, in `auth.mode=jwt`. The algorithm comes from a setting, never from the token.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "domain/error.hpp"

namespace frontrow::http {

enum class JwtAlgorithm : std::uint8_t { hs256, rs256, es256 };

// "HS256", "RS256", "ES256"
std::optional<JwtAlgorithm> parse_jwt_algorithm(std::string_view name);

class JwtVerifier {
 public:
  static constexpr std::chrono::seconds kLeeway{60};  // for clocks that disagree

  // `key` is a secret of at least 32 bytes for HS256, else a public key in PEM: RSA of 2048 bits or more, or P-256. Throws
  // std::runtime_error, without the key in it, when it is something else.
  JwtVerifier(JwtAlgorithm algorithm, std::string_view key);
  // The content of a file; line ends after a secret do not belong to it.
  static JwtVerifier from_file(JwtAlgorithm algorithm, const std::filesystem::path& file);
  JwtVerifier(JwtVerifier&&) noexcept;
  ~JwtVerifier();

  // The user named by `sub`. `unauthorized` unless the form, `alg`, the signature, `exp` (must be there), `nbf` and `sub`
  // (a decimal integer as a string) are all in order. Thread safe.
  Result<UserId> verify(std::string_view token, TimePoint now) const;

 private:
  struct Key;
  bool is_signed(std::string_view message, std::string_view signature) const;

  JwtAlgorithm algorithm_;
  std::unique_ptr<const Key> key_;
};

// RFC 4648, section 5, without padding; nothing when a character or the last bits do not belong there.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace frontrow::http
