// Gives every queue a tick five times a second, and counts the people in all queues. The queue decides whether a tick calls people.
#pragma once

#include <map>
#include <memory>

#include "app/live/catalog.hpp"
#include "metrics/metrics.hpp"

namespace frontrow {

inline constexpr Duration kTickInterval{200};

class QueueTicker {
 public:
  QueueTicker(Catalog& catalog, const Clock& clock, Metrics& metrics) : catalog_(catalog), clock_(clock), metrics_(metrics) {}
  void run_once();

 private:
  Catalog& catalog_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace frontrow
