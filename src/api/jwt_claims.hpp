// The rules for a token's header and claims (RFC 7519, 8725, 9068). Its signature is judged elsewhere (api/jws).
#pragma once

#include <optional>
#include <string_view>

#include "api/jwt.hpp"
#include "api/jwt_rules.hpp"
#include "http/json_reader.hpp"

namespace frontrow::http {

// A sentence if they will not do; null if they will.
const char* refuse_type(const JsonView& header, const JwtRules& rules);
const char* refuse_claims(const JsonView& claims, const JwtRules& rules, TimePoint now);

// Nothing if the claims name no user that these rules know.
std::optional<JwtVerifier::Bearer> bearer_of(const JsonView& claims, const JwtRules& rules);

}  // namespace frontrow::http
