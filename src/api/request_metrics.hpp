// Counts answered requests by method, route and status, refusals by code, and times them by route. Counters are looked up once per
// combination and kept.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <unordered_map>

#include "http/router.hpp"
#include "http/server.hpp"
#include "metrics/metrics.hpp"

namespace frontrow::http {

class RequestMetrics {
 public:
  // Routes are known from the start; what reached none is counted under "other".
  RequestMetrics(Metrics& metrics, const Router& router);
  void record(const Answered& answered);

 private:
  static constexpr int kMinStatus = 100, kMaxStatus = 599;
  struct OfRoute {
    std::string method, pattern;
    prometheus::Histogram* duration = nullptr;
    std::array<std::atomic<prometheus::Counter*>, kMaxStatus - kMinStatus + 1> by_status{};
  };
  void record_refusal(ErrorCode code);
  OfRoute& add(std::string_view method, std::string_view pattern);

  Metrics& metrics_;
  std::vector<std::unique_ptr<OfRoute>> all_;
  std::unordered_map<const Route*, OfRoute*> of_route_;
  OfRoute* other_;
  std::array<std::atomic<prometheus::Counter*>, 256> by_code_{};  // by ErrorCode
};

}  // namespace frontrow::http
