#include "metrics/counts.hpp"

#include <cmath>
#include <map>

namespace frontrow {

namespace {

std::int64_t whole(double value) { return static_cast<std::int64_t>(std::llround(value)); }

std::vector<Counts::OfCode> refusals_of(const Metrics& metrics) {
  std::vector<Counts::OfCode> found;
  for (const prometheus::MetricFamily& family : metrics.refusals.Collect())
    for (const prometheus::ClientMetric& metric : family.metric)
      for (const auto& label : metric.label)
        if (label.name == "code") found.push_back({label.value, whole(metric.counter.value)});
  return found;
}

std::vector<Counts::OfDuration> answer_times_of(const Metrics& metrics) {
  std::map<double, std::int64_t> sums;
  for (const prometheus::MetricFamily& family : metrics.http_duration.Collect())
    for (const prometheus::ClientMetric& metric : family.metric)
      for (const auto& bucket : metric.histogram.bucket)
        sums[bucket.upper_bound] += static_cast<std::int64_t>(bucket.cumulative_count);
  std::vector<Counts::OfDuration> found;
  for (const auto& [seconds, count] : sums)
    found.push_back({std::isinf(seconds) ? std::nullopt : std::optional(whole(seconds * 1e6)), count});
  return found;
}

}  // namespace

Counts counts_of(const Metrics& metrics) {
  return {.admissions = whole(metrics.queue_admissions.Value()),
          .holds = whole(metrics.holds_granted.Value()),
          .payments = whole(metrics.payments_made.Value()),
          .last_event_id = whole(metrics.events_last_id.Value()),
          .refusals = refusals_of(metrics),
          .answer_times = answer_times_of(metrics)};
}

}  // namespace frontrow
