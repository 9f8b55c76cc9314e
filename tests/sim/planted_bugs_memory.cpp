// Mistakes in the memory beside the store: updated wrongly, late, or not at all.
#include <memory>
#include <optional>

#include "sim/planted_bugs.hpp"

namespace frontrow::sim {

namespace {

bool makes_something(const WorkingSet& set) { return !set.new_concerts.empty() || !set.new_schedules.empty(); }

Plant seat_map_keeps_its_version() {
  return {.apply = [](LiveState& live, const WorkingSet& set) {
    WorkingSet told = set;
    for (auto& [schedule, version] : told.versions) --version;
    live.apply(told);
  }};
}

Plant seat_map_never_lapses() {
  return {.apply = [](LiveState& live, const WorkingSet& set) {
    WorkingSet told = set;
    for (auto& [id, record] : told.seats) record.seat.held_until += std::chrono::hours{1};
    live.apply(told);
  }};
}

Plant seat_map_misses_a_commit_now_and_then() {
  return {.apply = [count = std::make_shared<int>(0)](LiveState& live, const WorkingSet& set) {
    if (set.versions.empty() || ++*count % 20 != 0) return live.apply(set);
    WorkingSet told = set;
    for (auto& [id, record] : told.seats) record.changed = false;
    live.apply(told);
  }};
}

Plant seat_map_keeps_its_prices() {
  return {.apply = [](LiveState& live, const WorkingSet& set) {
    WorkingSet told = set;
    for (auto& [id, record] : told.seats) {
      Hall* hall = live.catalog().picture()->find(record.seat.place.schedule);
      const auto map = hall == nullptr ? nullptr : hall->present_map();
      if (map == nullptr) continue;
      SeatMap::Cursor from_start;
      std::vector<SeatMap::Shown> shown;
      map->read(TimePoint{}, from_start, shown);
      record.seat.price = shown[static_cast<std::size_t>(id.value - map->places().front().id.value)].price;
    }
    live.apply(told);
  }};
}

Plant dates_never_move() {
  return {.apply = [](LiveState& live, const WorkingSet& set) {
    WorkingSet told = set;
    told.changed_schedules.clear();
    live.apply(told);
  }};
}

Plant memory_is_told_one_commit_late() {
  return {.apply = [last = std::make_shared<std::optional<WorkingSet>>()](LiveState& live, const WorkingSet& set) {
    if (*last) live.apply(**last);
    last->reset();
    if (makes_something(set))
      live.apply(set);
    else
      *last = set;
  }};
}

Plant no_reload_after_an_unknown_outcome() { return {.reloads = false}; }

Plant the_worker_forgets_a_hold() {
  return {.apply = [count = std::make_shared<int>(0)](LiveState& live, const WorkingSet& set) {
    live.apply(set);
    for (const auto& [id, record] : set.reservations)
      if (!record.stored && record.changed && ++*count % 15 == 0) live.deadlines().remove(record.reservation.expires_at, id);
  }};
}

Plant paid_tickets_stay_active() {
  return {.apply = [](LiveState& live, const WorkingSet& set) {
    WorkingSet told = set;
    for (auto& [id, record] : told.reservations)
      if (record.has_new_payment) live.deadlines().remove(record.reservation.expires_at, id), record.changed = false;
    live.apply(told);
  }};
}

// The early check reads the map without regard to deadlines, or to the user that asks.
Plant the_door_refuses_too_much() {
  return {.door = [](const SeatMap& map, const std::vector<SeatId>& wanted, std::vector<SeatId>& taken) {
    taken = map.surely_taken(wanted, UserId{}, TimePoint{}, Duration{0});
  }};
}

}  // namespace

std::vector<PlantedBug> planted_bugs_in_memory() {
  return {
      {"seat map keeps its version", seat_map_keeps_its_version},
      {"seat map never lapses", seat_map_never_lapses},
      {"seat map misses a commit now and then", seat_map_misses_a_commit_now_and_then},
      {"seat map keeps its prices", seat_map_keeps_its_prices},
      {"dates never move", dates_never_move},
      {"memory is told one commit late", memory_is_told_one_commit_late},
      {"no reload after an unknown outcome", no_reload_after_an_unknown_outcome},
      {"the worker forgets a hold", the_worker_forgets_a_hold},
      {"paid tickets stay active", paid_tickets_stay_active},
      {"the door refuses too much", the_door_refuses_too_much},
  };
}

}  // namespace frontrow::sim
