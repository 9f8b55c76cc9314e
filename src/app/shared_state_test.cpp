// What a pod keeps of concerts and seats: its own commits at once, others' from the shared cache, and from the store when that is
// of no use.
#include "app/shared_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/manual_clock.hpp"
#include "support/no_room.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint kNow{std::chrono::hours{500'000}};
constexpr ConcertId kConcert{1};
constexpr ScheduleId kSchedule{11};
constexpr std::int64_t kFirstSeat = 101;

Seat seat(int index, SeatStatus status) {
  return {.place = {.id = {kFirstSeat + index}, .schedule = kSchedule, .number = index + 1},
          .price = {100},
          .status = status,
          .reservation = {status == SeatStatus::available ? 0 : 1},
          .held_until = status == SeatStatus::held ? kNow + std::chrono::minutes{5} : TimePoint{}};
}

// One concert of one date with three seats.
class Reader final : public CatalogReader {
 public:
  std::optional<Concert> newest;  // where a replica is behind
  std::vector<Concert> all{{.id = kConcert, .title = "Stored", .artist = {}, .venue = {}, .booking = {}, .queue = {}}};
  std::vector<Schedule> dates{{.id = kSchedule, .concert = kConcert, .starts_at = kNow + std::chrono::days{30}}};
  std::int64_t version = 4;
  std::vector<Seat> seats{seat(0, SeatStatus::sold), seat(1, SeatStatus::available), seat(2, SeatStatus::available)};
  int maps_read = 0;

  std::vector<Concert> concerts() override { return all; }
  std::optional<Concert> concert(ConcertId) override { return newest; }
  std::vector<Schedule> schedules(ConcertId) override { return dates; }
  std::vector<Section> sections(ScheduleId) override { return {}; }
  std::map<ScheduleId, std::int64_t> seat_map_versions() override { return {{kSchedule, version}}; }
  std::optional<std::int64_t> seat_map_version(ScheduleId) override { return version; }
  std::optional<StoredSeatMap> seat_map(ScheduleId, std::int64_t) override {
    ++maps_read;
    return StoredSeatMap{.version = version, .seats = seats};
  }
};

class Cache final : public SeatMapCache {
 public:
  bool is_away = false, is_filling_elsewhere = false;
  std::optional<Changes> next;  // what there is since the version asked
  std::vector<std::int64_t> put_versions, filled_versions;

  void put(ScheduleId, std::int64_t version, std::span<const CachedSeat>) override {
    require();
    put_versions.push_back(version);
  }
  std::optional<Changes> changes(ScheduleId, std::int64_t) override {
    require();
    return next;
  }
  std::optional<std::string> begin_fill(ScheduleId) override {
    require();
    return is_filling_elsewhere ? std::nullopt : std::optional<std::string>("permit");
  }
  bool fill(ScheduleId, const std::string&, std::int64_t version, std::span<const CachedSeat>) override {
    require();
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
  NoRoom room;
  NoMarks marks;
  NoCommits commits;
  ManualClock clock{kNow};
  Metrics metrics;
  SharedRooms rooms{room, marks, commits, clock, metrics};
  SharedState state{reader, cache, rooms, {}, metrics};

  TheSharedState() { state.refresh_catalog(); }

  SeatMap& map() { return *state.catalog().picture()->find(kSchedule); }
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
    set.seats[changed.place.id] = {.seat = changed, .changed = true};
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

constexpr auto kFree = SeatStatus::available, kHeld = SeatStatus::held, kSold = SeatStatus::sold;

TEST_F(TheSharedState, StartsWithWhatIsStored) {
  EXPECT_THAT(shown(), ElementsAre(kSold, kFree, kFree));
  EXPECT_EQ(map().stamp(kNow).complete(), 4);
}

TEST_F(TheSharedState, ShowsItsOwnCommitAtOnceAndTellsTheOthers) {
  commit(1, kHeld, 5);
  EXPECT_THAT(shown(), ElementsAre(kSold, kHeld, kFree));
  EXPECT_THAT(cache.put_versions, ElementsAre(5));
  EXPECT_EQ(map().stamp(kNow).complete(), 5);
}

TEST_F(TheSharedState, ACommitStandsWhenTheCacheCannotBeTold) {
  cache.is_away = true;
  commit(1, kHeld, 5);
  EXPECT_THAT(shown(), ElementsAre(kSold, kHeld, kFree));
  EXPECT_FALSE(state.cache_is_up());
}

TEST_F(TheSharedState, LearnsFromTheCacheWhatOtherPodsHaveChanged) {
  cache.next = told(5, 2, kHeld);
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kFree, kHeld));
  EXPECT_EQ(map().stamp(kNow).complete(), 5);
  EXPECT_THAT(cache.filled_versions, IsEmpty());
  EXPECT_EQ(reader.maps_read, 1) << "at the start, and not since";
}

