// Ends holds whose deadline has passed, nearest deadline first. It only names what is due; whether a hold is over is decided by the
// command, on the store's rows. One command is under way at a time, so nothing is named twice for no reason.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "app/commit/commits.hpp"
#include "app/live/deadlines.hpp"

namespace frontrow {

// How a DelayLine has due reservations ended: by the same command, through the same queue.
std::function<void(std::vector<ReservationId>, std::function<void(bool)>)> end_through(Commits& commits);

class Expiry {
 public:
  Expiry(Deadlines& deadlines, Commits& commits, const Clock& clock) : deadlines_(deadlines), commits_(commits), clock_(clock) {}
  // Cheap when nothing is due. Called by a worker every tenth of a second or so.
  void run_once();

 private:
  Deadlines& deadlines_;
  Commits& commits_;
  const Clock& clock_;
  std::atomic<bool> is_under_way_{false};
};

}  // namespace frontrow
