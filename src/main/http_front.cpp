#include "main/http_front.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/process.hpp"
#include "main/server_parts.hpp"

namespace frontrow {

namespace {
constexpr std::chrono::milliseconds kHousekeepingEvery{1'000};
constexpr std::string_view kNotToldApart =
    "not limited by address: that is switched off, or all peers are a few private addresses, perhaps proxies, and trusted-proxies "
    "names none";
}  // namespace

HttpFront::HttpFront(const Settings& settings, const Behind& behind, const Identity& identity)
    : settings_(settings),
      signer_(std::as_bytes(std::span(identity.ticket_key.reveal()))),
      mint_(signer_),
      jwt_(jwt_verifier(settings)),
      pass_keys_(pass_verifier(settings)),
      sale_{.clock = behind.clock,
            .catalog = behind.catalog,
            .halls = behind.halls,
            .commits = behind.commits,
            .readers = behind.readers,
            .bus = behind.bus,
            .mint = mint_,
            .metrics = behind.metrics,
            .holds = hold_limits(settings),
            .queues = queue_limits(settings),
            .default_queue = default_queue(settings)},
      limits_(client_limits(settings), behind.metrics),
      api_(sale_, {.admin_token = identity.admin_token,
                   .charge_token = is_charged_by_service(settings) ? identity.charge_token : "",
                   .jwt = jwt_ ? &*jwt_ : nullptr,
                   .passes = {.keys = pass_keys_ ? &*pass_keys_ : nullptr,
                              .is_always_wanted = settings.join_pass == Settings::JoinPass::always,
                              .longest = settings.join_pass_longest},
                   .limits = &limits_,
                   .version = version(),
                   .profile = identity.profile,
                   .default_time_zone = settings.default_time_zone,
                   .top_up_url = settings.top_up_url,
                   .instance = identity.instance,
                   .started_at = behind.clock.now(),
                   .parts = [this, parts = identity.parts] { return with_limits(parts()); }}),
      warnings_(kWarningsASecond),
      table_(http::all_routes(api_)),
      server_(server_settings(settings), http::Router(routes(is_apart(settings) ? http::Listener::buyers : http::Listener::all)),
              hooks(requests_)) {
  requests_.emplace(behind.metrics, server_.router());
  if (is_apart(settings)) {
    operators_.emplace(operators_settings(settings), http::Router(routes(http::Listener::operators)), hooks(operators_requests_));
    operators_requests_.emplace(behind.metrics, operators_->router());
  }
  watch(behind, identity);
}

// For the metrics that are looked up when their text is made.
void HttpFront::watch(const Behind& behind, const Identity& identity) {
  behind.metrics.watch_connections([this, most = server_settings(settings_).max_connections] {
    const http::ConnectionCount& count = server_.count();
    return Metrics::Connections{.open = count.open,
                                .most = most,
                                .refused = count.refused,
                                .limited = count.limited,
                                .evicted = count.evicted,
                                .dropped = count.dropped};
  });
  behind.metrics.watch_reads([&readers = behind.readers] { return readers.waiting(); });
  behind.metrics.watch_parts([&commits = behind.commits, parts = identity.parts] {
    std::vector<Metrics::Part> found{{.name = "store", .is_up = commits.store_is_up()}};
    for (const http::HealthPart& part : parts()) found.push_back({.name = std::string(part.name), .is_up = part.is_up});
    return found;
  });
}

// Buyers see the API page if that is wanted, or on the machine of a developer.
std::vector<http::Route> HttpFront::routes(http::Listener listener) const {
  const bool is_for_buyers_only = listener == http::Listener::buyers;
  const bool is_shown = settings_.swagger == Settings::Swagger::on ||
                        (settings_.swagger == Settings::Swagger::automatic && (!is_for_buyers_only || is_on_loopback(settings_)));
  return http::routes_of(listener, is_shown ? table_ : http::without_description(table_));
}

// What the head alone decides.
std::optional<Refusal> HttpFront::refuse(const http::Request& request) {
  if (auto over = limits_.refuse_address(request.route().traffic, request.client(), request.read_at())) return over;
  std::optional<Refusal> refusal;
  if (request.route().needs == http::Needs::admin) refusal = api_.refuse_admin(request);
  if (request.route().needs == http::Needs::service) refusal = api_.refuse_service(request);
  if (refusal && refusal->code == ErrorCode::forbidden) limits_.charge_failed_signature(request.client());
  return refusal;
}

std::vector<http::HealthPart> HttpFront::with_limits(std::vector<http::HealthPart> parts) const {
  const bool is_on = server_.clients().are_told_apart();
  parts.push_back({.name = "addressLimits", .is_up = true, .detail = is_on ? "" : std::string(kNotToldApart)});
  return parts;
}

http::Hooks HttpFront::hooks(std::optional<http::RequestMetrics>& metrics) {
  return {.before_body = [this](const http::Request& request) { return refuse(request); },
          .on_answered =
              [this, &metrics](const http::Answered& answered) {
                metrics->record(answered);
                log_answered(answered, warnings_);
              }};
}

// Operators first: health and readiness are answered from the start.
void HttpFront::start() {
  if (operators_) operators_->start();
  server_.start();
  housekeeping_.emplace("housekeeping", kHousekeepingEvery, [this] {
    api_.tend();
    watch_address_limits();
    if (const std::int64_t idle = idle_memory_.look(unused_memory_bytes()); idle > 0) give_memory_back(idle);
  });
  api_.is_ready = true;
}

void HttpFront::watch_address_limits() {
  const bool is_on = server_.clients().are_told_apart();
  sale_.metrics.address_limits_on.Set(is_on ? 1 : 0);
  if (is_on || server_.connections() == 0 || std::exchange(has_said_not_told_apart_, true)) return;
  log_info("limits by address are off", {{"reason", kNotToldApart}});
}

void HttpFront::stop() {
  api_.is_ready = false;
  server_.stop(settings_.drain);
  if (operators_) operators_->stop(settings_.drain);
  housekeeping_.reset();
}

void HttpFront::read_keys_again() { frontrow::read_keys_again(settings_, jwt_); }

}  // namespace frontrow
