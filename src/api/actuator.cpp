// For whoever runs it: is it well, should requests come here, which version, how fast.
#include <algorithm>

#include "api/routes.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr std::string_view kOutOfService = "OUT_OF_SERVICE";

std::string_view status_of(const Api& api, const std::vector<HealthPart>& parts) {
  if (!api.is_ready.load()) return kOutOfService;
  const bool all_up = api.sale.commits.store_is_up() && std::ranges::all_of(parts, &HealthPart::is_up);
  return all_up ? "UP" : "DEGRADED";
}

Response health_response(const Api& api) {
  const bool store_is_up = api.sale.commits.store_is_up();
  const bool is_ready = api.is_ready.load();
  const auto parts = api.settings.parts();
  JsonBody json;
  const std::string_view server = is_ready ? "UP" : kOutOfService;
  json.begin_object()
      .field("status", status_of(api, parts))
      .key("components")
      .begin_object()
      .key("server")
      .begin_object()
      .field("status", server)
      .end_object()
      .key("store")
      .begin_object()
      .field("status", store_is_up ? "UP" : "DOWN");
  if (!store_is_up) json.field("detail", "the last commit failed; reads go on");
  json.end_object();
  for (const HealthPart& part : parts) {
    json.key(part.name).begin_object().field("status", part.is_up ? "UP" : "DOWN");
    if (!part.detail.empty()) json.field("detail", part.detail);
    json.end_object();
  }
  json.end_object().end_object();
  return json.response(is_ready ? 200 : 503);
}

// For everybody: the parts and their faults are the operator's concern.
Response brief_health_response(const Api& api) {
  JsonBody json;
  json.begin_object().field("status", status_of(api, api.settings.parts())).end_object();
  return json.response(api.is_ready.load() ? 200 : 503);
}

Response liveness_response(const Api&) { return Response::json(R"({"status":"UP"})"); }

Response readiness_response(const Api& api) {
  return api.is_ready.load() ? liveness_response(api) : Response::json(R"({"status":"OUT_OF_SERVICE"})", 503);
}

Response info_response(const Api& api) {
  JsonBody json;
  json.begin_object()
      .field("name", "frontrow")
      .field("version", api.settings.version)
      .field("profile", api.settings.profile)
      .field("authMode", api.settings.jwt == nullptr ? "open" : "jwt")
      .field("startedAt", api.settings.started_at)
      .field("maxSeatsPerHold", api.sale.holds.max_seats_per_hold)
      .field("maxSeatsPerUser", api.sale.holds.max_seats_per_user)
      .end_object();
  return json.response();
}

// The text takes a millisecond and anybody may ask for it: it is made a few times a second at most.
class MetricsText {
 public:
  SharedParts get(Metrics& metrics) {
    const MutexLock lock(mutex_);
    const auto now = steady_now();
    if (text_ == nullptr || now - made_ >= kFresh) {
      text_ = one_part(metrics.text());
      made_ = now;
    }
    return text_;
  }

 private:
  static constexpr std::chrono::milliseconds kFresh{200};
  Mutex mutex_;
  SharedParts text_ GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point made_ GUARDED_BY(mutex_);
};

auto metrics(RequestReader& in, MetricsText& text) {
  const bool is_head = in.request.is_head();
  return [&api = in.api, &text, is_head] {
    Response response{.content_type = "text/plain; version=0.0.4; charset=utf-8"};
    response.is_unrendered = is_head;
    if (!is_head) response.parts = text.get(api.sale.metrics);
    return response;
  };
}

}  // namespace

void add_actuator_routes(Routes& routes) {
  const auto add = [&](std::string_view path, Response (*show)(const Api&), Audience audience) {
    Route& route = routes.add("GET", path, Needs::none, show);
    route.audience = audience;
    route.traffic = Traffic::free;  // a balancer that is refused would take the server out
  };
  add("/actuator/health", brief_health_response, Audience::buyers);
  add("/actuator/health", health_response, Audience::operators);
  add("/actuator/health/liveness", liveness_response, Audience::both);
  add("/actuator/health/readiness", readiness_response, Audience::both);
  routes.add("GET", "/actuator/info", Needs::none, info_response).audience = Audience::operators;
  const auto show = [text = std::make_shared<MetricsText>()](RequestReader& in) { return metrics(in, *text); };
  routes.add("GET", "/actuator/prometheus", Needs::none, show).audience = Audience::operators;
}

}  // namespace frontrow::http
