// The loops that every pod of the cluster runs: each calls one use case at an interval.
#pragma once

#include <functional>

#include "app/live/shared_state.hpp"
#include "base/periodic.hpp"
#include "workers/idle_pace.hpp"
#include "workers/queue_ticker.hpp"
#include "workers/sweep.hpp"

namespace frontrow {

inline constexpr Duration kSeatSyncInterval{100};
inline constexpr Duration kCatalogInterval{1'000};
inline constexpr Duration kSweepInterval{100};
inline constexpr int kSweepPassesOver = 9;  // so without due holds it looks once a second
inline constexpr Duration kFollowInterval{500};

class ClusterWorkers {
 public:
  // `follow` runs twice a second and reads the database's clock and the feed's end. `measure` measures the replicas in
  // a loop of its own, because a replica that hangs must not delay `follow`.
  ClusterWorkers(SharedState& state, QueueTicker& counts, Sweep& sweep, std::function<void()> follow, std::function<void()> measure)
      : seats_(
            "seats", kSeatSyncInterval, [&state] { state.sync_seats(); }, kCatalogInterval),
        catalog_(
            "catalog", kCatalogInterval, [&state] { state.refresh_catalog(); }, kCatalogInterval),
        counts_("counts", kTickInterval, [&counts] { counts.run_once(); }),
        sweep_(
            "sweep", kSweepInterval,
            [this, &sweep] {
              if (sweep_pace_.is_turn()) sweep_pace_.found(sweep.run_once());
            },
            kCatalogInterval),
        follow_("follow", kFollowInterval, std::move(follow), kCatalogInterval),
        replicas_("replicas", kFollowInterval, std::move(measure), kCatalogInterval) {}
  void stop() {
    for (Periodic* loop : {&sweep_, &replicas_, &follow_, &counts_, &catalog_, &seats_}) loop->stop();
  }

 private:
  IdlePace sweep_pace_{kSweepPassesOver};  // before the loops, since they use it
  Periodic seats_, catalog_, counts_, sweep_, follow_, replicas_;
};

}  // namespace frontrow
