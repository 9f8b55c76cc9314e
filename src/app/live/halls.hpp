// The seat maps that are in memory: those that somebody looks at. A map that is not there is read from the store once, for all who
// wait for it, on a thread that may wait for a disk. The maps that were looked at least recently go when all together have more
// bytes than the setting allows, or when nobody has looked at them for a while. A map that a reader has in hand stays whole; it
// only takes in no more commits.
#pragma once

#include <atomic>
#include <vector>

#include "app/live/hall.hpp"
#include "base/clock.hpp"
#include "metrics/metrics.hpp"
#include "ports/stored_seat_map.hpp"

namespace frontrow {

class Halls {
 public:
  using MapPtr = Hall::MapPtr;
  using Rows = Result<std::optional<StoredSeatMap>>;
  using Answer = std::move_only_function<void(Rows)>;
  // Reads all seats of the date, and calls with them once, on any thread; it may call at once. False: there is no room for another
  // read, and it does not call.
  using Read = std::function<bool(ScheduleId, Answer)>;

  struct Limits {
    std::size_t bytes = std::size_t{512} << 20;  // of maps and what is made from them; the last map that was read always stays
    Duration unasked = std::chrono::minutes{10};
  };

  Halls(Read read, const Limits& limits, const Clock& clock, Metrics& metrics)
      : read_(std::move(read)), limits_(limits), clock_(clock), metrics_(metrics) {}

  // Any thread. Calls `then` once: at once if the map is in memory, else from the thread that has read it. Refuses OVERLOADED if
  // too much is being read, STORE_UNAVAILABLE, SCHEDULE_NOT_FOUND.
  using Then = Hall::Then;
  void look(const std::shared_ptr<Hall>& hall, Then then);

  // Once a second or so: lets go of maps, and of what was made from them, that nobody has asked for lately.
  void tidy(TimePoint unasked_renderings);

  struct Usage {
    std::size_t halls = 0, bytes = 0;
  };
  Usage usage();
  // The halls whose map is in memory, in no order.
  std::vector<std::shared_ptr<Hall>> in_memory();

 private:
  static constexpr int kReadsAtMost = 5;  // of one look, each because memory was rebuilt during the one before

  struct Loaded {
    std::shared_ptr<Hall> hall;
    std::size_t bytes = 0;  // as last counted
  };

  void read(const std::shared_ptr<Hall>& hall);
  void take(const std::shared_ptr<Hall>& hall, Rows rows);
  void answer(const std::shared_ptr<Hall>& hall, Result<MapPtr> made);
  void remember(const std::shared_ptr<Hall>& hall, std::size_t bytes);
  void let_go_of_oldest(std::vector<MapPtr>& gone) REQUIRES(mutex_);
  void publish() REQUIRES(mutex_);
  static MapPtr take_map(Hall& hall);

  const Read read_;
  const Limits limits_;
  const Clock& clock_;
  Metrics& metrics_;
  Mutex mutex_;
  std::vector<Loaded> loaded_ GUARDED_BY(mutex_);  // by the time of their reading; some may have no map any more
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace frontrow
