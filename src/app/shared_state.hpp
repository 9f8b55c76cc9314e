// What a pod of the cluster keeps in memory beside the store, and how it learns what the other pods have done: concerts and dates
// are asked of the store every second, seats of the shared cache five times a second. Nothing in here is of record.
//
// Its own commits are in it before anybody is answered. Several writers may commit at once.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>

#include "app/catalog.hpp"
#include "app/shared_rooms.hpp"
#include "ports/catalog_reader.hpp"
#include "ports/seat_map_cache.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

class SharedState {
 public:
  SharedState(CatalogReader& reader, SeatMapCache& cache, SharedRooms& rooms, const QueueLimits& limits, Metrics& metrics)
      : reader_(reader), cache_(cache), rooms_(rooms), limits_(limits), metrics_(metrics) {}

  // Any writer, after its commit and before anybody is answered.
  void apply(const WorkingSet& set);
  // A loop's: what is new in the store. Unavailable when the store is away. Call it once before serving.
  void refresh_catalog();
  // A loop's: what other pods have changed. Seats come from the store when the cache is away.
  void sync_seats();

  Catalog& catalog() { return catalog_; }
  bool cache_is_up() const { return cache_is_up_.load(std::memory_order_relaxed); }

 private:
  struct Followed {
    std::shared_ptr<SeatMap> map;
    std::int64_t seen = 0;       // all changes up to it are in the map
    std::int64_t missing = 0;    // the store has reached it, and the cache had not
    std::int64_t missed_at = 0;  // the look at the store that said so
  };

  void apply_catalog(const WorkingSet& set);
  void put_concert(const Concert& stored, const std::vector<Schedule>& schedules);
  void put_own(const Concert& concert, std::vector<ScheduleEntry> added);
  void put_own(const Schedule& schedule);
  void drop(ConcertId concert);
  std::shared_ptr<SeatMap> make_map(const Schedule& schedule);
  std::shared_ptr<SeatMap> follow(std::shared_ptr<SeatMap> map, std::int64_t version);
  void apply_seats(const WorkingSet& set);
  void apply_holds(const WorkingSet& set);
  void sync(Followed& followed, std::int64_t stored, std::int64_t look);
  void fill(Followed& followed, bool is_cached);
  StoredSeatMap stored_seats(ScheduleId schedule);

  CatalogReader& reader_;
  SeatMapCache& cache_;
  SharedRooms& rooms_;
  const QueueLimits limits_;
  Metrics& metrics_;
  Catalog catalog_;
  std::atomic<bool> cache_is_up_{true};

  std::mutex catalog_mutex_;  // one change of the catalog at a time; protects the next two
  std::map<ConcertId, std::chrono::steady_clock::time_point> own_until_;  // changed here: a replica may not know yet
  std::set<ConcertId> deleted_;
  std::mutex followed_mutex_;  // protects the three below, not what is followed: that is the syncing loop's
  std::map<ScheduleId, Followed> followed_;
  std::map<ScheduleId, std::int64_t> stored_;  // versions in the store, as of the last look
  std::int64_t looks_ = 0;
};

}  // namespace frontrow
