// Concerts and schedules, as every thread may see them without asking the store: an immutable picture, replaced when
// something is added or changed. It refers to halls and queues, which have locks of their own.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "app/live/hall.hpp"
#include "app/queue/public_queue.hpp"
#include "base/published.hpp"
#include "domain/catalog.hpp"

namespace frontrow {

struct ScheduleEntry {
  Schedule schedule;  // with the version that made it so; a row of a later version replaces it
  std::shared_ptr<Hall> hall;
};

struct ConcertEntry {
  Concert concert;
  std::vector<ScheduleEntry> schedules;  // by id
  std::shared_ptr<PublicQueue> queue;
  // Null if the schedule is not this concert's.
  const ScheduleEntry* find(ScheduleId schedule) const;
  // True if the date is new here, or its row is newer than the one shown.
  bool is_news(const Schedule& schedule) const;
  // These two take in rows from a commit or from a read of the store, in any order. False: nothing new.
  bool change(const Schedule& schedule);
  // A known date keeps its hall, which other threads use, and takes the row if that is newer.
  bool add(ScheduleEntry entry);
};

// The end of its last date's sale: from then on no seat of the concert can be held.
TimePoint sales_end(const ConcertEntry& entry);
bool is_on_sale(const ConcertEntry& entry, const ScheduleEntry& date, TimePoint now);
// Free seats of all dates that are still on sale.
std::int64_t seats_on_sale(const ConcertEntry& entry, TimePoint now);
// The concert as its waiting room needs it: closed once the sale of the last date has ended.
Concert for_queue(const ConcertEntry& entry);

struct CatalogPicture {
  std::int64_t number = 0;  // one more with each picture of a catalog
  std::map<ConcertId, std::shared_ptr<const ConcertEntry>> concerts;
  std::unordered_map<ScheduleId, std::shared_ptr<Hall>> schedules;
  std::vector<std::shared_ptr<PublicQueue>> deleted_queues;  // of deleted concerts: their tickets are to be ended
  const ConcertEntry* find(ConcertId concert) const;
  Hall* find(ScheduleId schedule) const;
};

class Catalog {
 public:
  std::shared_ptr<const CatalogPicture> picture() const { return picture_.get(); }

  // One thread at a time. Each call replaces the concerts of these ids; readers see all of them at once.
  void put(std::span<const std::shared_ptr<const ConcertEntry>> entries);
  void put(std::shared_ptr<const ConcertEntry> entry) { put(std::span(&entry, 1)); }
  void drop(ConcertId concert, std::shared_ptr<PublicQueue> with_tickets = nullptr);
  // These are all there are.
  void replace(std::span<const std::shared_ptr<const ConcertEntry>> entries,
               std::vector<std::shared_ptr<PublicQueue>> deleted_queues = {});

 private:
  void publish(std::shared_ptr<CatalogPicture> next);

  Published<CatalogPicture> picture_{std::make_shared<const CatalogPicture>()};
};

}  // namespace frontrow
