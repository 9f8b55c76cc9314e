// What the operator's page asks for every two seconds: the counters it draws, and not the whole of the metrics (81 KB).
#include "api/routes.hpp"
#include "http/json_body.hpp"
#include "metrics/counts.hpp"

namespace frontrow::http {

namespace {

Response counters_response(const Api& api) {
  const Counts counts = counts_of(api.sale.metrics);
  JsonBody json;
  json.begin_object()
      .field("instance", api.settings.instance)
      .field("startedAt", api.settings.started_at)
      .field("lastEventId", counts.last_event_id)
      .field("admissions", counts.admissions)
      .field("holds", counts.holds)
      .field("payments", counts.payments)
      .key("refusals")
      .begin_array();
  for (const Counts::OfCode& refusal : counts.refusals)
    json.begin_object().field("code", refusal.code).field("count", refusal.count).end_object();
  json.end_array().key("answerTimes").begin_array();
  for (const Counts::OfDuration& time : counts.answer_times)
    json.begin_object().field("upToMicroseconds", time.up_to_microseconds).field("count", time.count).end_object();
  json.end_array().end_object();
  return json.response();
}

}  // namespace

void add_counter_routes(Routes& routes) {
  routes.add("GET", "/api/v1/admin/counters", Needs::admin, counters_response).role = Role::viewer;
}

}  // namespace frontrow::http
