// The sale's time, by which its deadlines run; a countdown on a device whose clock is off needs it.
#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

Response time_response(const Api& api) {
  JsonBody json;
  json.begin_object().field("now", api.sale.clock.now()).end_object();
  return json.response();
}

}  // namespace

void add_time_routes(Routes& routes) { routes.add("GET", "/api/v1/time", Needs::none, time_response).audience = Audience::both; }

}  // namespace frontrow::http
