// The person that a bearer token speaks for, in `auth.mode=jwt`. The rules come from settings and the keys, never from the token.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/jwt_rules.hpp"
#include "api/key_set.hpp"
#include "base/published.hpp"
#include "domain/error.hpp"
#include "domain/subject.hpp"

namespace frontrow::http {

class JwtVerifier {
 public:
  // Without keys every token is refused as `keyless`.
  explicit JwtVerifier(JwtRules rules, KeySet keys = {});

  // Other keys for all tokens that are verified from now on. Thread safe.
  void use(KeySet keys);
  std::shared_ptr<const KeySet> keys() const { return keys_.get(); }

  struct Bearer {
    UserId user;      // none: only the store knows the subject's
    Subject subject;  // if there is no user
  };
  enum class Fault : std::uint8_t {
    refused,
    forged,       // the signature was looked at and is wrong: that is what costs time
    unknown_key,  // the token names a key that is not among these: its issuer may have a new one
    keyless,      // no keys have been read yet
  };
  struct Refused {
    Fault fault;
    Refusal refusal;  // `unauthorized`; `overloaded` if keyless
  };
  // `unauthorized` unless form, `typ`, `alg`, signature, times, `iss`, `aud`, scopes and `sub` are all in order; the detail says
  // which is not. docs/reference/jwt.md has the cases. Thread safe.
  std::expected<Bearer, Refused> verify(std::string_view token, TimePoint now) const;
  // The claims as JSON, an object: judged as above but for `sub`.
  std::expected<std::string, Refused> claims(std::string_view token, TimePoint now) const;

 private:
  std::expected<std::string, Refused> signed_payload(std::string_view token) const;
  std::optional<Refused> refuse_signature(std::string_view token, std::string_view header, std::string_view signature) const;

  const JwtRules rules_;
  Published<KeySet> keys_;
};

}  // namespace frontrow::http
