// The memory of a pod of the cluster beside the store, and the way it learns of the other pods' commits. Nothing in here is of
// record, and a date to which nothing happens costs nothing:
//
// - Ten times a second the pod asks the shared cache which dates have changed, and reads only these there.
// - Once a second it asks the store for changes of the catalogue by version, and for the versions of the dates that a client has
//   looked at in the last minute: the cache may have lost a change.
// - Every other second it reads a few concerts, round and round: no lost change stays unknown for ever.
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
    int looks_left = 0;          // at the store, because somebody has asked
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
  void take(const StoredCatalog& stored);
  void take_in(const std::map<ConcertId, News>& news, const NewMaps& maps);
  void look_at_versions(const std::vector<Schedule>& read);
  std::vector<ScheduleId> asked_for();
  std::vector<Followed*> to_be_synced(std::map<ScheduleId, std::int64_t>& stored, std::int64_t& look);
  bool read_news();
  void lost_cache(const Unavailable& lost);
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

  // The catalog's loop's:
  std::set<ScheduleId> without_map_;     // that were complained about
  std::optional<std::int64_t> version_;  // of the catalogue; nothing: it was not read yet
  int catalog_rounds_ = 0;
  ConcertId read_upto_;  // of the concerts that are read round and round

  // The seats' loop's:
  std::int64_t news_upto_ = 0;
  std::map<ScheduleId, int> changed_;  // that the cache has named; and how long a name is kept whose date is not here yet
  std::set<ScheduleId> doubtful_;      // whose last version in the store was not seen yet

  Mutex catalog_mutex_;  // one change of the picture at a time
  std::set<ConcertId> deleted_ GUARDED_BY(catalog_mutex_);
  Mutex followed_mutex_;  // does not protect the followed things: they are the syncing loop's
  std::map<ScheduleId, Followed> followed_ GUARDED_BY(followed_mutex_);
  std::map<ScheduleId, std::int64_t> stored_ GUARDED_BY(followed_mutex_);  // versions that the last look at the store was for
  std::int64_t looks_ GUARDED_BY(followed_mutex_) = 0;
};

}  // namespace frontrow
