// The keys that may have signed a token, one of which its header names: a JSON Web Key Set (RFC 7517), or a single key.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/jws.hpp"

namespace frontrow::http {

class KeySet {
 public:
  static constexpr std::size_t kMost = 100;
  static constexpr std::size_t kMostBytes = 512 * 1024;  // of its JSON

  KeySet() = default;
  explicit KeySet(std::vector<JwtKey> keys) : keys_(std::move(keys)) {}

  // The content of a key file: a secret for HS256, else a key or certificate in PEM. A line break at the end of a secret may
  // belong to it or to the editor, so tokens of either are accepted. Throws std::runtime_error, without the key in it.
  static KeySet of_file(JwtAlgorithm algorithm, std::string_view content);
  // Keys that are not for verifying, not public, weak, or of an algorithm that is unknown or not among `allowed` are left out;
  // `allowed` empty: any but HS256. A key without `alg` gets the first of `allowed` that fits it, else its curve's, or RS256.
  // Throws std::runtime_error if the text is no key set, or none of its keys is left; the reason names each key left out.
  static KeySet of_json(std::string_view text, std::span<const JwtAlgorithm> allowed = {});

  struct Candidates {
    std::vector<const JwtKey*> keys;  // few
    bool is_id_known = false;         // a key of any algorithm has the id
  };
  // For a token of this algorithm that names this `kid`, or none.
  Candidates find(JwtAlgorithm algorithm, std::optional<std::string_view> id) const;

  bool is_empty() const { return keys_.empty(); }
  std::size_t size() const { return keys_.size(); }
  std::span<const std::string> left_out() const { return left_out_; }
  // A set of which another reading would make the same keys has the same text.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::vector<JwtKey> keys_;
  std::vector<std::string> left_out_;  // the reasons
  std::string fingerprint_;
};

}  // namespace frontrow::http
