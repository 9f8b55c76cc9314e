#include "api/api.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

#include "api/routes.hpp"
#include "base/random.hpp"
#include "http/text.hpp"

namespace frontrow::http {

// RFC 9110, 11.4: the scheme in any spelling, then blanks.
std::optional<std::string_view> bearer(const Request& request) {
  constexpr std::string_view kScheme = "Bearer";
  const auto header = request.find_header("Authorization");
  if (!header || !equals_ignoring_case(header->substr(0, kScheme.size()), kScheme)) return {};
  const std::string_view rest = header->substr(kScheme.size());
  if (!rest.starts_with(' ')) return {};
  return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
}

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

std::optional<Refusal> Api::refuse_service(const Request& request) const {
  const std::string& secret = settings.charge_token;
  if (!is_charged_by_service()) return {};
  const auto token = bearer(request);
  if (!token) return Refusal{.code = ErrorCode::unauthorized};
  if (token->size() == secret.size() && CRYPTO_memcmp(token->data(), secret.data(), secret.size()) == 0) return {};
  return Refusal{.code = ErrorCode::forbidden, .detail = "Only the payment service may charge points here."};
}

Result<ConcertPtr> Api::concert(ConcertId id) const {
  const auto picture = sale.catalog.picture();
  const auto found = picture->concerts.find(id);
  if (found == picture->concerts.end()) return refuse(ErrorCode::concert_not_found);
  return found->second;
}

std::vector<Route> all_routes(Api& api) {
  Routes routes(api);
  add_queue_routes(routes);
  add_concert_routes(routes);
  add_seat_routes(routes);
  add_reservation_hold_routes(routes);
  add_reservation_routes(routes);
  add_payment_routes(routes);
  add_point_routes(routes);
  add_concert_admin_routes(routes);
  add_schedule_admin_routes(routes);
  add_event_routes(routes);
  add_operator_routes(routes);
  add_deed_routes(routes);
  add_audit_routes(routes);
  add_counter_routes(routes);
  add_info_routes(routes);
  add_time_routes(routes);
  add_actuator_routes(routes);
  add_page_routes(routes);
  api.tend = std::move(routes.forget_old);
  return std::move(routes.all);
}

}  // namespace frontrow::http
