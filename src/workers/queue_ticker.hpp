// Gives every queue a tick five times a second, and counts the people in all queues. The queue decides whether a tick calls people.
#pragma once

#include <functional>
#include <vector>

#include "app/live/catalog.hpp"
#include "metrics/metrics.hpp"

namespace frontrow {

inline constexpr Duration kTickInterval{200};

class QueueTicker {
 public:
  // `which` names the concerts to be looked at; without it, all are.
  using Which = std::function<std::vector<ConcertId>()>;
  QueueTicker(Catalog& catalog, const Clock& clock, Metrics& metrics, Which which = nullptr)
      : catalog_(catalog), clock_(clock), metrics_(metrics), which_(std::move(which)) {}
  void run_once();

 private:
  void tick(const ConcertEntry& entry, QueueCounts& all);

  Catalog& catalog_;
  const Clock& clock_;
  Metrics& metrics_;
  const Which which_;
};

}  // namespace frontrow
