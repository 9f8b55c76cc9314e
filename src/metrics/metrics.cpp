#include "metrics/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <limits>

#include "base/boundary.hpp"
#include "base/clock.hpp"
#include "base/process.hpp"

namespace frontrow {

namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

Gauge& gauge(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}
Counter& counter(Registry& registry, const char* name, const char* help, const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}
Histogram& histogram(Registry& registry, const char* name, const char* help, const Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

prometheus::Family<Gauge>& gauges(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

void raise(Counter& counter, double value) {
  const double more = value - counter.Value();
  if (more > 0) counter.Increment(more);
}

constexpr const char* kHolds = "Holds asked for, by outcome";
constexpr const char* kPayments = "Payments asked for, by outcome";
constexpr const char* kForgotten = "Rows deleted because their retention is over, by kind";
constexpr const char* kCommands = "Commands that left the commit queue, by outcome";

}  // namespace

std::int64_t SuccessRate::now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(steady_now().time_since_epoch()).count();
}

void SuccessRate::record(bool succeeded) {
  const std::int64_t now = now_seconds();
  Second& second = seconds_[static_cast<std::size_t>(now) % seconds_.size()];
  // Two threads may reset the same stale second at once. A few attempts of the 60 s window may be lost by that, but no
  // counter.
  if (second.at.exchange(now, std::memory_order_relaxed) != now) second.tried = 0, second.succeeded = 0;
  second.tried.fetch_add(1, std::memory_order_relaxed);
  if (succeeded) second.succeeded.fetch_add(1, std::memory_order_relaxed);
}

double SuccessRate::value() const {
  const std::int64_t now = now_seconds();
  std::uint64_t tried = 0, succeeded = 0;
  for (const Second& second : seconds_) {
    if (now - second.at.load(std::memory_order_relaxed) > 60) continue;
    tried += second.tried.load(std::memory_order_relaxed);
    succeeded += second.succeeded.load(std::memory_order_relaxed);
  }
  return tried == 0 ? 1.0 : static_cast<double>(succeeded) / static_cast<double>(tried);
}

const Histogram::BucketBoundaries& Metrics::latency_buckets() {
  static const Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return buckets;
}

Metrics::Metrics()
    : http_requests(prometheus::BuildCounter().Name("http_requests_total").Help("Requests answered").Register(registry_)),
      http_duration(prometheus::BuildHistogram()
                        .Name("http_request_duration_seconds")
                        .Help("From the last byte of a request to its answer being handed to the socket")
                        .Register(registry_)),
      refusals(prometheus::BuildCounter().Name("refusals_total").Help("Requests refused, by code").Register(registry_)),
      limited(
          prometheus::BuildCounter().Name("limited_requests_total").Help("Requests answered 429, by limit").Register(registry_)),
      address_limits_on(
          gauge(registry_, "address_limits_on", "1 if clients are limited by address, 0 if their addresses are not known")),
      holds_granted(counter(registry_, "reservations_total", kHolds, {{"outcome", "granted"}})),
      holds_refused(counter(registry_, "reservations_total", kHolds, {{"outcome", "refused"}})),
      payments_made(counter(registry_, "payments_total", kPayments, {{"outcome", "made"}})),
      payments_refused(counter(registry_, "payments_total", kPayments, {{"outcome", "refused"}})),
      queue_waiting(gauge(registry_, "queue_waiting", "People waiting, all concerts")),
      queue_active(gauge(registry_, "queue_active", "People admitted, all concerts")),
      queue_joins(counter(registry_, "queue_joins_total", "Tickets given")),
      queue_admissions(counter(registry_, "queue_admissions_total", "Tickets that became active")),
      commit_batches(counter(registry_, "commit_batches_total", "Batches executed")),
      commit_batch_size(histogram(registry_, "commit_batch_size", "Commands in a batch", {1, 2, 4, 8, 16, 32, 64, 128, 256})),
      commit_seconds(histogram(registry_, "commit_seconds", "From taking a batch until it is durable", latency_buckets())),
      commit_queue_length(gauge(registry_, "commit_queue_length", "Commands waiting for a batch")),
      commands_committed(counter(registry_, "commit_commands_total", kCommands, {{"status", "committed"}})),
      commands_dropped(counter(registry_, "commit_commands_total", kCommands, {{"status", "dropped"}})),
      commands_contended(counter(registry_, "commit_commands_total", kCommands, {{"status", "contended"}})),
      commands_unavailable(counter(registry_, "commit_commands_total", kCommands, {{"status", "unavailable"}})),
      commands_unknown(counter(registry_, "commit_commands_total", kCommands, {{"status", "unknown"}})),
      holds_expired(counter(registry_, "holds_expired_total", "Holds ended by their deadline")),
      expiry_lag_seconds(gauge(registry_, "expiry_lag_seconds", "How long the hold settled last had been over")),
      events_first_id(gauge(registry_, "events_first_id", "Id of the oldest event that is kept")),
      events_last_id(gauge(registry_, "events_last_id", "Id of the newest event")),
      events_published(counter(registry_, "events_published_total", "Events the stream has acknowledged")),
      event_delivery_lag_seconds(gauge(registry_, "event_delivery_lag_seconds", "Age of the oldest event not delivered yet")),
      consumer_lag(
          gauge(registry_, "kafka_consumer_lag", "Holds whose end is due and has not been settled, among those this process has")),
      consumer_raw_lag(
          gauge(registry_, "kafka_consumer_raw_lag", "Messages not committed, due or not, in the partitions this process has")),
      dead_letters(
          counter(registry_, "kafka_dead_letters_total", "Messages that could not be read, put into the dead-letter topic")),
      halls_in_memory(gauge(registry_, "halls_in_memory", "Dates whose seat map is in memory")),
      hall_bytes(gauge(registry_, "hall_bytes", "Of memory for seat maps and what is made from them, about")),
      hall_loads(counter(registry_, "hall_loads_total", "Seat maps asked of the store because they were not in memory")),
      forgotten_keys(counter(registry_, "forgotten_rows_total", kForgotten, {{"kind", "keys"}})),
      forgotten_events(counter(registry_, "forgotten_rows_total", kForgotten, {{"kind", "events"}})),
      forgotten_tickets(counter(registry_, "forgotten_rows_total", kForgotten, {{"kind", "tickets"}})),
      forgotten_drafts(counter(registry_, "forgotten_rows_total", kForgotten, {{"kind", "drafts"}})),
      forgotten_batches(counter(registry_, "forgotten_rows_total", kForgotten, {{"kind", "batches"}})),
      http_connections_(gauge(registry_, "http_connections", "Open connections")),
      http_connections_limit_(gauge(registry_, "http_connections_limit", "Connections that are taken at once")),
      http_connections_refused_(
          counter(registry_, "http_connections_refused_total", "Connections answered 503 because no more are taken")),
      http_connections_limited_(
          counter(registry_, "http_connections_limited_total", "Connections refused because their address had too many")),
      http_connections_evicted_(
          counter(registry_, "http_connections_evicted_total", "Idle connections closed to make room for new clients")),
      http_slow_readers_dropped_(counter(registry_, "http_slow_readers_dropped_total",
                                         "Connections closed because too many bytes waited for slow readers")),
      db_connection_pool_usage_(
          gauge(registry_, "db_connection_pool_usage", "In use among the database's connections for readers, 0 to 1")),
      exceptions_contained_(counter(registry_, "exceptions_contained_total",
                                    "Exceptions that ended a round of a loop or a request instead of the process")),
      processor_seconds_(counter(registry_, "process_cpu_seconds_total", "Processor time used")),
      pod_cpu_usage_(gauge(registry_, "pod_cpu_usage", "Processor time used among that it may use, 0 to 1, in the last seconds")),
      processor_share_(allowed_cores(), processor_time()),
      component_up_(gauges(registry_, "component_up", "1 if a part that the pod uses is well, else 0")),
      replica_lag_(gauges(registry_, "db_replica_lag_seconds", "How far a read replica is behind")),
      reads_waiting_gauge_(gauge(registry_, "reads_waiting", "Reads that wait for a reader's thread")),
      reservation_success_rate_(
          gauge(registry_, "reservation_success_rate", "Granted among the holds asked for in the last minute")),
      payment_success_rate_(gauge(registry_, "payment_success_rate", "Made among the payments asked for in the last minute")),
      redis_hit_rate_(gauge(registry_, "redis_hit_rate", "Found among the seat maps asked of Redis in the last minute")),
      resident_memory_(gauge(registry_, "process_resident_memory_bytes", "Resident memory")) {
  const auto since_epoch = std::chrono::duration<double>(SystemClock{}.now().time_since_epoch());
  gauge(registry_, "process_start_time_seconds", "Start of the process, Unix time").Set(since_epoch.count());
}

void Metrics::set_processor_gauges() {
  const MutexLock lock(text_mutex_);
  const ProcessorTime now = processor_time();
  raise(processor_seconds_, now.used_seconds);
  pod_cpu_usage_.Set(processor_share_.look(now));
  raise(exceptions_contained_, static_cast<double>(exceptions_noted()));
}

std::string Metrics::text() {
  if (connections_) {
    const Connections now = connections_();
    http_connections_.Set(static_cast<double>(now.open));
    http_connections_limit_.Set(static_cast<double>(now.most));
    raise(http_connections_refused_, static_cast<double>(now.refused));
    raise(http_connections_limited_, static_cast<double>(now.limited));
    raise(http_connections_evicted_, static_cast<double>(now.evicted));
    raise(http_slow_readers_dropped_, static_cast<double>(now.dropped));
  }
  if (pool_usage_) db_connection_pool_usage_.Set(pool_usage_());
  if (reads_waiting_) reads_waiting_gauge_.Set(static_cast<double>(reads_waiting_()));
  if (parts_)
    for (const Part& part : parts_()) component_up_.Add({{"component", part.name}}).Set(part.is_up ? 1 : 0);
  if (replicas_)
    for (const Replica& replica : replicas_())
      replica_lag_.Add({{"replica", replica.address}})
          .Set(replica.seconds_behind.value_or(std::numeric_limits<double>::infinity()));
  set_processor_gauges();
  reservation_success_rate_.Set(reservation_success.value());
  payment_success_rate_.Set(payment_success.value());
  redis_hit_rate_.Set(redis_hits.value());
  resident_memory_.Set(static_cast<double>(resident_memory_bytes()));
  return prometheus::TextSerializer{}.Serialize(registry_.Collect());
}

}  // namespace frontrow
