// What the pages have to know of how the sale is run. Of no use to an attacker: facts that any buyer can find out by buying.
#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

std::int64_t seconds(Duration duration) { return std::chrono::floor<std::chrono::seconds>(duration).count(); }

Response info_response(const Api& api) {
  const Sale& sale = api.sale;
  JsonBody json;
  json.begin_object()
      .field("name", "frontrow")
      .field("version", api.settings.version)
      .field("serverTime", sale.clock.now())
      .field("authMode", api.settings.jwt == nullptr ? "open" : "jwt")
      .field("chargeBy", api.is_charged_by_service() ? "service" : "user")
      .field("topUpUrl", api.settings.top_up_url.empty() ? std::nullopt : std::optional{api.settings.top_up_url})
      .field("holdSeconds", seconds(sale.holds.hold))
      .field("activeSeconds", seconds(sale.queues.active))
      .field("idleSeconds", seconds(sale.queues.idle))
      .field("returnSeconds", seconds(sale.queues.return_window))
      .field("maxSeatsPerHold", sale.holds.max_seats_per_hold)
      .field("maxSeatsPerUser", sale.holds.max_seats_per_user)
      .field("unpaidHoldsPerHour", sale.holds.unpaid_holds_per_hour)
      .field("seatCoolDownSeconds", seconds(sale.holds.seat_cool_down))
      .field("defaultTimeZone", api.settings.default_time_zone)
      .end_object();
  return json.response();
}

}  // namespace

void add_info_routes(Routes& routes) { routes.add("GET", "/api/v1/info", Needs::none, info_response).audience = Audience::both; }

}  // namespace frontrow::http
