// Ends holds that are over, whoever made them and whatever has become of the stream that tells of them: a look into the store every
// second. It only names; the command decides.
#pragma once

#include <atomic>

#include "app/commits.hpp"
#include "base/clock.hpp"
#include "ports/due_holds.hpp"

namespace frontrow {

class Sweep {
 public:
  Sweep(DueHolds& due, Commits& commits, const Clock& clock) : due_(due), commits_(commits), clock_(clock) {}
  // Unavailable when the store is away. One lot is under way at a time; more follow at once while they are full.
  void run_once();

 private:
  DueHolds& due_;
  Commits& commits_;
  const Clock& clock_;
  const std::shared_ptr<std::atomic<bool>> is_under_way_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace frontrow
