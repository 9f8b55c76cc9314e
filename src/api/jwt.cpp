#include "api/jwt.hpp"

#include <algorithm>

#include "api/jwt_claims.hpp"
#include "http/json_reader.hpp"

namespace frontrow::http {

namespace {

using Fault = JwtVerifier::Fault;
using Refused = JwtVerifier::Refused;

constexpr std::chrono::seconds kUntilKeysAreRead{2};

Refused refused(const char* why, Fault fault = Fault::refused) {
  return {fault, Refusal{.code = ErrorCode::unauthorized, .detail = why}};
}

Refused keyless() {
  return {Fault::keyless,
          Refusal{.code = ErrorCode::overloaded,
                  .detail = "The keys of the tokens' issuer have not been read yet. The token may be good; try again.",
                  .retry_after = kUntilKeysAreRead}};
}

std::optional<std::string_view> text_of(const std::optional<JsonView>& value) {
  return value && value->kind() == JsonKind::string ? std::optional{value->string()} : std::nullopt;
}

constexpr const char* kMalformed = "The token is malformed.";
constexpr const char* kOtherAlgorithm = "The token is not signed with the algorithm of this server.";

}  // namespace

JwtVerifier::JwtVerifier(JwtRules rules, KeySet keys)
    : rules_(std::move(rules)), keys_(std::make_shared<const KeySet>(std::move(keys))) {}

void JwtVerifier::use(KeySet keys) { keys_.publish(std::make_shared<const KeySet>(std::move(keys))); }

// `token` is the signed part with its signature.
std::optional<Refused> JwtVerifier::refuse_signature(std::string_view token, std::string_view header,
                                                     std::string_view signature) const {
  thread_local JsonDocument document;
  const auto parsed = document.parse(header);
  if (!parsed || parsed->kind() != JsonKind::object) return refused(kMalformed);
  if (parsed->find("crit")) return refused("The token demands an extension that is not known here.");
  const auto named = text_of(parsed->find("alg"));
  const auto algorithm = named ? parse_jwt_algorithm(*named) : std::nullopt;
  if (!algorithm) return refused(kOtherAlgorithm);
  if (const char* why = refuse_type(*parsed, rules_)) return refused(why);
  const std::shared_ptr<const KeySet> keys = keys_.get();
  if (keys->is_empty()) return keyless();
  const auto candidates = keys->find(*algorithm, text_of(parsed->find("kid")));
  if (!candidates.is_id_known) return refused("The token names a key that is not known here.", Fault::unknown_key);
  if (candidates.keys.empty()) return refused(kOtherAlgorithm);
  const std::string_view message = token.substr(0, token.rfind('.'));
  const auto verifies = [&](const JwtKey* key) { return key->verifies(message, signature); };
  if (std::ranges::any_of(candidates.keys, verifies)) return {};
  return refused("The token is not signed by the right key.", Fault::forged);
}

std::expected<std::string, Refused> JwtVerifier::signed_payload(std::string_view token) const {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return std::unexpected(refused(kMalformed));
  const auto header = decode_base64url(token.substr(0, first));
  auto payload = decode_base64url(token.substr(first + 1, last - first - 1));
  const auto signature = decode_base64url(token.substr(last + 1));
  if (!header || !payload || !signature) return std::unexpected(refused(kMalformed));
  if (auto why = refuse_signature(token, *header, *signature)) return std::unexpected(std::move(*why));
  return std::move(*payload);
}

std::expected<std::string, Refused> JwtVerifier::claims(std::string_view token, TimePoint now) const {
  auto payload = signed_payload(token);
  if (!payload) return payload;
  thread_local JsonDocument document;
  const auto claims = document.parse(*payload);
  if (!claims || claims->kind() != JsonKind::object) return std::unexpected(refused(kMalformed));
  if (const char* why = refuse_claims(*claims, rules_, now)) return std::unexpected(refused(why));
  return payload;
}

std::expected<JwtVerifier::Bearer, Refused> JwtVerifier::verify(std::string_view token, TimePoint now) const {
  const auto payload = signed_payload(token);
  if (!payload) return std::unexpected(payload.error());
  thread_local JsonDocument document;
  const auto claims = document.parse(*payload);
  if (!claims || claims->kind() != JsonKind::object) return std::unexpected(refused(kMalformed));
  if (const char* why = refuse_claims(*claims, rules_, now)) return std::unexpected(refused(why));
  auto bearer = bearer_of(*claims, rules_);
  if (!bearer) return std::unexpected(refused("The token names no user."));
  return std::move(*bearer);
}

}  // namespace frontrow::http
