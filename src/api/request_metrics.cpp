#include "api/request_metrics.hpp"

#include <algorithm>

#include "http/problem.hpp"

namespace frontrow::http {

RequestMetrics::RequestMetrics(Metrics& metrics, const Router& router) : metrics_(metrics), other_(&add("", "other")) {
  for (const Route& route : router.routes()) of_route_[&route] = &add(route.method, route.pattern);
}

RequestMetrics::OfRoute& RequestMetrics::add(std::string_view method, std::string_view pattern) {
  auto& entry = *all_.emplace_back(std::make_unique<OfRoute>());
  entry.method = method;
  entry.pattern = pattern;
  entry.duration = &metrics_.http_duration.Add({{"method", entry.method}, {"route", entry.pattern}}, Metrics::latency_buckets());
  return entry;
}

void RequestMetrics::record(const Answered& answered) {
  OfRoute& entry = answered.route == nullptr ? *other_ : *of_route_.at(answered.route);
  entry.duration->Observe(std::chrono::duration<double>(answered.duration).count());
  auto& slot = entry.by_status[static_cast<std::size_t>(std::clamp(answered.status, kMinStatus, kMaxStatus) - kMinStatus)];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Adding the same labels twice gives the same counter, so two threads here at once do no harm.
    counter = &metrics_.http_requests.Add(
        {{"method", entry.method}, {"route", entry.pattern}, {"status", std::to_string(answered.status)}});
    slot.store(counter, std::memory_order_release);
  }
  counter->Increment();
  if (answered.refusal) record_refusal(*answered.refusal);
}

void RequestMetrics::record_refusal(ErrorCode code) {
  auto& slot = by_code_[static_cast<std::size_t>(code)];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &metrics_.refusals.Add({{"code", std::string(problem_kind(code).code)}});
    slot.store(counter, std::memory_order_release);
  }
  counter->Increment();
}

}  // namespace frontrow::http
