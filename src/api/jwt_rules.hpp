// The rules by which a bearer token is judged: plain values of an operator's settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow::http {

enum class JwtAlgorithm : std::uint8_t { hs256, rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa };

// "HS256", "EdDSA"
std::string_view name_of(JwtAlgorithm algorithm);
// The value of `alg` in a token's header or in a key, as RFC 7518, 8037 and 9864 spell it.
std::optional<JwtAlgorithm> parse_jwt_algorithm(std::string_view name);

// The user that a `sub` means.
enum class JwtSubjects : std::uint8_t {
  numbers,  // a decimal integer, which is the user's id; all else is refused
  any,      // any text; the store keeps the id of each that is no number
};

struct JwtRules {
  std::string issuer = {};                  // `iss` must be equal; empty: any
  std::vector<std::string> audiences = {};  // `aud` must name one of them; empty: any
  std::vector<std::string> types = {};      // `typ` must be one of them, without "application/" and in any case; empty: any
  std::vector<std::string> scopes = {};     // `scope` or `scp` must name all of them
  std::chrono::seconds leeway{60};          // for clocks that disagree
  std::chrono::seconds max_age{0};          // since `iat`, which must be there; 0: any
  JwtSubjects subjects = JwtSubjects::numbers;
};

}  // namespace frontrow::http
