#include "app/catalog.hpp"

#include <algorithm>

namespace frontrow {

namespace {

ScheduleId id_of(const ScheduleEntry& entry) { return entry.schedule.id; }

bool says_more(const Schedule& row, const Schedule& known) {
  return row.version > known.version && row.starts_at != known.starts_at;
}

}  // namespace

const ScheduleEntry* ConcertEntry::find(ScheduleId schedule) const {
  const auto at = std::ranges::lower_bound(schedules, schedule, {}, id_of);
  return at == schedules.end() || id_of(*at) != schedule ? nullptr : &*at;
}

bool ConcertEntry::is_news(const Schedule& schedule) const {
  const ScheduleEntry* known = find(schedule.id);
  return known == nullptr || says_more(schedule, known->schedule);
}

bool ConcertEntry::change(const Schedule& schedule) {
  const auto at = std::ranges::lower_bound(schedules, schedule.id, {}, id_of);
  if (at == schedules.end() || id_of(*at) != schedule.id || !says_more(schedule, at->schedule)) return false;
  at->schedule = schedule;
  return true;
}

bool ConcertEntry::add(ScheduleEntry entry) {
  const auto at = std::ranges::lower_bound(schedules, entry.schedule.id, {}, id_of);
  if (at != schedules.end() && id_of(*at) == entry.schedule.id) return change(entry.schedule);
  schedules.insert(at, std::move(entry));
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

void Catalog::put(std::span<const std::shared_ptr<const ConcertEntry>> entries) {
  auto next = std::make_shared<CatalogPicture>(*picture_.get());
  for (const auto& entry : entries) {
    for (const ScheduleEntry& each : entry->schedules) next->schedules[each.schedule.id] = each.seats;
    next->concerts[entry->concert.id] = entry;
  }
  picture_.publish(std::move(next));
}

}  // namespace frontrow
