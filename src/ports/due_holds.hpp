// Holds that are over and not settled yet. Naming them is a hint; a command ends them.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace frontrow {

class DueHolds {
 public:
  virtual ~DueHolds() = default;
  // Longest over first, at most `limit`. Throws Unavailable("store").
  virtual std::vector<ReservationId> due(TimePoint now, int limit) = 0;
};

}  // namespace frontrow
