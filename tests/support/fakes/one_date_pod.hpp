// A pod's memory of one concert of one date with three seats, between a store and a cache that the test scripts.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "app/live/shared_state.hpp"
#include "support/fakes/halls_now.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/no_room.hpp"

namespace frontrow::one_date {

inline constexpr TimePoint kNow{std::chrono::hours{500'000}};
inline constexpr ConcertId kConcert{1};
inline constexpr ScheduleId kSchedule{11};
inline constexpr std::int64_t kFirstSeat = 101;

inline Seat seat(int index, SeatStatus status) {
  return {.place = {.id = {kFirstSeat + index}, .schedule = kSchedule, .number = index + 1},
          .price = {100},
          .status = status,
          .reservation = {status == SeatStatus::available ? 0 : 1},
          .held_until = status == SeatStatus::held ? kNow + std::chrono::minutes{5} : TimePoint{}};
}

// One concert of one date with three seats.
class Reader final : public CatalogReader {
 public:
  std::vector<Concert> all{{.id = kConcert, .title = "Stored", .artist = {}, .venue = {}, .booking = {}, .queue = {}}};
  std::vector<Schedule> dates{{.id = kSchedule, .concert = kConcert, .starts_at = kNow + std::chrono::days{30}}};
  std::int64_t version = 4, catalog_version = 0;
  std::vector<Seat> seats{seat(0, SeatStatus::sold), seat(1, SeatStatus::available), seat(2, SeatStatus::available)};
  std::vector<Section> sections{{.id = {}, .schedule = kSchedule, .name = ""}};
  int maps_read = 0, catalogs_read = 0;
  std::vector<ScheduleId> heads_asked;
  std::vector<HeldSeats> over;            // at each date
  std::function<void()> on_read = [] {};  // while the store is being asked
  bool is_lost_at_heads = false;
  std::int64_t free_seats() const { return std::ranges::count(seats, SeatStatus::available, &Seat::status); }

  StoredCatalog catalog() override {
    ++catalogs_read;
    StoredCatalog read{.version = catalog_version, .concerts = all, .schedules = dates};
    for (Schedule& date : read.schedules) date.version = version, date.available_seats = free_seats();
    on_read();
    return read;
  }
  StoredCatalog catalog_since(std::int64_t) override {
    StoredCatalog read = catalog_after({}, 1'000);
    read.version = catalog_version;
    return read;
  }
  StoredCatalog catalog_after(ConcertId after, int most) override {
    StoredCatalog read;
    for (const Concert& concert : all)
      if (concert.id > after && std::ssize(read.concerts) < most) read.concerts.push_back(concert);
    for (Schedule date : dates) {
      date.version = version;
      date.available_seats = free_seats();
      if (std::ranges::count(read.concerts, date.concert, &Concert::id) > 0) read.schedules.push_back(date);
    }
    on_read();
    return read;
  }
  std::map<ScheduleId, StoredHead> heads(std::span<const ScheduleId> schedules, TimePoint) override {
    on_read();
    heads_asked.assign(schedules.begin(), schedules.end());
    if (is_lost_at_heads) throw Unavailable("store", "away");
    std::map<ScheduleId, StoredHead> found;
    for (const ScheduleId schedule : schedules) found[schedule] = {.version = version, .available = free_seats(), .over = over};
    return found;
  }
  std::optional<std::int64_t> seat_map_version(ScheduleId) override {
    on_read();
    return version;
  }
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t) override {
    ++maps_read;
    StoredSeatMap map{.version = version, .sections = sections, .seats = seats};
    for (Seat& one : map.seats) one.place.schedule = schedule;
    on_read();
    return map;
  }
};

class Cache final : public SeatMapCache {
 public:
  bool is_away = false, is_filling_elsewhere = false;
  std::optional<Changes> next;  // the changes since the given version
  std::vector<std::int64_t> put_versions, filled_versions;
  std::vector<ScheduleId> named{kSchedule};  // as changed, each time
  int asked = 0;
  std::function<void()> on_ask = [] {};  // while the cache is being asked

  void put(ScheduleId, std::int64_t version, std::span<const CachedSeat>) override {
    require();
    put_versions.push_back(version);
  }
  News news(std::int64_t after) override {
    require();
    ++asked;
    return {.upto = after + 1, .schedules = named};
  }
  std::optional<Changes> changes(ScheduleId, std::int64_t) override {
    require();
    ++asked;
    on_ask();
    return next;
  }
  std::optional<std::string> begin_fill(ScheduleId) override {
    require();
    on_ask();
    return is_filling_elsewhere ? std::nullopt : std::optional<std::string>("permit");
  }
  bool fill(ScheduleId, const std::string&, std::int64_t version, std::span<const CachedSeat>) override {
    require();
    on_ask();
    filled_versions.push_back(version);
    return true;
  }

 private:
  void require() const {
    if (is_away) throw Unavailable("redis", "away");
  }
};

struct TheSharedState : testing::Test {
  Reader reader;
  Cache cache;
  ManualClock clock{kNow};
  Metrics metrics;
  NoRooms pod{clock};
  SharedState state{reader, cache, pod.rooms, {}, clock, metrics};
  HallsNow halls{[this](ScheduleId id) { return state.stored_seats(id); }, clock, metrics, {.unasked = std::chrono::minutes{1}}};

  // Somebody looks at the date, and it is followed.
  TheSharedState() {
    state.watch(halls.halls);
    state.refresh_catalog();
    map();
    cache.next = SeatMapCache::Changes{.version = 4};
    state.sync_seats();
    cache.next = {};
    cache.asked = 0;
  }

  std::shared_ptr<SeatMap> map_of(ScheduleId id) { return halls.look(*state.catalog().picture(), id); }
  SeatMap& map() { return *map_of(kSchedule); }
  std::int64_t listed(ScheduleId id = kSchedule) { return state.catalog().picture()->find(id)->available(clock.now()); }
  void let_go() {
    clock.advance(std::chrono::minutes{2});
    halls.halls.tidy({});
  }
  std::vector<SeatStatus> shown() {
    SeatMap::Cursor cursor;
    std::vector<SeatMap::Shown> seats;
    map().read(kNow, cursor, seats);
    std::vector<SeatStatus> statuses;
    for (const auto& one : seats) statuses.push_back(one.status);
    return statuses;
  }
  // This pod's commit, which made the version.
  void commit(int index, SeatStatus status, std::int64_t version) {
    WorkingSet set;
    set.now = kNow;
    const Seat changed = seat(index, status);
    set.seats[changed.place.id] = {.seat = changed, .changed = true, .was_available = status != SeatStatus::available};
    set.versions[kSchedule] = version;
    state.apply(set);
  }
  static SeatMapCache::Changes told(std::int64_t version, int index, SeatStatus status) {
    const Seat changed = seat(index, status);
    return {
        .version = version,
        .seats = {{.id = changed.place.id, .status = status, .held_until = changed.held_until, .holder = {7}, .version = version}}};
  }
};

inline constexpr auto kFree = SeatStatus::available, kHeld = SeatStatus::held, kSold = SeatStatus::sold;

}  // namespace frontrow::one_date
