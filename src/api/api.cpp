#include "api/api.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

#include "api/fingerprint.hpp"
#include "base/random.hpp"
#include "http/text.hpp"

namespace frontrow::http {

namespace {

// RFC 9110, 11.4: the scheme in any spelling, then blanks.
std::optional<std::string_view> bearer(const Request& request) {
  constexpr std::string_view kScheme = "Bearer";
  const auto header = request.find_header("Authorization");
  if (!header || !equals_ignoring_case(header->substr(0, kScheme.size()), kScheme)) return {};
  const std::string_view rest = header->substr(kScheme.size());
  if (!rest.starts_with(' ')) return {};
  return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

double jitter() {
  thread_local SystemRandom random;
  return random.unit();
}

std::optional<Refusal> Api::refuse_admin(const Request& request) const {
  const auto token = bearer(request);
  if (!token) return Refusal{.code = ErrorCode::unauthorized};
  if (!same_secret(*token, settings.admin_token)) return Refusal{.code = ErrorCode::forbidden};
  return {};
}

Result<UserId> Api::acting_user(const Request& request, std::optional<UserId> named) const {
  if (settings.jwt == nullptr) {
    if (named) return *named;
    return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = {{"userId", "is required"}}});
  }
  const auto token = bearer(request);
  if (!token) return refuse(ErrorCode::unauthorized);
  const auto user = settings.jwt->verify(*token, sale.clock.now());
  if (user && named && *named != *user) return refuse(ErrorCode::forbidden, "The userId is not yours.");
  return user;
}

Result<Ticket> Api::ticket(const Request& request) const {
  const auto text = request.find_header("X-Queue-Token");
  if (!text || text->empty()) return refuse(ErrorCode::queue_token_required);
  return sale.mint.read(*text);
}

Result<Ticket> Api::ticket_of_user(const Request& request) const {
  const auto genuine = ticket(request);
  if (!genuine || settings.jwt == nullptr) return genuine;
  const auto user = acting_user(request, {});
  if (!user) return std::unexpected(user.error());
  if (genuine->user != *user) return refuse(ErrorCode::forbidden, "The queue token is somebody else's.");
  return genuine;
}

Result<UserId> Api::ticket_or_user(const Request& request, std::optional<UserId> named) const {
  if (request.header("X-Queue-Token").empty()) return acting_user(request, named);
  const auto genuine = ticket_of_user(request);
  if (!genuine) return std::unexpected(genuine.error());
  if (named && *named != genuine->user) return refuse(ErrorCode::forbidden, "The userId is not the queue token's.");
  return genuine->user;
}

Result<std::optional<Idempotent>> Api::idempotent(const Request& request, UserId owner, Operation operation,
                                                  std::string_view canonical) {
  const auto key = request.find_header("Idempotency-Key");
  if (!key) return std::nullopt;
  const auto hash = idempotency_hash(*key);
  if (!hash) return std::unexpected(hash.error());
  return Idempotent{.key = {.owner = owner, .operation = operation, .hash = *hash}, .fingerprint = request_fingerprint(canonical)};
}

Refusal Api::unknown_concert(const Ticket& ticket, ErrorCode otherwise) const {
  constexpr std::chrono::seconds kUntilHeardOf{15};
  if (settings.instance.empty() || sale.clock.now() - ticket.issued_at > kUntilHeardOf) return {.code = otherwise};
  return {.code = ErrorCode::overloaded,
          .detail = "This server has not heard of the concert yet. The ticket is good; try again.",
          .retry_after = std::chrono::seconds{1}};
}

std::vector<Route> all_routes(Api& api) {
  std::vector<Route> routes;
  add_queue_routes(routes, api);
  add_concert_routes(routes, api);
  add_seat_routes(routes, api);
  add_reservation_routes(routes, api);
  add_payment_routes(routes, api);
  add_point_routes(routes, api);
  add_concert_admin_routes(routes, api);
  add_schedule_admin_routes(routes, api);
  add_event_routes(routes, api);
  add_audit_routes(routes, api);
  add_counter_routes(routes, api);
  add_info_routes(routes, api);
  add_time_routes(routes, api);
  add_actuator_routes(routes, api);
  add_page_routes(routes);
  return routes;
}

}  // namespace frontrow::http
