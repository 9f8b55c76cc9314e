// Who a bearer token speaks for, in `auth.mode=jwt`. The algorithm comes from a setting, never from the token.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/published.hpp"
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
  // Another key for all tokens that are verified from now on. Throws as the constructor does; then the old key stays. Thread safe.
  void use(std::string_view key);
  JwtVerifier(JwtVerifier&&) noexcept;
  ~JwtVerifier();

  // The user named by `sub`. `unauthorized` unless the form, `alg`, the signature, `exp` (must be there), `nbf`, `iat` and `sub`
  // (a decimal integer as a string) are all in order; the detail says which is not. docs/reference/jwt.md has the cases. Thread
  // safe.
  // `is_forged`, if given, becomes true if the signature was looked at and is wrong: that is what costs time.
  Result<UserId> verify(std::string_view token, TimePoint now, bool* is_forged = nullptr) const;
  // The claims as JSON, an object: verified as above but for `sub`.
  Result<std::string> claims(std::string_view token, TimePoint now, bool* is_forged = nullptr) const;

 private:
  struct Key;
  static std::shared_ptr<const Key> read_key(JwtAlgorithm algorithm, std::string_view key);
  bool is_signed(std::string_view message, std::string_view signature) const;
  Result<std::string> signed_payload(std::string_view token, bool* is_forged) const;

  JwtAlgorithm algorithm_;
  std::unique_ptr<Published<Key>> key_;
};

// RFC 4648, section 5, without padding; nothing when a character or the last bits do not belong there.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace frontrow::http
