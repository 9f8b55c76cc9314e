// The loops every pod of the cluster runs: each calls one use case on a clock.
#pragma once

#include <functional>

#include "app/admission.hpp"
#include "app/shared_state.hpp"
#include "app/sweep.hpp"
#include "base/periodic.hpp"

namespace frontrow {

inline constexpr Duration kSeatSyncInterval{100};
inline constexpr Duration kCatalogInterval{1'000};
inline constexpr Duration kSweepInterval{100};
inline constexpr Duration kFollowInterval{500};

class ClusterWorkers {
 public:
  // `follow`: what has to be looked at twice a second besides: the database's clock, replicas, the feed's end.
  ClusterWorkers(SharedState& state, Admission& counts, Sweep& sweep, std::function<void()> follow)
      : seats_(
            "seats", kSeatSyncInterval, [&state] { state.sync_seats(); }, kCatalogInterval),
        catalog_(
            "catalog", kCatalogInterval, [&state] { state.refresh_catalog(); }, kCatalogInterval),
        counts_("counts", kAdmissionInterval, [&counts] { counts.run_once(); }),
        sweep_(
            "sweep", kSweepInterval, [&sweep] { sweep.run_once(); }, kCatalogInterval),
        follow_("follow", kFollowInterval, std::move(follow), kCatalogInterval) {}
  void stop() {
    for (Periodic* loop : {&sweep_, &follow_, &counts_, &catalog_, &seats_}) loop->stop();
  }

 private:
  Periodic seats_, catalog_, counts_, sweep_, follow_;
};

}  // namespace frontrow
