// One date in this process's memory. Its head is always there and small: the version of its seats, and how many of them are free.
// Its seat map is there only while somebody looks (app/live/halls).
//
// The head and the map take in the same commits under one lock, so they never differ. A commit that arrives while the map is being
// read from the store is kept, and applied to the map if the map does not have it yet.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "app/live/hall_head.hpp"
#include "app/live/seat_map.hpp"
#include "base/mutex.hpp"

namespace frontrow {

class Hall {
 public:
  using MapPtr = std::shared_ptr<SeatMap>;

  explicit Hall(const Schedule& row) : id_(row.id), concert_(row.concert), head_(row.version, row.available_seats) {}
  Hall(const Schedule& row, std::span<const HallHead::Holds> holds) : Hall(row) { load(holds); }

  ScheduleId id() const { return id_; }
  ConcertId concert() const { return concert_; }

  // For readers, on any thread.
  // Null if the map is not in memory. Counts as a look.
  MapPtr map(TimePoint now);
  MapPtr present_map();  // the same, and counts as no look
  // The newest version that is known here.
  std::int64_t version();
  // Free seats, for a list: by the map if it is in memory, else by the head.
  std::int64_t available(TimePoint now);
  // What the map's stamp would be, if the head knows all holds: with one writer.
  SeatMap::Stamp head(TimePoint now);
  // When a reader has looked last, and when a list has.
  TimePoint looked_at() const { return TimePoint{Duration{looked_at_.load(std::memory_order_relaxed)}}; }
  TimePoint listed_at() const { return TimePoint{Duration{listed_at_.load(std::memory_order_relaxed)}}; }

  // For the writer.
  struct Commit {
    std::int64_t version = 0;
    std::vector<SeatMap::Change> changes = {};
    std::int64_t freed = 0;                     // how many more seats are available than before
    std::vector<HallHead::Holds> begun, ended;  // holds
  };
  void apply(const Commit& commit);
  void rename(const std::vector<Section>& sections, std::int64_t version);
  // With several writers: a row of the store; and the holds that are over there, which take the place of those known before.
  void take_row(std::int64_t version, std::int64_t available);
  void take_lapsed(std::span<const HallHead::Holds> over);
  // What memory knows may be wrong: from now on the head is this row with these holds. The map goes, and one that is being read is
  // read again.
  void start_anew(const Schedule& row, std::span<const HallHead::Holds> holds);

 private:
  friend class Halls;
  using Then = std::move_only_function<void(Result<MapPtr>)>;
  struct Kept {
    Commit commit;
    std::vector<Section> names = {};  // of a rename
  };
  // A read of the map that is under way.
  struct Load {
    std::vector<Then> waiting;
    std::vector<Kept> kept = {};
    int reads = 1;
    bool is_stale = false;  // what is being read may lack a commit that was not kept
  };

  void load(std::span<const HallHead::Holds> holds);
  static void apply(const Kept& kept, SeatMap& map);
  void install(MapPtr map, const Load& load) REQUIRES(mutex_);
  MapPtr release() REQUIRES(mutex_);

  const ScheduleId id_;
  const ConcertId concert_;
  std::atomic<std::int64_t> looked_at_{0}, listed_at_{0};  // ms
  Mutex mutex_;
  HallHead head_ GUARDED_BY(mutex_);
  MapPtr map_ GUARDED_BY(mutex_);
  std::unique_ptr<Load> load_ GUARDED_BY(mutex_);
};

}  // namespace frontrow
