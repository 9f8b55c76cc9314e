// The changes of a working set, in the form and order in which both stores write them.
#pragma once

#include <algorithm>
#include <optional>

#include "ports/working_set.hpp"

namespace frontrow::sql {

// The rows of such a reservation's seats are `live`.
constexpr bool is_live(ReservationStatus status) {
  return status == ReservationStatus::held || status == ReservationStatus::confirmed;
}

// The changed records of one of the set's maps, by id: neighbours in a table share a page, and all writers go the same way.
template <class Map>
auto changed_in(const Map& map) {
  std::vector<const typename Map::value_type*> changed;
  for (const auto& entry : map)
    if (entry.second.changed) changed.push_back(&entry);
  std::ranges::sort(changed, {}, [](const auto* entry) { return entry->first; });
  return changed;
}

template <class Value>
std::optional<Value> unless(bool is_absent, Value value) {
  return is_absent ? std::nullopt : std::optional{value};
}

// The ids of a new schedule's seats.
struct SeatIds {
  SeatId first{}, last{};
  std::int64_t count = 0;
};
// The first seat of a date that is written together with these seats. A draft's date has no seats yet, and knows its first.
SeatIds seats_of(const Schedule& schedule, const std::map<ScheduleId, SeatIds>& seat_ids);
// Throws ConstraintBroken when the ids of a schedule are not consecutive.
std::map<ScheduleId, SeatIds> seat_ids_by_schedule(const std::vector<Seat>& new_seats);

}  // namespace frontrow::sql
