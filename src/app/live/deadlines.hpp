// The deadlines of live holds, nearest first. The expiry worker looks at the first; no scan, no sleep per hold. Thread
// safe.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "domain/ids.hpp"

namespace frontrow {

class Deadlines {
 public:
  void add(TimePoint deadline, ReservationId id) {
    const MutexLock lock(mutex_);
    by_time_.emplace(deadline, id);
  }
  void remove(TimePoint deadline, ReservationId id) {
    const MutexLock lock(mutex_);
    by_time_.erase({deadline, id});
  }
  void replace(std::set<std::pair<TimePoint, ReservationId>> by_time) {
    const MutexLock lock(mutex_);
    by_time_ = std::move(by_time);
  }
  // Holds that are over at `now`, longest over first, at most `limit`. They stay until removed.
  std::vector<ReservationId> due(TimePoint now, std::size_t limit) const {
    const MutexLock lock(mutex_);
    std::vector<ReservationId> ids;
    for (auto at = by_time_.begin(); at != by_time_.end() && at->first <= now && ids.size() < limit; ++at)
      ids.push_back(at->second);
    return ids;
  }

 private:
  mutable Mutex mutex_;
  std::set<std::pair<TimePoint, ReservationId>> by_time_ GUARDED_BY(mutex_);
};

}  // namespace frontrow
