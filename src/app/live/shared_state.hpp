// The memory of a pod of the cluster beside the store, and the way it learns of the other pods' commits: it reads concerts and
// dates from the store every second, and seats from the shared cache ten times a second. Nothing in here is of record.
//
// A pod's own commits are in it before any client is answered. Several writers may commit at once, and a commit may arrive here
// before, while or after the loop reads the same rows: rows are compared by id and version, and the later one stays. No lock in
// here is held during a read of the store or a cache, since a writer may want it.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "app/live/committed_changes.hpp"
#include "app/queue/shared_rooms.hpp"
#include "base/mutex.hpp"
#include "metrics/metrics.hpp"
#include "ports/catalog_reader.hpp"
#include "ports/seat_map_cache.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

class SharedState {
 public:
  SharedState(CatalogReader& reader, SeatMapCache& cache, SharedRooms& rooms, const QueueLimits& limits, Metrics& metrics)
      : reader_(reader), cache_(cache), rooms_(rooms), limits_(limits), metrics_(metrics) {}

  // Any writer calls it, after its commit and before any client is answered.
  void apply(const WorkingSet& set);
  // The loop calls it: reads the news in the store. Unavailable when the store is away. Call it once before serving.
  void refresh_catalog();
  // The loop calls it: reads the changes of other pods. Seats come from the store when the cache is away.
  void sync_seats();

  Catalog& catalog() { return catalog_; }

 private:
  struct Followed {
    std::shared_ptr<SeatMap> map;
    std::int64_t seen = 0;       // all changes up to it are in the map
    std::int64_t missing = 0;    // the store has reached it, and the cache had not
    std::int64_t missed_at = 0;  // the look at the store that said so
  };

  struct NewMap {
    std::shared_ptr<SeatMap> map;
    std::int64_t version = 0;
  };
  using NewMaps = std::map<ScheduleId, NewMap>;
  // The rows that enter the picture together, by concert: from a commit or from a read of the store.
  struct News {
    std::optional<Concert> concert;  // nothing: only dates of it
    std::vector<Schedule> schedules;
    bool is_news_to(const ConcertEntry* known) const;
  };

  void apply_catalog(const WorkingSet& set);
  std::optional<Unavailable> read_new_maps(const std::vector<Schedule>& schedules, NewMaps& maps);
  std::optional<NewMap> read_map(const Schedule& schedule);
  void read_new_names(const std::vector<Schedule>& schedules);
  void take_in(const std::map<ConcertId, News>& news, const NewMaps& maps);
  std::shared_ptr<const ConcertEntry> taken_in(ConcertId id, const News& news, const NewMaps& maps) REQUIRES(catalog_mutex_);
  void follow(ScheduleId schedule, const NewMap& added);
  void apply_seats(const CommittedChanges& changes);
  void apply_holds(const CommittedChanges& changes);
  void apply_queues(const WorkingSet& set);
  std::shared_ptr<SharedQueue> queue_of(ConcertId concert);
  void sync(Followed& followed, std::int64_t stored, std::int64_t look);
  void fill(Followed& followed, bool is_cached);
  std::optional<StoredSeatMap> stored_seats(ScheduleId schedule);

  CatalogReader& reader_;
  SeatMapCache& cache_;
  SharedRooms& rooms_;
  const QueueLimits limits_;
  Metrics& metrics_;
  Catalog catalog_;
  std::atomic<bool> cache_is_up_{true};

  std::set<ScheduleId> without_map_;  // that were complained about; the catalog's loop's

  Mutex catalog_mutex_;  // one change of the picture at a time
  std::set<ConcertId> deleted_ GUARDED_BY(catalog_mutex_);
  Mutex followed_mutex_;  // does not protect the followed things: they are the syncing loop's
  std::map<ScheduleId, Followed> followed_ GUARDED_BY(followed_mutex_);
  std::map<ScheduleId, std::int64_t> stored_ GUARDED_BY(followed_mutex_);  // versions in the store, as of the last look
  std::int64_t looks_ GUARDED_BY(followed_mutex_) = 0;
};

}  // namespace frontrow
