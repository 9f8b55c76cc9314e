// The audit as a request. It reads the whole store, so one at a time, on a reader's thread.
#include <atomic>

#include "api/api.hpp"
#include "http/json_writer.hpp"

namespace frontrow::http {

namespace {

constexpr std::chrono::seconds kTryAgain{2};

Response audit_response(const std::vector<AuditLine>& lines) {
  bool holds = true;
  for (const AuditLine& line : lines) holds = holds && line.broken == 0;
  std::string body;
  JsonWriter json(body);
  json.begin_object().field("holds", holds).key("rules").begin_array();
  for (const AuditLine& line : lines) {
    json.begin_object()
        .field("rule", line.rule)
        .field("what", line.what)
        .field("checked", line.checked)
        .field("broken", line.broken)
        .key("example");
    if (line.example.empty())
      json.null();
    else
      json.value(line.example);
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(std::move(body));
}

}  // namespace

void add_audit_routes(std::vector<Route>& routes, Api& api) {
  routes.push_back(
      {.method = "POST",
       .pattern = "/api/v1/admin/audit",
       .needs = Needs::admin,
       .handler = [&api, is_running = std::make_shared<std::atomic<bool>>(false)](const Request&, Responder responder) {
         if (is_running->exchange(true))
           return std::move(responder).refuse(
               {.code = ErrorCode::request_in_progress, .detail = "An audit is running already.", .retry_after = kTryAgain});
         // Let go of with the question, asked or refused at the door.
         const std::shared_ptr<void> turn(nullptr, [is_running](void*) { is_running->store(false); });
         api.read(
             std::move(responder),
             [turn](StoreReader& reader) { return reader.audit(); },
             [](const std::vector<AuditLine>& lines) -> Result<Response> { return audit_response(lines); });
       }});
}

}  // namespace frontrow::http
