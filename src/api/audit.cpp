// The audit as a request. It reads the whole store, so one at a time, on a reader's thread.
#include <atomic>

#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr std::chrono::seconds kTryAgain{2};

Response audit_response(const std::vector<AuditLine>& lines) {
  bool holds = true;
  for (const AuditLine& line : lines) holds = holds && line.broken == 0;
  JsonBody json;
  json.begin_object().field("holds", holds).key("rules").begin_array();
  for (const AuditLine& line : lines) {
    json.begin_object()
        .field("rule", line.rule)
        .field("what", line.what)
        .field("checked", line.checked)
        .field("broken", line.broken)
        .field("example", if_said(line.example))
        .end_object();
  }
  json.end_array().end_object();
  return json.response();
}

// Gives back the only turn there is when the question is gone, asked or refused at the door.
using Turn = std::shared_ptr<void>;

Result<Turn> take_turn(std::shared_ptr<std::atomic<bool>> is_running) {
  if (is_running->exchange(true))
    return refuse(
        Refusal{.code = ErrorCode::request_in_progress, .detail = "An audit is running already.", .retry_after = kTryAgain});
  return Turn(nullptr, [is_running](void*) { is_running->store(false); });
}

}  // namespace

void add_audit_routes(Routes& routes) {
  const auto audit = [is_running = std::make_shared<std::atomic<bool>>(false)](RequestReader& in) {
    const Turn turn = in.take([&] { return take_turn(is_running); });
    return in.ask([turn](StoreReader& reader) { return reader.audit(); }, audit_response);
  };
  routes.add("POST", "/api/v1/admin/audit", Needs::admin, audit).role = Role::manager;
}

}  // namespace frontrow::http
