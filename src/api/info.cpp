// What the pages have to know of how the sale is run. Of no use to an attacker: facts that any buyer can find out by buying.
#include "api/api.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

namespace {

std::int64_t seconds(Duration duration) { return std::chrono::floor<std::chrono::seconds>(duration).count(); }

Response info_response(const Api& api) {
  const Sale& sale = api.sale;
  std::string body;
  JsonWriter(body)
      .begin_object()
      .field("name", "frontrow")
      .field("version", api.settings.version)
      .field("serverTime", sale.clock.now())
      .field("authMode", api.settings.jwt == nullptr ? "open" : "jwt")
      .field("chargeBy", "user")
      .field("holdSeconds", seconds(sale.holds.hold))
      .field("activeSeconds", seconds(sale.queues.active))
      .field("idleSeconds", seconds(sale.queues.idle))
      .field("returnSeconds", seconds(sale.queues.return_window))
      .field("maxSeatsPerHold", sale.holds.max_seats_per_hold)
      .field("maxSeatsPerUser", sale.holds.max_seats_per_user)
      .field("defaultTimeZone", api.settings.default_time_zone)
      .end_object();
  return Response::json(std::move(body));
}

}  // namespace

void add_info_routes(std::vector<Route>& routes, Api& api) {
  routes.push_back({.method = "GET", .pattern = "/api/v1/info", .handler = [&api](const Request&, Responder responder) {
                      std::move(responder).send(info_response(api));
                    }});
}

}  // namespace frontrow::http
