#include "main/server_parts.hpp"

#include <algorithm>
#include <thread>

#include "base/log.hpp"
#include "http/server.hpp"

namespace frontrow {

http::ServerSettings server_settings(const Settings& settings) {
  http::ServerSettings server;
  server.host = settings.host;
  server.port = settings.port;
  server.threads =
      settings.http_threads > 0 ? static_cast<unsigned>(settings.http_threads) : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t affordable = http::affordable_connections();
  server.max_connections =
      settings.max_connections > 0 ? std::min(affordable, static_cast<std::size_t>(settings.max_connections)) : affordable;
  server.limits.header_bytes = settings.max_header_bytes;
  server.limits.body = settings.max_body_bytes;
  server.limits.large_body = settings.max_admin_body_bytes;
  server.limits.slow_readers = settings.slow_reader_mib << 20;
  server.timeouts.header = settings.header_timeout;
  server.timeouts.body = settings.body_timeout;
  server.timeouts.idle = settings.idle_timeout;
  server.cors = http::Cors(settings.cors_origins);
  server.allowed_hosts = settings.allowed_hosts;
  server.clients = {.limits = settings.address_limits, .trusted = {}, .told_by = settings.client_address_from};
  for (const std::string& network : settings.trusted_proxies) server.clients.trusted.push_back(*http::Network::parse(network));
  constexpr std::size_t kLeast = 16;
  server.max_connections_per_address = settings.connections_per_address > 0
                                           ? static_cast<std::size_t>(settings.connections_per_address)
                                           : std::max(kLeast, server.max_connections / 4);
  return server;
}

http::LimitSettings client_limits(const Settings& settings) {
  return {.rates = settings.limits,
          .commands_under_way = static_cast<std::uint32_t>(settings.commands_under_way_per_user),
          .failed_signature_cost = settings.failed_signature_cost};
}

http::ServerSettings operators_settings(const Settings& settings) {
  constexpr std::size_t kConnections = 256;
  http::ServerSettings server = server_settings(settings);
  server.host = settings.admin_host;
  server.port = settings.admin_port;
  server.threads = 1;
  server.max_connections = std::min(server.max_connections, kConnections);
  server.cors = {};
  server.allowed_hosts = {};
  server.clients = {.limits = http::AddressLimits::off, .trusted = {}};
  server.max_connections_per_address = 0;
  return server;
}

QueueLimits queue_limits(const Settings& settings) {
  return {.active = settings.queue_active,
          .idle = settings.queue_idle,
          .return_window = settings.queue_return,
          .people_per_free_seat = settings.queue_people_per_free_seat};
}

QueueSettings default_queue(const Settings& settings) {
  return {.enabled = true, .max_active = settings.queue_max_active, .admissions_per_second = settings.queue_admissions_per_second};
}

void log_answered(const http::Answered& answered, LogBudget& warnings) {
  using namespace std::chrono_literals;
  const LogLevel level = answered.status >= 500 || answered.duration >= 1s ? LogLevel::warn : LogLevel::debug;
  if (!log_enabled(level)) return;
  const std::optional<std::int64_t> left_out = level == LogLevel::warn ? warnings.take(steady_now()) : 0;
  if (!left_out) return;
  log(level,
      "answered",
      {{kTraceId, answered.trace_id},
       {"method", answered.route == nullptr ? std::string_view("-") : answered.route->method},
       {"route", answered.route == nullptr ? std::string_view("-") : answered.route->pattern},
       {"status", answered.status},
       {"microseconds", std::chrono::duration_cast<std::chrono::microseconds>(answered.duration).count()},
       {"leftOut", *left_out}});
}

HoldLimits hold_limits(const Settings& settings) {
  return {.max_seats_per_hold = settings.max_seats_per_hold,
          .max_seats_per_user = settings.max_seats_per_user,
          .hold = settings.hold,
          .unpaid_holds_per_hour = settings.unpaid_holds_per_hour,
          .seat_cool_down = settings.seat_cool_down};
}

Halls::Limits hall_limits(const Settings& settings) {
  return {.bytes = static_cast<std::size_t>(settings.seat_map_memory_mib) << 20};
}

KeepFor keep_for(const Settings& settings) {
  return {.keys = settings.keep_keys, .events = settings.keep_events, .tickets = settings.keep_tickets};
}

CommitQueueOptions commit_options(const Settings& settings) {
  return {.capacity = static_cast<std::size_t>(settings.commit_queue_capacity),
          .batch = static_cast<std::size_t>(settings.commit_batch),
          .deadline = settings.handler_timeout};
}

}  // namespace frontrow
