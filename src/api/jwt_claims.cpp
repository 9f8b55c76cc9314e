#include "api/jwt_claims.hpp"

#include <algorithm>
#include <cmath>

#include "http/text.hpp"

namespace frontrow::http {

namespace {

// RFC 7519, 2: seconds as any JSON number, fractions included. Nothing when it is something else, or larger than any.
std::optional<double> numeric_date(const JsonView& value) {
  if (value.kind() == JsonKind::integer) return static_cast<double>(value.integer());
  if (value.kind() != JsonKind::other_number || !std::isfinite(value.other_number())) return {};
  return value.other_number();
}

const char* refuse_issued(const JsonView& claims, const JwtRules& rules, double now, double leeway) {
  const auto issued = claims.find("iat");
  if (!issued) return rules.max_age.count() == 0 ? nullptr : "The token does not say when it was issued.";
  const auto begin = numeric_date(*issued);
  if (!begin) return "The token's iat is not a number of seconds.";
  if (rules.max_age.count() == 0) return nullptr;
  if (now + leeway < *begin) return "The token is not valid yet.";
  return now >= *begin + static_cast<double>(rules.max_age.count()) + leeway ? "The token is too old." : nullptr;
}

const char* refuse_times(const JsonView& claims, const JwtRules& rules, TimePoint at) {
  const double now = std::chrono::duration<double>(at.time_since_epoch()).count();
  const double leeway = std::chrono::duration<double>(rules.leeway).count();
  const auto expires = claims.find("exp");
  if (!expires) return "The token has no expiry.";
  const auto end = numeric_date(*expires);
  if (!end) return "The token's exp is not a number of seconds.";
  if (now >= *end + leeway) return "The token has expired.";
  if (const auto not_before = claims.find("nbf")) {
    const auto begin = numeric_date(*not_before);
    if (!begin) return "The token's nbf is not a number of seconds.";
    if (now + leeway < *begin) return "The token is not valid yet.";
  }
  return refuse_issued(claims, rules, now, leeway);
}

bool is_text(const std::optional<JsonView>& value) { return value && value->kind() == JsonKind::string; }

bool contains(const std::vector<std::string>& all, std::string_view one) { return std::ranges::find(all, one) != all.end(); }

// RFC 7519, 4.1.3: one text, or a list of texts.
bool has_audience(const JsonView& claims, const std::vector<std::string>& wanted) {
  const auto audience = claims.find("aud");
  if (is_text(audience)) return contains(wanted, audience->string());
  if (!audience || audience->kind() != JsonKind::array) return false;
  bool is_meant = false, are_texts = true;
  audience->for_each([&](const JsonView& each) {
    are_texts &= each.kind() == JsonKind::string;
    is_meant |= each.kind() == JsonKind::string && contains(wanted, each.string());
  });
  return is_meant && are_texts;
}

bool has_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == wanted) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

// `scope` as RFC 8693, 4.2 has it, words in one text; `scp` as Entra ID (a text) and Okta (a list) write it.
bool has_scope(const JsonView& claims, std::string_view wanted) {
  for (const char* name : {"scope", "scp"}) {
    const auto scope = claims.find(name);
    if (is_text(scope) && has_word(scope->string(), wanted)) return true;
    bool is_listed = false;
    if (scope && scope->kind() == JsonKind::array)
      scope->for_each([&](const JsonView& each) { is_listed |= each.kind() == JsonKind::string && each.string() == wanted; });
    if (is_listed) return true;
  }
  return false;
}

std::string_view without_prefix(std::string_view type) {
  constexpr std::string_view kPrefix = "application/";
  const bool has_prefix = type.size() > kPrefix.size() && equals_ignoring_case(type.substr(0, kPrefix.size()), kPrefix);
  return has_prefix ? type.substr(kPrefix.size()) : type;
}

}  // namespace

// RFC 7515, 4.1.9: a media type, compared without case, whose "application/" may be left out.
const char* refuse_type(const JsonView& header, const JwtRules& rules) {
  if (rules.types.empty()) return nullptr;
  const auto type = header.find("typ");
  const bool is_wanted = is_text(type) && std::ranges::any_of(rules.types, [&](const std::string& each) {
                           return equals_ignoring_case(without_prefix(each), without_prefix(type->string()));
                         });
  return is_wanted ? nullptr : "The token is of a type that is not accepted here.";
}

const char* refuse_claims(const JsonView& claims, const JwtRules& rules, TimePoint now) {
  if (const char* why = refuse_times(claims, rules, now)) return why;
  const auto issuer = claims.find("iss");
  if (issuer && (!is_text(issuer) || issuer->string().size() > kMaxSubjectBytes)) return "The token's issuer is not a text.";
  if (!rules.issuer.empty() && (!issuer || issuer->string() != rules.issuer)) return "The token is of another issuer.";
  if (!rules.audiences.empty() && !has_audience(claims, rules.audiences)) return "The token is for another audience.";
  const bool is_permitted = std::ranges::all_of(rules.scopes, [&](const std::string& each) { return has_scope(claims, each); });
  return is_permitted ? nullptr : "The token lacks a scope that is wanted here.";
}

std::optional<JwtVerifier::Bearer> bearer_of(const JsonView& claims, const JwtRules& rules) {
  const auto subject = claims.find("sub");
  if (!is_text(subject)) return {};
  const std::string_view text = subject->string();
  const auto number = parse_decimal(text);
  const std::int64_t most = rules.subjects == JwtSubjects::numbers ? kMaxId : kFirstMappedUser - 1;
  if (number && *number >= 1 && *number <= most) return JwtVerifier::Bearer{.user = {*number}, .subject = {}};
  if (rules.subjects == JwtSubjects::numbers || text.empty() || text.size() > kMaxSubjectBytes) return {};
  const auto issuer = claims.find("iss");
  return JwtVerifier::Bearer{.user = {},
                             .subject = {.issuer = std::string(issuer ? issuer->string() : ""), .text = std::string(text)}};
}

}  // namespace frontrow::http
