// The seat maps all pods share, so that a pod learns what another has sold without asking the store.
//
// Each seat carries the version of its schedule that wrote it and is replaced only by a newer one; versions come in the order of
// commits. So it does not matter in which order pods write, or whether a fill that was read before a change arrives after it. A map
// lives 300 s from its fill, complete or not, and is then read from the store again.
//
// Thread safe; each call blocks for a bounded time. Errors: Unavailable("redis"): then the store has to be asked.
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
  TimePoint held_until = {};  // when held
  UserId holder = {};         // of a held or sold seat, if known
  Points price = {};          // for whoever holds it next
  std::int64_t version = 0;   // set by a read; a write stamps all its seats itself
  friend bool operator==(const CachedSeat&, const CachedSeat&) = default;
};

class SeatMapCache {
 public:
  virtual ~SeatMapCache() = default;

  // What the commit that made `version` has changed, perhaps no seat. Also before the map is there: its fill will keep this.
  virtual void put(ScheduleId schedule, std::int64_t version, std::span<const CachedSeat> changed) = 0;

  struct Changes {
    std::int64_t version = 0;  // of the map: all changes up to it are in it, perhaps some later ones too; never below `since`
    bool is_full = false;      // the log does not reach back to `since`: these are all seats
    std::vector<CachedSeat> seats;
  };
  // What changed after `since`, in no order: O(changes). Nothing: there is no complete map that has reached `since`; fill it.
  virtual std::optional<Changes> changes(ScheduleId schedule, std::int64_t since) = 0;

  // At most one pod fills a map at a time: the permit, or nothing when another has it. It ends by itself after a few seconds.
  virtual std::optional<std::string> begin_fill(ScheduleId schedule) = 0;
  // All seats, read from a store that had reached `version` before they were read. False when the map was dropped meanwhile.
  // Returns the permit in any case.
  virtual bool fill(ScheduleId schedule, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats) = 0;
};

}  // namespace frontrow
