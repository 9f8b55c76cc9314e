// A person as an issuer of tokens names them: `iss` and `sub`, byte for byte. Two issuers may give two people one name.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

#include "domain/ids.hpp"

namespace frontrow {

struct Subject {
  std::string issuer;  // empty: the token names none
  std::string text;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

inline constexpr std::size_t kMaxSubjectBytes = 255;  // each of the two; OpenID Connect Core, 2

// Users whose subject is a number have that id, if it is below; the ids that the store gives to other subjects begin here. So no
// two subjects of an issuer share an id.
inline constexpr std::int64_t kFirstMappedUser = std::int64_t{1} << 52;

}  // namespace frontrow
