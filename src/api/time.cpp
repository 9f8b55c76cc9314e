// The sale's time, by which its deadlines run; a countdown on a device whose clock is off needs it.
#include "api/api.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

void add_time_routes(std::vector<Route>& routes, Api& api) {
  routes.push_back({.method = "GET", .pattern = "/api/v1/time", .handler = [&api](const Request&, Responder responder) {
                      std::string body;
                      JsonWriter(body).begin_object().field("now", api.sale.clock.now()).end_object();
                      std::move(responder).send(Response::json(std::move(body)));
                    }});
}

}  // namespace frontrow::http
