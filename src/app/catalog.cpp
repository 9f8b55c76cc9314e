#include "app/catalog.hpp"

#include <algorithm>

namespace frontrow {

namespace {
ScheduleId id_of(const ScheduleEntry& entry) { return entry.schedule.id; }
}  // namespace

const ScheduleEntry* ConcertEntry::find(ScheduleId schedule) const {
  const auto at = std::ranges::find(schedules, schedule, id_of);
  return at == schedules.end() ? nullptr : &*at;
}

bool ConcertEntry::change(const Schedule& schedule) {
  const auto at = std::ranges::find(schedules, schedule.id, id_of);
  if (at == schedules.end() || schedule.starts_at == at->schedule.starts_at || schedule.version <= at->schedule.version)
    return false;
  at->schedule = schedule;
  return true;
}

const ConcertEntry* CatalogPicture::find(ConcertId concert) const {
  const auto at = concerts.find(concert);
  return at == concerts.end() ? nullptr : at->second.get();
}

SeatMap* CatalogPicture::find(ScheduleId schedule) const {
  const auto at = schedules.find(schedule);
  return at == schedules.end() ? nullptr : at->second.get();
}

void Catalog::put(std::shared_ptr<const ConcertEntry> entry) {
  auto next = std::make_shared<CatalogPicture>(*picture_.get());
  for (const ScheduleEntry& each : entry->schedules) next->schedules[each.schedule.id] = each.seats;
  const ConcertId id = entry->concert.id;
  next->concerts[id] = std::move(entry);
  picture_.publish(std::move(next));
}

void Catalog::drop(ConcertId concert) {
  auto next = std::make_shared<CatalogPicture>(*picture_.get());
  const auto known = next->concerts.find(concert);
  if (known == next->concerts.end()) return;
  for (const ScheduleEntry& each : known->second->schedules) next->schedules.erase(each.schedule.id);
  next->concerts.erase(known);
  picture_.publish(std::move(next));
}

TimePoint sales_end(const ConcertEntry& entry) {
  TimePoint end{};
  for (const ScheduleEntry& each : entry.schedules) end = std::max(end, sales_end(entry.concert, each.schedule));
  return end;
}

Concert for_queue(const ConcertEntry& entry) {
  Concert concert = entry.concert;
  if (!entry.schedules.empty()) concert.booking.closes_at = sales_end(entry);
  return concert;
}

}  // namespace frontrow
