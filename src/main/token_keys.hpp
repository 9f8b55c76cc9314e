// The keys of bearer tokens, as the settings say: one of a file, or a set of a file, of an address, or of an issuer's discovery.
#pragma once

#include <memory>
#include <optional>

#include "api/key_source.hpp"
#include "main/settings.hpp"

namespace frontrow {

http::JwtRules jwt_rules(const Settings& settings);

// Reads a single key, or a key set in a file, at once. Throws std::runtime_error, without the key in it, if that cannot be used;
// keys of the network come later.
class TokenKeys {
 public:
  explicit TokenKeys(const Settings& settings);

  const http::JwtVerifier& verifier() const { return verifier_; }
  // Null for a single key, which never changes by itself.
  http::KeySource* source() { return source_ ? &*source_ : nullptr; }
  // After SIGHUP. If the key cannot be used, that is logged and the old one stays. Thread safe.
  void read_again();

 private:
  const std::filesystem::path key_file_;
  const std::filesystem::path set_file_;
  const http::JwtAlgorithm key_algorithm_;
  http::JwtVerifier verifier_;
  std::optional<http::KeySource> source_;
};

}  // namespace frontrow
