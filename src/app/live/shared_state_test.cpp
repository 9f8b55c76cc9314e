// A pod's memory of concerts and seats: its own commits at once, others' from the shared cache, and from the store when the cache
// is of no use.
#include "app/live/shared_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <thread>
#include <utility>

#include "support/fakes/manual_clock.hpp"
#include "support/fakes/no_room.hpp"

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
  std::vector<Concert> all{{.id = kConcert, .title = "Stored", .artist = {}, .venue = {}, .booking = {}, .queue = {}}};
  std::vector<Schedule> dates{{.id = kSchedule, .concert = kConcert, .starts_at = kNow + std::chrono::days{30}}};
  std::int64_t version = 4, catalog_version = 0;
  std::vector<Seat> seats{seat(0, SeatStatus::sold), seat(1, SeatStatus::available), seat(2, SeatStatus::available)};
  std::vector<Section> sections{{.id = {}, .schedule = kSchedule, .name = ""}};
  int maps_read = 0, catalogs_read = 0;
  std::vector<ScheduleId> versions_asked;
  std::function<void()> on_read = [] {};  // while the store is being asked
  bool is_lost_at_maps = false;

  StoredCatalog catalog() override {
    ++catalogs_read;
    StoredCatalog read{.version = catalog_version, .concerts = all, .schedules = dates};
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
      if (std::ranges::count(read.concerts, date.concert, &Concert::id) > 0) read.schedules.push_back(date);
    }
    on_read();
    return read;
  }
  std::map<ScheduleId, std::int64_t> seat_map_versions(std::span<const ScheduleId> schedules) override {
    on_read();
    versions_asked.assign(schedules.begin(), schedules.end());
    std::map<ScheduleId, std::int64_t> versions;
    for (const ScheduleId schedule : schedules) versions[schedule] = version;
    return versions;
  }
  std::optional<std::int64_t> seat_map_version(ScheduleId) override {
    on_read();
    return version;
  }
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t) override {
    ++maps_read;
    if (is_lost_at_maps) throw Unavailable("store", "away");
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
  SharedState state{reader, cache, pod.rooms, {}, metrics};

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
  EXPECT_THAT(cache.put_versions, IsEmpty());
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
  reader.version = 6;
  reader.seats[2] = seat(2, kSold);
  state.refresh_catalog();
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kFree, kSold));
  EXPECT_EQ(reader.maps_read, 2);
  cache.is_away = false;
  cache.next = SeatMapCache::Changes{.version = 6};
  state.sync_seats();
  EXPECT_EQ(reader.maps_read, 2) << "the cache has what the store has";
}

// A thousand dates to which nothing happens cost what one does.
TEST_F(TheSharedState, WhereNothingChangesOneQuestionIsAskedWhateverTheCatalogue) {
  for (std::int64_t id = 1'000; id < 2'000; ++id)
    reader.dates.push_back({.id = {id}, .concert = kConcert, .starts_at = kNow + std::chrono::days{30}});
  state.refresh_catalog();
  reader.dates.clear();
  cache.named.clear();
  cache.next = SeatMapCache::Changes{.version = 4};
  state.refresh_catalog();
  state.sync_seats();
  const int asked = cache.asked, read = reader.maps_read;
  for (int round = 0; round < 10; ++round) state.sync_seats();
  EXPECT_EQ(cache.asked - asked, 10);
  EXPECT_EQ(reader.maps_read, read);
  EXPECT_THAT(reader.versions_asked, IsEmpty()) << "nobody has looked at any";
}

TEST_F(TheSharedState, OnlyDatesThatSomebodyHasLookedAtAreAskedOfTheStore) {
  reader.dates.push_back({.id = {30}, .concert = kConcert, .starts_at = kNow});
  state.refresh_catalog();
  shown();
  state.refresh_catalog();
  EXPECT_THAT(reader.versions_asked, ElementsAre(kSchedule));
  for (int second = 0; second < 60; ++second) state.refresh_catalog();
  EXPECT_THAT(reader.versions_asked, IsEmpty()) << "a minute later";
}

