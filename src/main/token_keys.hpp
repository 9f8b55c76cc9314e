// The keys of bearer tokens and of passes, as the settings say: one of a file, or a set of a file, of an address, or of an
// issuer's discovery.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "api/key_source.hpp"
#include "main/settings.hpp"

namespace frontrow {

// One place where keys come from.
struct KeyOrigin {
  std::string_view owner;                           // in the log
  std::vector<http::JwtAlgorithm> algorithms = {};  // allowed; empty: HS256 with a key, those of its keys with a set
  std::optional<Secret> key = {};
  std::filesystem::path key_file = {};  // that the key came from
  std::filesystem::path set_file = {};
  std::string set_url = {};
  std::string issuer = {};  // whose discovery document names the set, if there is nothing else
  std::filesystem::path trusted = {};
  http::KeySource::Pace pace = {};
};

http::JwtRules jwt_rules(const Settings& settings);
KeyOrigin keys_of_tokens(const Settings& settings);
KeyOrigin keys_of_passes(const Settings& settings);
// False if this server verifies no passes.
bool has_pass_keys(const Settings& settings);

// The content of a file with keys; or the reason. Links are followed, since Kubernetes mounts files so. A file that every user of
// the machine can change is refused, public keys too: its writers could sign in as anybody.
std::expected<std::string, std::string> read_key_file(const std::filesystem::path& file);

// Reads a single key, or a key set in a file, at once. Throws std::runtime_error, without the key in it, if that cannot be used;
// keys of the network come later.
class TokenKeys {
 public:
  TokenKeys(http::JwtRules rules, KeyOrigin origin);

  const http::JwtVerifier& verifier() const { return verifier_; }
  // Null for a single key, which never changes by itself.
  http::KeySource* source() { return source_ ? &*source_ : nullptr; }
  // After SIGHUP: false if the keys are not those of a file or an address. If they cannot be used, that is logged and the old ones
  // stay. Thread safe.
  bool read_again();

 private:
  const KeyOrigin origin_;
  http::JwtVerifier verifier_;
  std::optional<http::KeySource> source_;
};

}  // namespace frontrow