TEST_F(TheSharedState, FillsACacheThatHasNothing) {
  reader.version = 9;
  reader.seats[1] = seat(1, kSold);
  cache.next = {};
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kSold, kFree));
  EXPECT_THAT(cache.filled_versions, ElementsAre(9));
}

TEST_F(TheSharedState, LeavesTheFillingToThePodThatIsAtIt) {
  cache.is_filling_elsewhere = true;
  cache.next = {};
  state.sync_seats();
  EXPECT_EQ(reader.maps_read, 1);
}

TEST_F(TheSharedState, WithoutACacheItAsksTheStoreWhenItHasMovedOn) {
  cache.is_away = true;
  state.sync_seats();
  EXPECT_EQ(reader.maps_read, 1) << "nothing has changed";
  EXPECT_FALSE(state.cache_is_up());
  reader.version = 6;
  reader.seats[2] = seat(2, kSold);
  state.refresh_catalog();
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kFree, kSold));
  EXPECT_EQ(reader.maps_read, 2);
  cache.is_away = false;
  cache.next = SeatMapCache::Changes{.version = 6};
  state.sync_seats();
  EXPECT_TRUE(state.cache_is_up());
}

// A pod that died between its commit and telling the cache.
TEST_F(TheSharedState, AChangeTheCacheNeverHearsOfIsReadFromTheStore) {
  cache.next = SeatMapCache::Changes{.version = 4};
  reader.version = 5;
  reader.seats[1] = seat(1, kSold);
  state.refresh_catalog();
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kFree, kFree)) << "it may still be on its way";
  reader.version = 6;
  state.refresh_catalog();
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kSold, kFree));
  EXPECT_THAT(cache.filled_versions, ElementsAre(6));
}

TEST_F(TheSharedState, AListOfFewerDatesThanItKnowsIsOfAReplicaBehind) {
  reader.dates.clear();
  state.refresh_catalog();
  EXPECT_THAT(state.catalog().picture()->find(kConcert)->schedules, SizeIs(1));
}

TEST_F(TheSharedState, ItsOwnChangeOfAConcertIsNotUndoneByAReplicaBehind) {
  WorkingSet set;
  set.now = kNow;
  Concert changed = reader.all[0];
  changed.title = "Changed";
  set.changed_concerts.push_back(changed);
  reader.newest = changed;
  state.apply(set);
  state.refresh_catalog();
  EXPECT_EQ(state.catalog().picture()->find(kConcert)->concert.title, "Changed");
}

TEST_F(TheSharedState, AHoldKeepsItsTicketAndAnEndIsCarriedToTheRoom) {
  WorkingSet set;
  set.now = kNow;
  Reservation reservation{.id = {1},
                          .user = {7},
                          .concert = kConcert,
                          .schedule = kSchedule,
                          .status = ReservationStatus::held,
                          .expires_at = kNow + std::chrono::minutes{5},
                          .ticket = {3}};
  set.reservations[{1}] = {.reservation = reservation, .stored = std::nullopt, .changed = true};
  state.apply(set);
  const auto queue = rooms.queue(reader.all[0], {});
  const Ticket ticket{.concert = kConcert, .number = {3}, .user = {7}, .issued_at = kNow, .expires_at = kNow};
  EXPECT_FALSE(queue->refuse_entry(ticket, Purpose::look, kNow, 0));
  reservation.status = ReservationStatus::expired;
  set.reservations[{1}] = {.reservation = reservation, .stored = ReservationStatus::held, .changed = true};
  set.now = reservation.expires_at + std::chrono::seconds{2};
  state.apply(set);
  EXPECT_THAT(queue->take(false).freed, SizeIs(1));
  EXPECT_DOUBLE_EQ(metrics.expiry_lag_seconds.Value(), 2);
}

}  // namespace
}  // namespace frontrow
