// Has the store delete, a little at a time, the rows that have been kept for long enough. Runs on the writer's thread between
// batches, about four times a second, and once a minute while there is nothing to delete.
#pragma once

#include "base/clock.hpp"
#include "metrics/metrics.hpp"
#include "ports/store.hpp"
#include "workers/idle_pace.hpp"

namespace frontrow {

// How long rows are kept.
struct KeepFor {
  Duration keys = std::chrono::hours{24};
  Duration events = std::chrono::days{30};  // zero: for ever
  Duration tickets = std::chrono::days{7};  // after the end of their sale
};

class Forgetting {
 public:
  Forgetting(Store& store, const Clock& clock, Metrics& metrics, KeepFor keep);
  // Throws Unavailable; the next turn goes on from there.
  void run_once();

 private:
  Store& store_;
  const Clock& clock_;
  Metrics& metrics_;
  const KeepFor keep_;
  IdlePace pace_;
};

}  // namespace frontrow
