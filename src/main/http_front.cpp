#include "main/http_front.hpp"

#include <future>
#include <utility>

#include "base/log.hpp"
#include "base/process.hpp"
#include "main/server_parts.hpp"

namespace frontrow {

namespace {
constexpr std::chrono::milliseconds kHousekeepingEvery{1'000};
constexpr std::chrono::seconds kFirstRead{5};  // a store that takes longer is read again a second later
constexpr std::string_view kNotToldApart =
    "not limited by address: that is switched off, or all peers are a few private addresses, perhaps proxies, and trusted-proxies "
    "names none";
}  // namespace

HttpFront::HttpFront(const Settings& settings, const Behind& behind, const Identity& identity)
    : settings_(settings),
      signer_(std::as_bytes(std::span(identity.ticket_key.reveal()))),
      mint_(signer_),
      jwt_(jwt_verifier(settings)),
      sale_{.clock = behind.clock,
            .catalog = behind.catalog,
            .halls = behind.halls,
            .operators = *accounts_,
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
                   .jwt = jwt_ ? &*jwt_ : nullptr,
                   .limits = &limits_,
                   .version = version(),
                   .profile = identity.profile,
                   .default_time_zone = settings.default_time_zone,
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
  behind.metrics.watch_connections([this] {
    const http::ConnectionCount& count = server_.count();
    return Metrics::Connections{
        .open = count.open, .refused = count.refused, .limited = count.limited, .evicted = count.evicted, .dropped = count.dropped};
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
  if (auto over = limits_.refuse_address(request.route().traffic, request.client())) return over;
  if (request.route().needs != http::Needs::admin) return {};
  auto who = api_.sign_ins.judge(request, sale_.clock.now());
  return who ? std::nullopt : std::optional{std::move(who.error())};
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

// On a reader's thread. False: there is no room.
bool HttpFront::read_operators(std::function<void()> done) {
  return sale_.readers.ask(
      [accounts = accounts_](StoreReader& reader) {
        accounts->refresh(reader);
        return Nothing{};
      },
      [done = std::move(done)](const Result<Nothing>&) { done(); });
}

// Operators first: health and readiness are answered from the start.
void HttpFront::start() {
  auto read = std::make_shared<std::promise<void>>();
  auto is_read = read->get_future();
  if (read_operators([read] { read->set_value(); })) is_read.wait_for(kFirstRead);
  if (operators_) operators_->start();
  server_.start();
  housekeeping_.emplace("housekeeping", kHousekeepingEvery, [this] {
    api_.tend();
    watch_address_limits();
    look_for_operators();
    if (const std::int64_t idle = idle_memory_.look(unused_memory_bytes()); idle > 0) give_memory_back(idle);
  });
  api_.is_ready = true;
}

// One look at a time: a store that hangs must not gather them.
void HttpFront::look_for_operators() {
  if (is_looking_->exchange(true)) return;
  const auto done = [is_looking = is_looking_] { is_looking->store(false); };
  if (!read_operators(done)) done();
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
