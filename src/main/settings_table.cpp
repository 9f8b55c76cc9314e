#include "main/settings_table.hpp"

#include <array>
#include <vector>

#include "http/cors.hpp"
#include "http/network.hpp"
#include "http/text.hpp"
#include "main/setting_kinds.hpp"

namespace frontrow {

namespace {

using S = Settings;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kMostDays = 3'650;

bool is_host_name(std::string_view text) {
  const auto is_part = [](char c) { return http::is_digit(c) || http::is_alpha(c) || c == '-' || c == '.' || c == '_'; };
  if (text.starts_with('[') && text.ends_with(']')) return http::parse_address(text.substr(1, text.size() - 2)).has_value();
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, is_part);
}

std::vector<Setting> server_settings() {
  constexpr std::string_view g = "Server";
  return {
      address({g, "host"}, &S::host, "Address to listen on; 0.0.0.0 or :: for every one the machine has."),
      number({g, "port"}, &S::port, 0, 65'535, "Port to listen on; 0 takes any free one and logs it."),
      address({g, "admin-host"},
              &S::admin_host,
              "Address for operators: /admin, the admin API and the rest of /actuator, on a thread of their own. Without one they "
              "share the buyers' address, which must be a loopback address then."),
      number({g, "admin-port"}, &S::admin_port, 0, 65'535, "Port of admin-host; 0 takes any free one and logs it."),
      choice<S::Swagger>(
          {g, "swagger"},
          &S::swagger,
          {{"auto", S::Swagger::automatic}, {"on", S::Swagger::on}, {"off", S::Swagger::off}},
          "Swagger UI, and the operators' part of the API's document: auto shows them to operators, and to buyers if "
          "their address is a loopback address; off shows them to neither."),
      number({g, "http-threads"}, &S::http_threads, 0, 256, "Threads that serve connections; 0 is one a core."),
      number({g, "max-connections"},
             &S::max_connections,
             0,
             1'000'000,
             "Open connections at most; a further one takes the place of the longest idle one, and is closed at once if none is "
             "idle. 0 is the smaller of 65000 and the file limit less 256."),
      number({g, "max-header-bytes"}, &S::max_header_bytes, 1024, kMiB, "Headers of a request at most; larger is 431."),
      number({g, "max-body-bytes"}, &S::max_body_bytes, 1024, 16 * kMiB, "Body of a request at most; larger is 413."),
      number({g, "max-admin-body-bytes"},
             &S::max_admin_body_bytes,
             1024,
             256 * kMiB,
             "Body of an admin request at most; larger is 413."),
      number({g, "slow-reader-mib"},
             &S::slow_reader_mib,
             1,
             65'536,
             "Bytes of answers, in MiB, that wait in memory only because their clients are slow to read; beyond it the slowest "
             "connections are closed."),
      number({g, "header-timeout-seconds"}, &S::header_timeout, 1, 300, "Time for the headers of a request to arrive."),
      number({g, "body-timeout-seconds"}, &S::body_timeout, 1, 300, "Time for the body of a request to arrive."),
      number({g, "idle-timeout-seconds"}, &S::idle_timeout, 1, 3600, "A connection without a request for so long is closed."),
      number({g, "handler-timeout-ms"},
             &S::handler_timeout,
             10,
             60'000,
             "A write that has not begun after so long is dropped with 503 OVERLOADED."),
      number({g, "drain-seconds"}, &S::drain, 0, 600, "After SIGTERM, time for requests under way to finish."),
      list({g, "cors-origins"},
           &S::cors_origins,
           100,
           http::is_origin,
           "https://host[:port], …",
           "Pages of these origins may use the API from a browser, named exactly; empty allows our own pages only."),
      list({g, "allowed-hosts"},
           &S::allowed_hosts,
           100,
           is_host_name,
           "a name or an address in brackets, …",
           "Names under which buyers may ask, without port: a request with another Host is 421, which stops pages of other sites "
           "that "
           "point their name here. Empty allows any."),
  };
}

std::vector<Setting> sale_settings() {
  constexpr std::string_view g = "Sale";
  return {
      number({g, "hold-seconds"}, &S::hold, 1, kDay, "Time to pay for held seats; holds already made keep their deadline."),
      number({g, "max-seats-per-hold"}, &S::max_seats_per_hold, 1, 100, "Seats in one reservation at most."),
      number({g, "max-seats-per-user"},
             &S::max_seats_per_user,
             1,
             10'000,
             "Held and bought seats of one user in one concert at most."),
      number(
          {g, "unpaid-holds-per-hour"},
          &S::unpaid_holds_per_hour,
          0,
          10'000,
          "Holds of one user in one concert that may end unpaid within an hour, given back or run out; then no more seats are held "
          "for that user until the oldest is an hour ago. 0 is no limit."),
      number(
          {g, "seat-cool-down-seconds"},
          &S::seat_cool_down,
          0,
          3'600,
          "After a user's second unpaid hold of a seat within an hour, that user holds the seat again only so long after; 0 is at "
          "once."),
      time_zone({g, "default-time-zone"}, &S::default_time_zone, "Time zone of concerts that name none of their own."),
  };
}

std::vector<Setting> queue_settings() {
  constexpr std::string_view g = "Queue";
  return {
      number({g, "queue-max-active"},
             &S::queue_max_active,
             1,
             1'000'000,
             "People inside at once, for concerts that do not set their own number."),
      number({g, "queue-admissions-per-second"},
             &S::queue_admissions_per_second,
             1,
             100'000,
             "People let in a second at most, for concerts that do not set their own number."),
      number({g, "queue-active-seconds"}, &S::queue_active, 1, kDay, "A person let in may stay so long."),
      number({g, "queue-idle-seconds"}, &S::queue_idle, 1, kDay, "A person inside who sends no request for so long is out."),
      number(
          {g, "queue-return-seconds"}, &S::queue_return, 1, kDay, "A called person who does not poll for so long loses the place."),
      number({g, "queue-people-per-free-seat"},
             &S::queue_people_per_free_seat,
             1,
             1'000'000,
             "People inside at most for each free seat of the concert; more people are not called until seats come back."),
  };
}

std::vector<Setting> store_settings() {
  constexpr std::string_view g = "Store";
  return {
      path({g, "data-dir"}, &S::data_dir, "a directory", "Where the database and the generated keys live; made when missing."),
      number(
          {g, "commit-queue-capacity"},
          &S::commit_queue_capacity,
          16,
          1'000'000,
          "Writes waiting for a commit at most; joins are refused at a quarter of it, charges at half, holds at three quarters."),
      number({g, "commit-batch"}, &S::commit_batch, 1, 4096, "Writes that share one commit at most."),
      number({g, "reader-threads"}, &S::reader_threads, 1, 64, "Threads that read the database."),
      number({g, "seat-map-memory-mib"},
             &S::seat_map_memory_mib,
             1,
             1'048'576,
             "Memory for seat maps at most, in MiB, with all that is made from them: maps nobody has looked at lately go first."),
      number({g, "wal-limit-mib"},
             &S::wal_limit_mib,
             4,
             65'536,
             "Write-ahead log at most, in MiB; the writer checkpoints before it grows larger."),
      number({g, "sqlite-cache-mib"}, &S::sqlite_cache_mib, 1, 65'536, "Page cache of the writing connection, in MiB."),
      number({g, "keep-keys-hours"},
             &S::keep_keys,
             1,
             kMostDays * 24,
             "An Idempotency-Key is remembered for so long; older ones are deleted, and are new to a later request."),
      number({g, "keep-events-days"},
             &S::keep_events,
             0,
             kMostDays,
             "Events are kept in the feed for so long, and until they are delivered; 0 keeps them for ever."),
      number({g, "keep-tickets-days"},
             &S::keep_tickets,
             1,
             kMostDays,
             "Cluster: queue tickets are kept for so long after their sale has ended."),
      number({g, "clock-tolerance-seconds"},
             &S::clock_tolerance,
             0,
             kDay,
             "Embedded: a start is refused when the newest stored time is further ahead of the machine's clock than this."),
      fact({g, "accept-stored-time"},
           &S::accept_stored_time,
           "Embedded: start all the same; the sale goes on in the stored time, and health and log say so as long as it is ahead."),
  };
}

std::vector<Setting> identity_settings() {
  constexpr std::string_view g = "Users and keys";
  return {
      choice<S::AuthMode>({g, "auth-mode"},
                          &S::auth_mode,
                          {{"open", S::AuthMode::open}, {"jwt", S::AuthMode::jwt}},
                          "open believes the userId of a request, jwt takes it from a signed bearer token."),
      fact({g, "believe-anybody"},
           &S::believe_anybody,
           "Allows auth-mode open on an address that others can reach: every request may name any userId, and take that user's "
           "seats and points."),
      choice<S::ChargeBy>({g, "charge-by"},
                          &S::charge_by,
                          {{"auto", S::ChargeBy::automatic}, {"user", S::ChargeBy::user}, {"service", S::ChargeBy::service}},
                          "Charges of points come from users, each for themselves, or from a payment service, with the charge "
                          "token; auto is user with auth-mode open, and service with jwt."),
      url({g, "top-up-url"}, &S::top_up_url, "Where buyers buy points if a payment service charges them: the pages link to it."),
      path({g, "charge-token-file"},
           &S::charge_token_file,
           "a file",
           "Token of the payment service, which may charge points and nothing else: 32 bytes at least. The embedded profile makes "
           "one if there is none, and keeps it in the data directory as charge.token."),
      path({g, "admin-token-file"},
           &S::admin_token_file,
           "a file",
           "Token of the admin API; without one, it is made and kept in the data directory as admin.token."),
      path({g, "ticket-key-file"},
           &S::ticket_key_file,
           "a file",
           "Key that signs queue tickets; without one, it is made and kept in the data directory."),
  };
}

std::vector<Setting> log_settings() {
  constexpr std::string_view g = "Log and start";
  return {
      choice<LogFormat>({g, "log-format"},
                        &S::log_format,
                        {{"console", LogFormat::console}, {"json", LogFormat::json}},
                        "Lines for people or one JSON object a line, both to standard error."),
      choice<LogLevel>({g, "log-level"},
                       &S::log_level,
                       {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warn", LogLevel::warn}, {"error", LogLevel::error}},
                       "The least important level that is logged."),
      fact({g, "demo"}, &S::demo, "Fill an empty store with three demo concerts at start."),
  };
}

}  // namespace

std::string Setting::environment_name() const {
  std::string text = "FRONTROW_";
  for (const char c : name) text += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::span<const Setting> settings_table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> all;
    for (auto group : {server_settings,
                       limit_settings,
                       sale_settings,
                       queue_settings,
                       store_settings,
                       identity_settings,
                       token_settings,
                       pass_settings,
                       cluster_settings,
                       log_settings}) {
      for (auto& setting : group()) all.push_back(std::move(setting));
    }
    return all;
  }();
  return table;
}

bool uses(Subcommand command, Settings::Profile profile, Part part) {
  const bool is_cluster = profile == Settings::Profile::cluster;
  switch (part) {
    case Part::http: return command == Subcommand::serve;
    case Part::mysql: return is_cluster;
    case Part::redis:
    case Part::kafka: return is_cluster && (command == Subcommand::serve || command == Subcommand::worker);
  }
  return true;
}

std::span<const SecretSource> secret_sources() {
  static constexpr std::array<SecretSource, 9> kSources = {{
      {Part::http, "FRONTROW_JWT_KEY", "jwt-key-file", &S::jwt_key_file, &S::jwt_key, "The key itself, instead of a file."},
      {Part::http,
       "FRONTROW_ADMIN_TOKEN",
       "admin-token-file",
       &S::admin_token_file,
       &S::admin_token,
       "The token itself, instead of a file."},
      {Part::http,
       "FRONTROW_JOIN_PASS_KEY",
       "join-pass-key-file",
       &S::join_pass_key_file,
       &S::join_pass_key,
       "The key itself, instead of a file."},
      {Part::http,
       "FRONTROW_CHARGE_TOKEN",
       "charge-token-file",
       &S::charge_token_file,
       &S::charge_token,
       "The token itself, instead of a file."},
      {Part::http,
       "FRONTROW_TICKET_KEY",
       "ticket-key-file",
       &S::ticket_key_file,
       &S::ticket_key,
       "The key itself, instead of a file."},
      {Part::mysql,
       "FRONTROW_MYSQL_PASSWORD",
       "mysql-password-file",
       &S::mysql_password_file,
       &S::mysql_password,
       "The password itself, instead of a file."},
      {Part::redis,
       "FRONTROW_REDIS_PASSWORD",
       "redis-password-file",
       &S::redis_password_file,
       &S::redis_password,
       "The password itself, instead of a file."},
      {Part::redis,
       "FRONTROW_REDIS_SENTINEL_PASSWORD",
       "redis-sentinel-password-file",
       &S::redis_sentinel_password_file,
       &S::redis_sentinel_password,
       "The password itself, instead of a file."},
      {Part::kafka,
       "FRONTROW_KAFKA_PASSWORD",
       "kafka-password-file",
       &S::kafka_password_file,
       &S::kafka_password,
       "The password itself, instead of a file."},
  }};
  return kSources;
}

}  // namespace frontrow
