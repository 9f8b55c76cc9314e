#include "app/schedule.hpp"

namespace frontrow {

namespace {

Result<const Schedule*> find_schedule(const WorkingSet& set, ConcertId concert, ScheduleId id) {
  if (set.concert(concert) == nullptr) return refuse(ErrorCode::concert_not_found);
  const Schedule* schedule = set.schedule(id);
  if (schedule == nullptr || schedule->concert != concert) return refuse(ErrorCode::schedule_not_found);
  return schedule;
}

}  // namespace

PatchSchedule::PatchSchedule(ConcertId concert, ScheduleId schedule, const SchedulePatch& patch, Done done)
    : CommandOf(std::move(done)), concert_(concert), schedule_(schedule), patch_(patch) {}

void PatchSchedule::declare(Keys& keys) const {
  keys.changed_concerts.push_back(concert_);
  keys.schedules.push_back(schedule_);
}

Verdict PatchSchedule::decide(WorkingSet& set) {
  const auto found = find_schedule(set, concert_, schedule_);
  if (!found) return decided(std::unexpected(found.error()));
  Schedule next = **found;
  next.starts_at = patch_.starts_at.value_or(next.starts_at);
  if (next.starts_at != (*found)->starts_at) set.change_schedule(next);
  return decided(next);
}

RepriceSeats::RepriceSeats(ConcertId concert, ScheduleId schedule, std::vector<SeatPrice> prices, Done done)
    : CommandOf(std::move(done)), concert_(concert), schedule_(schedule), prices_(std::move(prices)) {}

void RepriceSeats::declare(Keys& keys) const {
  keys.concerts.push_back(concert_);
  keys.schedules.push_back(schedule_);
  for (const SeatPrice& price : prices_) keys.seat_rows.push_back(price.seat);
}

Verdict RepriceSeats::decide(WorkingSet& set) {
  const auto found = find_schedule(set, concert_, schedule_);
  if (!found) return decided(std::unexpected(found.error()));
  for (const SeatPrice& price : prices_) {
    const SeatRecord* record = set.seat(price.seat);
    if (record == nullptr || record->seat.place.schedule != schedule_) return decided(refuse(ErrorCode::seat_not_found));
  }
  Repriced repriced{.seats = static_cast<std::int64_t>(prices_.size())};
  for (const SeatPrice& price : prices_) {
    if (set.seat(price.seat)->seat.price == price.price) continue;
    set.change_seat(price.seat).price = price.price;
    ++repriced.changed;
  }
  return decided(repriced);
}

}  // namespace frontrow
