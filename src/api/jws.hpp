// Keys that verify the signatures of JSON Web Tokens: RFC 7515, 7517, 7518, 8037.
//
// A key gets its one algorithm when it is read, and never verifies with another (RFC 8725, 3.1): a token can only name an
// algorithm for which there is a key. The cryptography is OpenSSL's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/jwt_rules.hpp"

struct evp_pkey_st;

namespace frontrow::http {

class JwtKey {
 public:
  using PublicKey = std::shared_ptr<evp_pkey_st>;
  static constexpr std::size_t kLeastSecretBytes = 32;  // RFC 7518, 3.2

  // For HS256; no key in PEM. These three throw std::runtime_error, without the key in it.
  static JwtKey secret(std::string_view secret);
  // "PUBLIC KEY", or a "CERTIFICATE", of which only the key counts: not its dates, and not its issuer.
  static JwtKey pem(JwtAlgorithm algorithm, std::string_view text);
  // RSA of 2,048 to 8,192 bits, or the algorithm's own curve; a point that is on it.
  JwtKey(JwtAlgorithm algorithm, PublicKey key, std::optional<std::string> id = {});

  JwtAlgorithm algorithm() const { return algorithm_; }
  // The `kid` it is known by; a key without one fits any.
  const std::optional<std::string>& id() const { return id_; }
  // Thread safe.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  JwtKey(JwtAlgorithm algorithm, std::string secret) : algorithm_(algorithm), secret_(std::move(secret)) {}

  JwtAlgorithm algorithm_;
  std::string secret_;
  PublicKey key_;
  std::optional<std::string> id_;
};

// The algorithm that a key with numbers on this curve has; nothing for curves without one.
std::optional<JwtAlgorithm> algorithm_of_curve(std::string_view curve);

// An RSA key of n and e, or a point of a curve ("P-256", "Ed25519" …), as big-endian bytes. Null if OpenSSL refuses them.
JwtKey::PublicKey rsa_key(std::string_view n, std::string_view e);
JwtKey::PublicKey curve_key(std::string_view curve, std::string_view x, std::string_view y);

// RFC 4648, section 5, without padding; nothing when a character or the last bits do not belong there.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace frontrow::http
