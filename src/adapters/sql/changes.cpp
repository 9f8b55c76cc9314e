#include "adapters/sql/changes.hpp"

#include "ports/store.hpp"

namespace frontrow::sql {

std::map<ScheduleId, SeatIds> seat_ids_by_schedule(const std::vector<Seat>& new_seats) {
  std::map<ScheduleId, SeatIds> schedules;
  for (const Seat& seat : new_seats) {
    const SeatPlace& place = seat.place;
    SeatIds& ids = schedules[place.schedule];
    ids.first = ids.count == 0 ? place.id : std::min(ids.first, place.id);
    ids.last = std::max(ids.last, place.id);
    ++ids.count;
  }
  for (const auto& [schedule, ids] : schedules)
    if (ids.last.value - ids.first.value + 1 != ids.count)
      throw ConstraintBroken{"the seats of schedule " + std::to_string(schedule.value) + " do not have consecutive ids"};
  return schedules;
}

SeatIds seats_of(const Schedule& schedule, const std::map<ScheduleId, SeatIds>& seat_ids) {
  const auto written = seat_ids.find(schedule.id);
  return written == seat_ids.end() ? SeatIds{.first = schedule.first_seat} : written->second;
}

}  // namespace frontrow::sql
