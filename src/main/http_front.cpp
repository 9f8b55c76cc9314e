#include "main/http_front.hpp"

#include <future>
#include <utility>

#include "base/log.hpp"
#include "base/process.hpp"
#include "main/server_parts.hpp"

namespace frontrow {

namespace {
constexpr std::chrono::milliseconds kHousekeepingEvery{1'000};
constexpr std::chrono::milliseconds kLookForKeysEvery{200};
constexpr std::chrono::seconds kFirstRead{5};  // a store that takes longer is read again a second later
constexpr std::string_view kNotToldApart =
    "not limited by address: that is switched off, or all peers are a few private addresses, perhaps proxies, and trusted-proxies "
    "names none";
}  // namespace

HttpFront::HttpFront(const Settings& settings, const Behind& behind, const Identity& identity)
    : settings_(settings),
      signer_(std::as_bytes(std::span(identity.ticket_key.reveal()))),
      mint_(signer_),
      tokens_(settings.auth_mode == Settings::AuthMode::jwt
                  ? std::make_unique<TokenKeys>(jwt_rules(settings), keys_of_tokens(settings))
                  : nullptr),
      passes_(has_pass_keys(settings) ? std::make_unique<TokenKeys>(http::JwtRules{}, keys_of_passes(settings)) : nullptr),
      accounts_version_(behind.accounts_version),
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
      users_(settings.jwt_subjects == http::JwtSubjects::any
                 ? std::optional<http::UserDirectory>(std::in_place, behind.readers, behind.commits,
                                                      static_cast<std::size_t>(settings.jwt_known_subjects))
                 : std::nullopt),
      limits_(client_limits(settings), behind.metrics),
      api_(sale_, {.admin_token = identity.admin_token,
                   .charge_token = is_charged_by_service(settings) ? identity.charge_token : "",
                   .jwt = tokens_ ? &tokens_->verifier() : nullptr,
                   .keys = tokens_ ? tokens_->source() : nullptr,
                   .users = users_ ? &*users_ : nullptr,
                   .passes = {.keys = passes_ ? &passes_->verifier() : nullptr,
                              .is_always_wanted = settings.join_pass == Settings::JoinPass::always,
                              .longest = settings.join_pass_longest},
                   .limits = &limits_,
                   .version = version(),
                   .profile = identity.profile,
                   .default_time_zone = settings.default_time_zone,
                   .top_up_url = settings.top_up_url,
                   .instance = identity.instance,
                   .started_at = behind.clock.now(),
                   .parts = [this, parts = identity.parts] { return with_own(parts()); }}),
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
  if (auto over = limits_.refuse_address(request.route().traffic, request.client(), request.read_at())) return over;
  if (request.route().needs == http::Needs::service) {
    auto refusal = api_.refuse_service(request);
    if (refusal && refusal->code == ErrorCode::forbidden) limits_.charge_failed_signature(request.client());
    return refusal;
  }
  if (request.route().needs != http::Needs::admin) return {};
  auto who = api_.sign_ins.judge(request, sale_.clock.now());
  return who ? std::nullopt : std::optional{std::move(who.error())};
}

std::vector<http::HealthPart> HttpFront::with_own(std::vector<http::HealthPart> parts) const {
  const bool is_on = server_.clients().are_told_apart();
  parts.push_back({.name = "addressLimits", .is_up = true, .detail = is_on ? "" : std::string(kNotToldApart)});
  const auto add_keys = [&parts](std::string_view name, TokenKeys* keys) {
    http::KeySource* const source = keys != nullptr ? keys->source() : nullptr;
    if (source == nullptr) return;
    const auto complaint = source->complaint();
    parts.push_back({.name = name, .is_up = !complaint, .detail = complaint.value_or("")});
  };
  add_keys("tokenKeys", tokens_.get());
  add_keys("passKeys", passes_.get());
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

// Calls `done` on a reader's thread, with true if they were read. False: there is no room.
bool HttpFront::read_operators(std::function<void(bool)> done) {
  return sale_.readers.ask(
      [accounts = accounts_](StoreReader& reader) {
        accounts->refresh(reader);
        return Nothing{};
      },
      [done = std::move(done)](const Result<Nothing>& read) { done(read.has_value()); });
}

// Operators first: health and readiness are answered from the start.
void HttpFront::start() {
  auto read = std::make_shared<std::promise<void>>();
  auto is_read = read->get_future();
  if (read_operators([read](bool) { read->set_value(); })) is_read.wait_for(kFirstRead);
  std::vector<http::KeySource*> sources;
  for (TokenKeys* const keys : {tokens_.get(), passes_.get()})
    if (keys != nullptr && keys->source() != nullptr) sources.push_back(keys->source());
  if (!sources.empty())
    key_reader_.emplace("token-keys", kLookForKeysEvery, [sources] {
      for (http::KeySource* const source : sources) source->look();
    });
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
  const std::int64_t version = accounts_version_ ? accounts_version_() : looks_->done + 1;
  if (version == looks_->done || looks_->is_under_way.exchange(true)) return;
  const auto done = [looks = looks_, version](bool is_read) {
    if (is_read) looks->done = version;
    looks->is_under_way = false;
  };
  if (!read_operators(done)) done(false);
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
  key_reader_.reset();  // requests under way may have waited for it
}

void HttpFront::read_keys_again() {
  bool is_any = false;
  for (TokenKeys* const keys : {tokens_.get(), passes_.get()}) is_any |= keys != nullptr && keys->read_again();
  if (!is_any) log_info("SIGHUP: no key comes from a file that could be read again");
}

}  // namespace frontrow
