// Every route of the sale, put together feature by feature, and the one place that refuses what a handler could not read.
#pragma once

#include <concepts>

#include "api/request_reader.hpp"

namespace frontrow::http {

class Routes {
 public:
  explicit Routes(const Api& api) : api(api) {}

  // A route for operators says the role it needs in its `role`; without a word only the owner may.
  // `handler` reads its RequestReader and returns what is to be done. That is called while the request is there: with the
  // Responder, to answer later, or without, for a Response or a Result of one.
  template <class Read>
  Route& add(std::string_view method, std::string_view pattern, Needs needs, Read handler, BodyLimit limit = BodyLimit::normal) {
    return all.emplace_back(Route{.method = method,
                                  .pattern = pattern,
                                  .needs = needs,
                                  .body_limit = limit,
                                  .handler =
                                      [&api = api, handler](const Request& request, Responder responder) {
                                        RequestReader in(api, request);
                                        auto read = handler(in);
                                        if (in.has_to_wait()) return in.wait(std::move(responder));
                                        auto wanted = in.result(std::move(read));
                                        if (!wanted) return std::move(responder).refuse(std::move(wanted.error()));
                                        auto luggage = in.admit();
                                        if (!luggage) return std::move(responder).refuse(std::move(luggage.error()));
                                        responder.carry(std::move(*luggage));
                                        if constexpr (std::invocable<decltype(*wanted), Responder>)
                                          (*wanted)(std::move(responder));
                                        else
                                          respond(std::move(responder), (*wanted)());
                                      },
                                  .audience = needs == Needs::admin ? Audience::operators : Audience::buyers});
  }
  // For what wants nothing from the request.
  Route& add(std::string_view method, std::string_view pattern, Needs needs, Response (*show)(const Api&)) {
    return add(method, pattern, needs, [show](RequestReader& in) { return [show, &in] { return show(in.api); }; });
  }

  const Api& api;
  std::vector<Route> all;
  std::function<void()> forget_old = [] {};
};

// One function for each feature, in the file of its name.
void add_queue_routes(Routes& routes);
void add_concert_routes(Routes& routes);
void add_seat_routes(Routes& routes);
void add_reservation_routes(Routes& routes);
void add_reservation_hold_routes(Routes& routes);
void add_payment_routes(Routes& routes);
void add_point_routes(Routes& routes);
void add_concert_admin_routes(Routes& routes);
void add_schedule_admin_routes(Routes& routes);
void add_event_routes(Routes& routes);
void add_operator_routes(Routes& routes);
void add_deed_routes(Routes& routes);
void add_audit_routes(Routes& routes);
void add_counter_routes(Routes& routes);
void add_info_routes(Routes& routes);
void add_time_routes(Routes& routes);
void add_actuator_routes(Routes& routes);
void add_page_routes(Routes& routes);

}  // namespace frontrow::http
