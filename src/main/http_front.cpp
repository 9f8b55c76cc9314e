#include "main/http_front.hpp"

#include "base/process.hpp"
#include "main/server_parts.hpp"

namespace frontrow {

namespace {
constexpr std::chrono::milliseconds kHousekeepingEvery{1'000};
}

HttpFront::HttpFront(const Settings& settings, const Behind& behind, const Identity& identity)
    : settings_(settings),
      signer_(std::as_bytes(std::span(identity.ticket_key.reveal()))),
      mint_(signer_),
      jwt_(jwt_verifier(settings)),
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
      api_(sale_, {.admin_token = identity.admin_token,
                   .jwt = jwt_ ? &*jwt_ : nullptr,
                   .version = version(),
                   .profile = identity.profile,
                   .default_time_zone = settings.default_time_zone,
                   .instance = identity.instance,
                   .started_at = behind.clock.now(),
                   .parts = identity.parts}),
      warnings_(kWarningsASecond),
      server_(server_settings(settings), http::Router(http::all_routes(api_)),
              {.before_body =
                   [this](const http::Request& request) {
                     return request.route().needs == http::Needs::admin ? api_.refuse_admin(request) : std::nullopt;
                   },
               .on_answered =
                   [this](const http::Answered& answered) {
                     requests_.record(answered);
                     log_answered(answered, warnings_);
                   }}),
      requests_(behind.metrics, server_.router()) {
  behind.metrics.watch_connections([this] { return Metrics::Connections{server_.connections(), server_.refused_connections()}; });
}

void HttpFront::start() {
  server_.start();
  housekeeping_.emplace("housekeeping", kHousekeepingEvery, [this] {
    api_.tend();
    if (const std::int64_t idle = idle_memory_.look(unused_memory_bytes()); idle > 0) give_memory_back(idle);
  });
  api_.is_ready = true;
}

void HttpFront::stop() {
  api_.is_ready = false;
  server_.stop(settings_.drain);
  housekeeping_.reset();
}

void HttpFront::read_keys_again() { frontrow::read_keys_again(settings_, jwt_); }

}  // namespace frontrow
