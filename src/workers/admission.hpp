// Calls people: a tick five times a second for every queue with something to do.
#pragma once

#include <map>
#include <memory>

#include "app/live/catalog.hpp"
#include "metrics/metrics.hpp"

namespace frontrow {

inline constexpr Duration kAdmissionInterval{200};

class Admission {
 public:
  Admission(Catalog& catalog, const Clock& clock, Metrics& metrics) : catalog_(catalog), clock_(clock), metrics_(metrics) {}
  void run_once();

 private:
  Catalog& catalog_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace frontrow
