#include "app/live/catalog.hpp"

#include <algorithm>

namespace frontrow {

namespace {

ScheduleId id_of(const ScheduleEntry& entry) { return entry.schedule.id; }

bool says_more(const Schedule& row, const Schedule& known) {
  return row.version > known.version && (row.starts_at != known.starts_at || row.sections_version != known.sections_version);
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
  at->schedule.starts_at = schedule.starts_at;
  at->schedule.version = schedule.version;
  at->schedule.sections_version = schedule.sections_version;
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

Hall* CatalogPicture::find(ScheduleId schedule) const {
  const auto at = schedules.find(schedule);
  return at == schedules.end() ? nullptr : at->second.get();
}

namespace {

void add(CatalogPicture& picture, std::span<const std::shared_ptr<const ConcertEntry>> entries) {
  for (const auto& entry : entries) {
    for (const ScheduleEntry& each : entry->schedules) picture.schedules[each.schedule.id] = each.hall;
    picture.concerts[entry->concert.id] = entry;
  }
}

}  // namespace

void Catalog::publish(std::shared_ptr<CatalogPicture> next) {
  next->number = picture_.get()->number + 1;
  picture_.publish(std::move(next));
}

void Catalog::put(std::span<const std::shared_ptr<const ConcertEntry>> entries) {
  auto next = std::make_shared<CatalogPicture>(*picture_.get());
  add(*next, entries);
  publish(std::move(next));
}

void Catalog::replace(std::span<const std::shared_ptr<const ConcertEntry>> entries,
                      std::vector<std::shared_ptr<PublicQueue>> deleted_queues) {
  auto next = std::make_shared<CatalogPicture>();
  next->deleted_queues = std::move(deleted_queues);
  add(*next, entries);
  publish(std::move(next));
}

void Catalog::drop(ConcertId concert, std::shared_ptr<PublicQueue> with_tickets) {
  auto next = std::make_shared<CatalogPicture>(*picture_.get());
  const auto known = next->concerts.find(concert);
  if (known == next->concerts.end()) return;
  for (const ScheduleEntry& each : known->second->schedules) next->schedules.erase(each.schedule.id);
  next->concerts.erase(known);
  if (with_tickets != nullptr) next->deleted_queues.push_back(std::move(with_tickets));
  publish(std::move(next));
}

TimePoint sales_end(const ConcertEntry& entry) {
  TimePoint end{};
  for (const ScheduleEntry& each : entry.schedules) end = std::max(end, sales_end(entry.concert, each.schedule));
  return end;
}

bool is_on_sale(const ConcertEntry& entry, const ScheduleEntry& date, TimePoint now) {
  return !is_over(sales_end(entry.concert, date.schedule), now);
}

std::int64_t seats_on_sale(const ConcertEntry& entry, TimePoint now) {
  std::int64_t seats = 0;
  for (const ScheduleEntry& date : entry.schedules)
    if (is_on_sale(entry, date, now)) seats += date.hall->available(now);
  return seats;
}

Concert for_queue(const ConcertEntry& entry) {
  Concert concert = entry.concert;
  if (!entry.schedules.empty()) concert.booking.closes_at = sales_end(entry);
  return concert;
}

}  // namespace frontrow
