// Ends due holds of all pods, also those whose stream message was lost: it reads due holds from the store now and then.
// It only names them; the command decides.
//
// It leaves the stream two seconds, and then takes a random stretch of the due holds. Every pod sweeps: if all named
// the same holds, they would wait for each other's locks.
#pragma once

#include "app/commit/commits.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/under_way.hpp"
#include "ports/due_holds.hpp"

namespace frontrow {

class Sweep {
 public:
  static constexpr Duration kLeftToOthers{2'000};  // well below the five seconds in which a hold must be settled
  static constexpr std::size_t kNamedAtOnce = 500;
  static constexpr std::size_t kLookedAt = 4'000;

  Sweep(DueHolds& due, Commits& commits, const Clock& clock, Random& random)
      : due_(due), commits_(commits), clock_(clock), random_(random) {}
  // False: no hold is due. Throws Unavailable if the store is away. One group is under way at a time.
  bool run_once();

 private:
  DueHolds& due_;
  Commits& commits_;
  const Clock& clock_;
  Random& random_;
  UnderWay under_way_;
};

}  // namespace frontrow
