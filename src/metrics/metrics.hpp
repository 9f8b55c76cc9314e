// The one catalogue of every metric: name, help and labels are declared here and nowhere else. Labels are bounded: routes are
// templates, codes are ours. Users of a metric hold a reference and never look one up on a hot path.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "base/mutex.hpp"
#include "metrics/processor_share.hpp"

namespace frontrow {

// Share of successes among the attempts of the last minute (between 60 and 61 s); 1 while there were none. Thread safe.
class SuccessRate {
 public:
  void record(bool succeeded);
  double value() const;

 private:
  struct Second {
    std::atomic<std::int64_t> at{-1};
    std::atomic<std::uint32_t> tried{0}, succeeded{0};
  };
  static std::int64_t now_seconds();
  mutable std::array<Second, 61> seconds_;
};

class Metrics {
 private:
  prometheus::Registry registry_;  // declared before the metrics that it holds

 public:
  Metrics();
  // Text exposition format 0.0.4. Computes the derived gauges anew.
  std::string text();

  prometheus::Family<prometheus::Counter>& http_requests;    // {method, route, status}
  prometheus::Family<prometheus::Histogram>& http_duration;  // {method, route}
  prometheus::Family<prometheus::Counter>& refusals;         // {code}
  // Called each time the text is made; must stay callable as long as this object lives.
  struct Connections {
    std::size_t open = 0;
    std::size_t most = 0;       // how many are taken at once
    std::uint64_t refused = 0;  // since the start, because `max-connections` was reached
    std::uint64_t limited = 0;  // because their address had too many
    std::uint64_t evicted = 0;  // idle ones closed to make room
    std::uint64_t dropped = 0;  // slow readers closed because too many bytes waited
  };
  void watch_connections(std::function<Connections()> count) { connections_ = std::move(count); }
  // The share of the readers' database connections in use; called likewise.
  void watch_pool(std::function<double()> usage) { pool_usage_ = std::move(usage); }
  // The reads that wait for a reader's thread; called likewise.
  void watch_reads(std::function<std::size_t()> waiting) { reads_waiting_ = std::move(waiting); }
  // The parts that a pod uses, such as the store or Redis; called likewise.
  struct Part {
    std::string name;
    bool is_up = false;
  };
  void watch_parts(std::function<std::vector<Part>()> parts) { parts_ = std::move(parts); }
  struct Replica {
    std::string address;
    std::optional<double> seconds_behind;  // nothing: it does not answer
  };
  void watch_replicas(std::function<std::vector<Replica>()> replicas) { replicas_ = std::move(replicas); }
  prometheus::Family<prometheus::Counter>& limited;  // {limit}
  prometheus::Gauge& address_limits_on;              // 1 or 0
  SuccessRate reservation_success;
  SuccessRate payment_success;
  SuccessRate redis_hits;
  prometheus::Counter &holds_granted, &holds_refused;
  prometheus::Counter &payments_made, &payments_refused;
  prometheus::Gauge &queue_waiting, &queue_active;
  prometheus::Counter &queue_joins, &queue_admissions;
  prometheus::Counter& commit_batches;
  prometheus::Histogram &commit_batch_size, &commit_seconds;
  prometheus::Gauge& commit_queue_length;
  prometheus::Counter &commands_committed, &commands_dropped, &commands_contended, &commands_unavailable, &commands_unknown;
  prometheus::Counter& holds_expired;
  prometheus::Gauge& expiry_lag_seconds;  // how long the hold that was settled last had been over
  prometheus::Gauge &events_first_id, &events_last_id;
  prometheus::Counter& events_published;
  prometheus::Gauge& event_delivery_lag_seconds;  // age of the oldest event that this pod's relay has not delivered
  prometheus::Gauge &consumer_lag, &consumer_raw_lag;
  prometheus::Counter& dead_letters;
  prometheus::Gauge &halls_in_memory, &hall_bytes;
  prometheus::Counter& hall_loads;
  prometheus::Counter &forgotten_keys, &forgotten_events, &forgotten_tickets, &forgotten_drafts, &forgotten_batches;

  static const prometheus::Histogram::BucketBoundaries& latency_buckets();

 private:
  void set_processor_gauges();

  prometheus::Gauge &http_connections_, &http_connections_limit_;
  prometheus::Counter &http_connections_refused_, &http_connections_limited_, &http_connections_evicted_,
      &http_slow_readers_dropped_;
  prometheus::Gauge& db_connection_pool_usage_;
  Mutex text_mutex_;  // two texts at once would count the difference twice
  prometheus::Counter& exceptions_contained_ GUARDED_BY(text_mutex_);
  prometheus::Counter& processor_seconds_ GUARDED_BY(text_mutex_);
  prometheus::Gauge& pod_cpu_usage_;
  ProcessorShare processor_share_ GUARDED_BY(text_mutex_);
  prometheus::Family<prometheus::Gauge>&component_up_, &replica_lag_;
  prometheus::Gauge& reads_waiting_gauge_;
  std::function<Connections()> connections_;
  std::function<double()> pool_usage_;
  std::function<std::size_t()> reads_waiting_;
  std::function<std::vector<Part>()> parts_;
  std::function<std::vector<Replica>()> replicas_;
  prometheus::Gauge &reservation_success_rate_, &payment_success_rate_, &redis_hit_rate_, &resident_memory_;
};

}  // namespace frontrow
