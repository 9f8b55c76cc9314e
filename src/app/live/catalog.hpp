// What is for sale, as every thread may see it without asking the store: an immutable picture, replaced when something is added or
// changed. Seat maps and queues hang off it; they have locks of their own.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "app/live/seat_map.hpp"
#include "app/queue/public_queue.hpp"
#include "base/published.hpp"
#include "domain/catalog.hpp"

namespace frontrow {

struct ScheduleEntry {
  Schedule schedule;  // its version: when it became what it says; a row of a later one replaces it
  std::shared_ptr<SeatMap> seats;
};

struct ConcertEntry {
  Concert concert;
  std::vector<ScheduleEntry> schedules;  // by id
  std::shared_ptr<PublicQueue> queue;
  // Null when the schedule is not this concert's.
  const ScheduleEntry* find(ScheduleId schedule) const;
  // Is the date new here, or its row newer than the one that is shown?
  bool is_news(const Schedule& schedule) const;
  // These two take in what a commit or a look at the store says, in whatever order the two arrive. False: nothing new.
  bool change(const Schedule& schedule);
  // A date that is known already keeps its seat map, which others look at, and takes the row if that is newer.
  bool add(ScheduleEntry entry);
};

// Of its last date: from then on nothing of the concert can be held.
TimePoint sales_end(const ConcertEntry& entry);
bool is_on_sale(const ConcertEntry& entry, const ScheduleEntry& date, TimePoint now);
// Free seats of all dates still on sale.
std::int64_t seats_on_sale(const ConcertEntry& entry, TimePoint now);
// The concert as its waiting room has to know it: closed when the sale of the last date has ended.
Concert for_queue(const ConcertEntry& entry);

struct CatalogPicture {
  std::map<ConcertId, std::shared_ptr<const ConcertEntry>> concerts;
  std::unordered_map<ScheduleId, std::shared_ptr<SeatMap>> schedules;
  const ConcertEntry* find(ConcertId concert) const;
  SeatMap* find(ScheduleId schedule) const;
};

class Catalog {
 public:
  std::shared_ptr<const CatalogPicture> picture() const { return picture_.get(); }

  // One thread at a time. Each replaces the concert of its id; all are seen at once.
  void put(std::span<const std::shared_ptr<const ConcertEntry>> entries);
  void put(std::shared_ptr<const ConcertEntry> entry) { put(std::span(&entry, 1)); }
  void drop(ConcertId concert);

 private:
  Published<CatalogPicture> picture_{std::make_shared<const CatalogPicture>()};
};

}  // namespace frontrow
