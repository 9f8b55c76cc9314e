#include "api/join_pass.hpp"

#include "api/fingerprint.hpp"
#include "http/json_reader.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kMaxId = 255;

std::unexpected<Refusal> invalid(std::string why) { return refuse(ErrorCode::join_pass_invalid, std::move(why)); }

double number_of(const std::optional<JsonView>& claim) {
  if (!claim) return 0;
  if (claim->kind() == JsonKind::integer) return static_cast<double>(claim->integer());
  return claim->kind() == JsonKind::other_number ? claim->other_number() : 0;
}

std::string_view text_of(const std::optional<JsonView>& claim) {
  return claim && claim->kind() == JsonKind::string ? claim->string() : std::string_view{};
}

// A pass may be of one user and of one concert; it need not.
Result<IdempotencyKey> read_pass(const JsonView& claims, const PassRules& rules, UserId user, ConcertId concert, TimePoint now) {
  const std::string_view id = text_of(claims.find("jti"));
  if (id.empty() || id.size() > kMaxId) return invalid("The pass has no id (jti).");
  const double left = number_of(claims.find("exp")) - std::chrono::duration<double>(now.time_since_epoch()).count();
  if (!(left <= std::chrono::duration<double>(rules.longest).count())) return invalid("The pass is good for too long.");
  if (const auto subject = claims.find("sub"); subject && text_of(subject) != std::to_string(user.value))
    return invalid("The pass is another user's.");
  const auto named = claims.find("concertId");
  if (named && (named->kind() != JsonKind::integer || named->integer() != concert.value))
    return invalid("The pass is for another concert.");
  return IdempotencyKey{.owner = {}, .operation = Operation::use_pass, .hash = hash_of_text(id)};
}

Result<IdempotencyKey> verify(RequestReader& in, UserId user, ConcertId concert) {
  const PassRules& rules = in.api.settings.passes;
  const auto token = in.request.find_header("X-Join-Pass");
  if (!token) return refuse(ErrorCode::join_pass_required);
  if (rules.keys == nullptr) return invalid("This server knows no key of passes.");
  const TimePoint now = in.api.sale.clock.now();
  auto claims = rules.keys->claims(*token, now);
  if (!claims) {
    const bool is_forged = claims.error().fault == JwtVerifier::Fault::forged;
    if (is_forged && in.api.settings.limits != nullptr) in.api.settings.limits->charge_failed_signature(in.request.client());
    return invalid(std::move(claims.error().refusal.detail));
  }
  thread_local JsonDocument document;
  return read_pass(document.parse(*claims).value(), rules, user, concert, now);
}

}  // namespace

std::optional<ShownPass> shown_pass(RequestReader& in, UserId user, const Concert& concert) {
  if (in.has_to_wait()) return {};  // read again when the user is known; until then a signature would cost twice
  if (!in.api.settings.passes.is_always_wanted && !concert.queue.wants_pass) return {};
  auto use = verify(in, user, concert.id);
  if (!use) return ShownPass{.refusal = std::move(use.error())};
  return ShownPass{.refusal = {}, .use = *use};
}

}  // namespace frontrow::http
