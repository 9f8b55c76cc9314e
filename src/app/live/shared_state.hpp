// The memory of a pod of the cluster beside the store, and the way it learns of the other pods' commits. Nothing in here is of
// record, and a date to which nothing happens costs nothing:
//
// - Ten times a second the pod asks the shared cache which dates have changed. There it reads the changes of those whose seats are
//   in memory (app/live/halls); of the others it reads the heads, from the store, once a second.
// - Once a second it asks the store for changes of the catalogue by version, and for the heads of the dates that a client has
// looked
//   at or seen in a list in the last minute: the cache may have lost a change.
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
#include "app/live/halls.hpp"
#include "app/queue/shared_rooms.hpp"
#include "base/mutex.hpp"
#include "metrics/metrics.hpp"
#include "ports/catalog_reader.hpp"
#include "ports/seat_map_cache.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

class SharedState {
 public:
  SharedState(CatalogReader& reader, SeatMapCache& cache, SharedRooms& rooms, const QueueLimits& limits, const Clock& clock,
              Metrics& metrics)
      : reader_(reader), cache_(cache), rooms_(rooms), limits_(limits), clock_(clock), metrics_(metrics) {}

  // The halls whose seats are in memory. To be called before a loop runs.
  void watch(Halls& halls) { halls_ = &halls; }
  // For the halls: the seats of a date, no older than the primary's version at this moment. Nothing: no such date.
  std::optional<StoredSeatMap> stored_seats(ScheduleId schedule);

  // Any writer calls it, after its commit and before any client is answered.
  void apply(const WorkingSet& set);
  // The loop calls it: reads the news in the store. Unavailable when the store is away. Call it once before serving.
  void refresh_catalog();
  // The loop calls it: reads the changes of other pods. Seats come from the store when the cache is away.
  void sync_seats();

  Catalog& catalog() { return catalog_; }
  // Of the last refresh_catalog(). It moves when operators' accounts change, too. Any thread.
  std::int64_t catalog_version() const { return looked_at_; }

 private:
  // A hall whose map is in memory.
  struct Followed {
    std::shared_ptr<Hall> hall;
    std::shared_ptr<SeatMap> map;
    std::int64_t seen = 0;       // all changes up to it are in the map
    std::int64_t missing = 0;    // the store has reached it, and the cache had not
    std::int64_t missed_at = 0;  // the look at the store that said so
  };

  // The rows that enter the picture together, by concert: from a commit or from a read of the store.
  struct News {
    std::optional<Concert> concert;  // nothing: only dates of it
    std::vector<Schedule> schedules;
    bool is_news_to(const ConcertEntry* known) const;
  };

  void apply_catalog(const WorkingSet& set);
  void read_new_names();
  void take(const StoredCatalog& stored);
  void take_in(const std::map<ConcertId, News>& news);
  void look_at_heads(const std::vector<Schedule>& read);
  std::vector<ScheduleId> asked_for(const CatalogPicture& picture);
  void follow_halls();
  std::vector<Followed*> to_be_synced(std::map<ScheduleId, std::int64_t>& stored, std::int64_t& look);
  bool read_news();
  void lost_cache(const Unavailable& lost);
  std::shared_ptr<const ConcertEntry> taken_in(ConcertId id, const News& news) REQUIRES(catalog_mutex_);
  void apply_seats(CommittedChanges& changes);
  void apply_holds(const CommittedChanges& changes);
  void apply_queues(const WorkingSet& set);
  std::shared_ptr<SharedQueue> queue_of(ConcertId concert);
  void sync(Followed& followed, std::int64_t stored, std::int64_t look);
  void fill(Followed& followed, bool is_cached);

  CatalogReader& reader_;
  SeatMapCache& cache_;
  SharedRooms& rooms_;
  const QueueLimits limits_;
  const Clock& clock_;
  Metrics& metrics_;
  Halls* halls_ = nullptr;
  Catalog catalog_;
  std::atomic<bool> cache_is_up_{true};
  std::atomic<std::int64_t> looked_at_{-1};  // version_, for other threads

  // The catalog's loop's:
  std::optional<std::int64_t> version_;  // of the catalogue; nothing: it was not read yet
  int catalog_rounds_ = 0;
  ConcertId read_upto_;  // of the concerts that are read round and round

  // The seats' loop's:
  std::map<ScheduleId, Followed> followed_;
  std::int64_t news_upto_ = 0;
  std::map<ScheduleId, int> changed_;  // that the cache has named; and how long a name is kept whose hall is not followed yet
  std::set<ScheduleId> doubtful_;      // whose last version in the store was not seen yet

  Mutex catalog_mutex_;  // one change of the picture at a time
  std::set<ConcertId> deleted_ GUARDED_BY(catalog_mutex_);
  Mutex looks_mutex_;
  std::map<ScheduleId, std::int64_t> stored_ GUARDED_BY(looks_mutex_);  // versions that the last look at the store was for
  std::int64_t looks_ GUARDED_BY(looks_mutex_) = 0;
  std::set<ScheduleId> named_ GUARDED_BY(looks_mutex_);  // by the cache: their heads are to be read
  bool is_all_named_ GUARDED_BY(looks_mutex_) = false;   // the cache may have lost names
};

}  // namespace frontrow
