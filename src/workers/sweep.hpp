// Ends holds that are over, whoever made them and whatever has become of the stream that tells of them: a look into the store now
// and then. It only names; the command decides.
//
// It leaves the stream some time, and takes some of what is over at random: every pod sweeps, and those who name the same wait for
// each other's locks.
#pragma once

#include <atomic>

#include "app/commit/commits.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "ports/due_holds.hpp"

namespace frontrow {

class Sweep {
 public:
  static constexpr Duration kLeftToOthers{2'000};  // holds are settled within five seconds
  static constexpr std::size_t kNamedAtOnce = 500;
  static constexpr std::size_t kLookedAt = 4'000;

  Sweep(DueHolds& due, Commits& commits, const Clock& clock, Random& random)
      : due_(due), commits_(commits), clock_(clock), random_(random) {}
  // Unavailable when the store is away. One lot is under way at a time.
  void run_once();

 private:
  DueHolds& due_;
  Commits& commits_;
  const Clock& clock_;
  Random& random_;
  const std::shared_ptr<std::atomic<bool>> is_under_way_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace frontrow