TEST_F(TheSharedState, AStoreThatWasRestoredIsReadInWhole) {
  reader.catalog_version = 7;
  state.refresh_catalog();
  reader.catalog_version = 3;
  const int read = reader.catalogs_read;
  state.refresh_catalog();
  EXPECT_EQ(reader.catalogs_read, read + 1);
  state.refresh_catalog();
  EXPECT_EQ(reader.catalogs_read, read + 1);
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

// A commit of a pod may arrive before, while or after its loop reads the same rows.
struct ANewDate : TheSharedState {
  static constexpr ScheduleId kNew{9};  // of another pod's block of ids, so it may be lower
  const Schedule date{.id = kNew, .concert = kConcert, .starts_at = kNow + std::chrono::hours{1}};

  void commit_it() {
    WorkingSet set;
    set.now = kNow;
    set.new_schedules.push_back(date);
    set.new_sections.push_back({.id = {}, .schedule = kNew, .name = ""});
    for (Seat one : {seat(0, kFree), seat(1, kFree), seat(2, kFree)}) {
      one.place.schedule = kNew;
      set.new_seats.push_back(one);
    }
    state.apply(set);
  }
  void read_it() {
    reader.version = 0;
    for (Seat& one : reader.seats) one = seat(static_cast<int>(one.place.id.value - kFirstSeat), kFree);
    if (reader.dates.size() == 1) reader.dates.insert(reader.dates.begin(), date);
    state.refresh_catalog();
  }
  // Once in the list, in order of id; and the map that is listed is the one that is found, changed and followed.
  void expect_one() {
    const auto picture = state.catalog().picture();
    std::vector<ScheduleId> ids;
    for (const ScheduleEntry& entry : picture->find(kConcert)->schedules) ids.push_back(entry.schedule.id);
    EXPECT_THAT(ids, ElementsAre(kNew, kSchedule));
    SeatMap* map = picture->find(kNew);
    ASSERT_NE(map, nullptr);
    EXPECT_EQ(picture->find(kConcert)->find(kNew)->seats.get(), map);
    WorkingSet sale;
    sale.now = kNow;
    Seat sold = seat(1, kSold);
    sold.place.schedule = kNew;
    sale.seats[sold.place.id] = {.seat = sold, .changed = true};
    sale.versions[kNew] = 1;
    state.apply(sale);
    EXPECT_EQ(map->stamp(kNow).available, 2);
    cache.next =
        SeatMapCache::Changes{.version = 2, .seats = {{.id = {kFirstSeat + 2}, .status = kSold, .holder = {7}, .version = 2}}};
    cache.named = {kNew};
    state.sync_seats();
    EXPECT_EQ(map->stamp(kNow).available, 1) << "the seats of others are heard of, too";
  }
};

TEST_F(ANewDate, IsListedOnceWhenItsCommitArrivesFirst) {
  commit_it();
  read_it();
  expect_one();
}

TEST_F(ANewDate, IsListedOnceWhenItWasReadFirst) {
  read_it();
  commit_it();
  expect_one();
}

TEST_F(ANewDate, IsListedOnceWhenItsCommitArrivesWhileItIsRead) {
  bool is_committed = false;
  reader.on_read = [&] {
    if (!std::exchange(is_committed, true)) commit_it();
  };
  read_it();
  expect_one();
}

TEST_F(ANewDate, IsListedOnceHoweverOftenItIsRead) {
  commit_it();
  for (int look = 0; look < 3; ++look) read_it();
  expect_one();
}

// Not the numbers of dates count: a replica may know one that is new and not yet another.
TEST_F(ANewDate, IsKeptWhenAReplicaKnowsAnotherInstead) {
  commit_it();
  reader.dates.push_back({.id = {30}, .concert = kConcert, .starts_at = kNow});
  state.refresh_catalog();
  const auto& schedules = state.catalog().picture()->find(kConcert)->schedules;
  EXPECT_THAT(schedules, SizeIs(3));
}

// A writer that has committed tells the picture before it answers: it must get through while a store or a cache hangs.
TEST_F(TheSharedState, AWriterGetsThroughWhileAStoreOrACacheIsAsked) {
  int stuck = 0, asked = 0;
  const auto change = [this] {
    WorkingSet set;
    set.now = kNow;
    set.changed_concerts.push_back(state.catalog().picture()->find(kConcert)->concert);
    set.changed_concerts.back().version += 1;
    Schedule moved{.id = kSchedule, .concert = kConcert, .starts_at = kNow};
    set.changed_schedules[kSchedule] = moved;
    set.versions[kSchedule] = 4;
    state.apply(set);
  };
  std::vector<std::jthread> writers;
  const auto try_it = [&] {
    ++asked;
    auto done = std::make_shared<std::promise<void>>();
    auto is_done = done->get_future();
    writers.emplace_back([&, done] {
      change();
      done->set_value();
    });
    stuck += is_done.wait_for(std::chrono::seconds{5}) != std::future_status::ready;
  };
  reader.on_read = cache.on_ask = try_it;
  reader.dates.push_back({.id = {30}, .concert = kConcert, .starts_at = kNow});
  state.refresh_catalog();
  state.sync_seats();
  EXPECT_GE(asked, 7) << "every question of both loops";
  EXPECT_EQ(stuck, 0);
}

// Rows that do not go together, as of two replicas that lag differently, or of a damaged store.
TEST_F(TheSharedState, AMapWhoseSeatsNameAnUnknownSectionIsNotMade) {
  reader.sections.clear();
  reader.dates.push_back({.id = {30}, .concert = kConcert, .starts_at = kNow});
  reader.all[0].title = "Changed";
  ++reader.all[0].version;
  state.refresh_catalog();
  const auto picture = state.catalog().picture();
  EXPECT_EQ(picture->find(ScheduleId{30}), nullptr);
  EXPECT_THAT(picture->find(kConcert)->schedules, SizeIs(1));
  EXPECT_EQ(picture->find(kConcert)->concert.title, "Changed") << "the rest goes on";
  reader.sections = {{.id = {}, .schedule = {30}, .name = ""}};
  state.refresh_catalog();
  EXPECT_NE(state.catalog().picture()->find(ScheduleId{30}), nullptr) << "tried again with each look";
}

TEST_F(TheSharedState, AStoreLostHalfWayLeavesNoHalfConcert) {
  constexpr ConcertId kSecond{2};
  Concert second = reader.all[0];
  second.id = kSecond;
  reader.all.push_back(second);
  reader.all[0].title = "Changed";
  ++reader.all[0].version;
  reader.dates.push_back({.id = {30}, .concert = kSecond, .starts_at = kNow});
  reader.is_lost_at_maps = true;
  EXPECT_THROW(state.refresh_catalog(), Unavailable);
  EXPECT_EQ(state.catalog().picture()->find(kSecond), nullptr);
  EXPECT_EQ(state.catalog().picture()->find(kConcert)->concert.title, "Changed");
  reader.is_lost_at_maps = false;
  state.refresh_catalog();
  EXPECT_THAT(state.catalog().picture()->find(kSecond)->schedules, SizeIs(1));
}

// Made by another pod a moment ago: it is shown when all of it is known, not without its dates.
TEST_F(TheSharedState, AChangeHereOfAConcertThatIsNotKnownHereYetShowsNoHalfConcert) {
  WorkingSet set;
  set.now = kNow;
  Concert other = reader.all[0];
  other.id = {2};
  set.changed_concerts.push_back(other);
  state.apply(set);
  EXPECT_EQ(state.catalog().picture()->find(ConcertId{2}), nullptr);
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
  changed.version = 1;
  set.changed_concerts.push_back(changed);
  state.apply(set);
  state.refresh_catalog();
  EXPECT_EQ(state.catalog().picture()->find(kConcert)->concert.title, "Changed");
}

TEST_F(TheSharedState, SaysHowLateAHoldExpired) {
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
  reservation.status = ReservationStatus::expired;
  set.reservations[{1}] = {.reservation = reservation, .stored = ReservationStatus::held, .changed = true};
  set.now = reservation.expires_at + std::chrono::seconds{2};
  state.apply(set);
  EXPECT_DOUBLE_EQ(metrics.expiry_lag_seconds.Value(), 2);
}

}  // namespace
}  // namespace frontrow
