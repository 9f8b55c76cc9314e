#include "app/catalog.hpp"

#include <algorithm>

namespace frontrow {

SeatMap* ConcertEntry::find(ScheduleId schedule) const {
  const auto at = std::ranges::find(schedules, schedule, [](const auto& map) { return map->schedule().id; });
  return at == schedules.end() ? nullptr : at->get();
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
  for (const auto& map : entry->schedules) next->schedules[map->schedule().id] = map;
  const ConcertId id = entry->concert.id;
  next->concerts[id] = std::move(entry);
  picture_.publish(std::move(next));
}

}  // namespace frontrow
