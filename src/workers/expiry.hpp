// Ends holds whose deadline has passed, nearest deadline first. It only names due reservations; the command decides on
// the store's rows whether a hold is over. One command is under way at a time, so that no reservation is named twice
// without need.
#pragma once

#include <functional>
#include <vector>

#include "app/commit/commits.hpp"
#include "app/live/deadlines.hpp"
#include "base/under_way.hpp"

namespace frontrow {

// Ends the due reservations of a DelayLine: by the same command, through the same queue.
std::function<void(std::vector<ReservationId>, std::function<void(bool)>)> end_through(Commits& commits);

class Expiry {
 public:
  Expiry(Deadlines& deadlines, Commits& commits, const Clock& clock) : deadlines_(deadlines), commits_(commits), clock_(clock) {}
  // Cheap if no hold is due. Called about ten times a second.
  void run_once();

 private:
  Deadlines& deadlines_;
  Commits& commits_;
  const Clock& clock_;
  UnderWay under_way_;
};

}  // namespace frontrow
