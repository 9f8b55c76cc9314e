// The seat maps that all pods share: a pod learns of another pod's sales without asking the store.
//
// Each seat has the schedule's version that wrote it, and only a newer version replaces it; versions come in the order
// of commits. So pods may write in any order, and a fill that was read before a change may arrive after it. A map lives
// for 300 s from its fill, complete or not; then it is read from the store again.
//
// Thread safe; each call blocks for a bounded time. Errors: Unavailable("redis"): then ask the store.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/reservation.hpp"

namespace frontrow {

struct CachedSeat {
  SeatId id;
  SeatStatus status = SeatStatus::available;
  TimePoint held_until = {};  // for a held seat
  UserId holder = {};         // of a held or sold seat, if known
  Points price = {};          // for the next hold
  std::int64_t version = 0;   // set by a read; a write gives all its seats its own version
  friend bool operator==(const CachedSeat&, const CachedSeat&) = default;
};

class SeatMapCache {
 public:
  virtual ~SeatMapCache() = default;

  // Writes the changes of the commit that made `version`; there may be none. Also before the map exists: its fill keeps them.
  virtual void put(ScheduleId schedule, std::int64_t version, std::span<const CachedSeat> changed) = 0;

  struct Changes {
    std::int64_t version = 0;  // all changes up to it are in the map, perhaps some later ones too; never below `since`
    bool is_full = false;      // the log does not reach back to `since`: these are all seats
    std::vector<CachedSeat> seats;
  };
  // The changes after `since`, in no order: O(changes). Nothing: no complete map has reached `since`; fill it.
  virtual std::optional<Changes> changes(ScheduleId schedule, std::int64_t since) = 0;

  struct News {
    std::int64_t upto = 0;  // for the next call
    std::vector<ScheduleId> schedules;
  };
  // The dates of which any pod has put changes after `after` (0: in the last minute), each once: one question, whatever there is in
  // the catalogue. Bounded in number and time: what came while nobody asked, or was lost with the cache, is not in it.
  virtual News news(std::int64_t after) = 0;

  // The permit to fill a map, which one pod at a time has; nothing if another has it. It ends by itself after a few seconds.
  virtual std::optional<std::string> begin_fill(ScheduleId schedule) = 0;
  // Writes all seats, read from a store that had reached `version` before the read. False if the map was dropped
  // meanwhile. Returns the permit in any case.
  virtual bool fill(ScheduleId schedule, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats) = 0;
};

}  // namespace frontrow
