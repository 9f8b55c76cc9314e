// What is for sale, as every thread may see it without asking the store: an immutable picture, replaced when something is added or
// changed. Seat maps and queues hang off it; they have locks of their own.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "app/public_queue.hpp"
#include "app/seat_map.hpp"
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
  // Takes in what a commit or a look at the store says of one of its schedules. False: it says nothing else, or is older.
  bool change(const Schedule& schedule);
};

// Of its last date: from then on nothing of the concert can be held.
TimePoint sales_end(const ConcertEntry& entry);
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

  // The writer's, or at start.
  void put(std::shared_ptr<const ConcertEntry> entry);
  void drop(ConcertId concert);

 private:
  Published<CatalogPicture> picture_{std::make_shared<const CatalogPicture>()};
};

}  // namespace frontrow
