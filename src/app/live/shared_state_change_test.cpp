// A commit of one pod is shown by another: through the shared seat maps at once, through the store at its next read.
#include "app/live/shared_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/concert.hpp"
#include "app/commands/schedule.hpp"
#include "support/fakes/hand_made_set.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/no_room.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using testing::Each;
using testing::ElementsAre;

// The stored rows: those of a HandMadeSet. A test may read concerts and schedules as a replica that lags has them.
class StoredRows final : public CatalogReader {
 public:
  explicit StoredRows(const WorkingSet& set) : set_(set) {}
  std::map<ScheduleId, Schedule> lagging;  // read instead
  std::map<ConcertId, Concert> lagging_concerts;

  StoredCatalog catalog() override {
    StoredCatalog found;
    for (const Concert& concert : values(set_.concerts))
      found.concerts.push_back(lagging_concerts.contains(concert.id) ? lagging_concerts.at(concert.id) : concert);
    for (const Schedule& schedule : values(set_.schedules))
      found.schedules.push_back(lagging.contains(schedule.id) ? lagging.at(schedule.id) : schedule);
    return found;
  }
  // Every row is as good as changed.
  StoredCatalog catalog_since(std::int64_t) override { return catalog(); }
  StoredCatalog catalog_after(ConcertId after, int) override { return after ? StoredCatalog{} : catalog(); }
  std::map<ScheduleId, std::int64_t> seat_map_versions(std::span<const ScheduleId> schedules) override {
    std::map<ScheduleId, std::int64_t> versions;
    for (const ScheduleId id : schedules) versions[id] = set_.schedule(id)->version;
    return versions;
  }
  std::optional<std::int64_t> seat_map_version(ScheduleId schedule) override { return set_.schedule(schedule)->version; }
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t) override {
    StoredSeatMap map{.version = set_.schedule(schedule)->version, .sections = set_.sections.at(schedule), .seats = {}};
    for (const SeatRecord& record : values(set_.seats))
      if (record.seat.place.schedule == schedule) map.seats.push_back(record.seat);
    return map;
  }

 private:
  template <class Map>
  static std::vector<typename Map::mapped_type> values(const Map& map) {
    std::vector<typename Map::mapped_type> all;
    for (const auto& [id, value] : std::map(map.begin(), map.end())) all.push_back(value);
    return all;
  }
  const WorkingSet& set_;
};

// Keeps the contract of the port, for one reader after the other. It may lose the changes that it is sent.
class SharedMaps final : public SeatMapCache {
 public:
  bool loses_everything = false;

  void put(ScheduleId schedule, std::int64_t version, std::span<const CachedSeat> changed) override {
    if (loses_everything) return;
    told_.push_back(schedule);
    Map& map = maps_[schedule];
    for (CachedSeat seat : changed) {
      seat.version = version;
      CachedSeat& known = map.seats[seat.id];
      if (known.version < version) known = seat;
    }
    if (map.version == version - 1) map.version = version;
  }
  News news(std::int64_t after) override {
    News news{.upto = std::ssize(told_), .schedules = {}};
    for (auto at = told_.begin() + after; at != told_.end(); ++at) news.schedules.push_back(*at);
    return news;
  }
  std::optional<Changes> changes(ScheduleId schedule, std::int64_t since) override {
    Map& map = maps_[schedule];
    if (!map.is_complete || map.version < since) return {};
    Changes changes{.version = map.version};
    for (const auto& [id, seat] : map.seats)
      if (seat.version > since) changes.seats.push_back(seat);
    return changes;
  }
  std::optional<std::string> begin_fill(ScheduleId) override { return "permit"; }
  bool fill(ScheduleId schedule, const std::string&, std::int64_t version, std::span<const CachedSeat> seats) override {
    ++fills;
    Map& map = maps_[schedule];
    for (CachedSeat seat : seats) {
      seat.version = version;
      CachedSeat& known = map.seats[seat.id];
      if (known.version < version) known = seat;
    }
    map.version = std::max(map.version, version);
    map.is_complete = true;
    return true;
  }
  int fills = 0;

 private:
  struct Map {
    std::map<SeatId, CachedSeat> seats;
    std::int64_t version = 0;
    bool is_complete = false;
  };
  std::map<ScheduleId, Map> maps_;
  std::vector<ScheduleId> told_;
};

struct SharedStateTest : testing::Test {
  HandMadeSet rows;
  ManualClock clock;
  NoRooms pod{clock};
  StoredRows stored{rows.set};
  SharedMaps maps;
  SharedState here{stored, maps, pod.rooms, {}, rows.metrics}, there{stored, maps, pod.rooms, {}, rows.metrics};

  // Somebody has sold something before: the shared map is filled.
  SharedStateTest() {
    maps.put(kSchedule, 0, {});
    for (SharedState* pod : {&here, &there}) {
      pod->refresh_catalog();
      pod->sync_seats();
    }
  }
  // Does the store's part, then the part of the committing pod.
  void commit_here() {
    for (auto& [schedule, version] : rows.set.versions) version = ++rows.set.schedules.at(schedule).version;
    for (const Section& section : rows.set.renamed_sections) {
      Schedule& date = rows.set.schedules.at(section.schedule);
      date.sections_version = date.version;
    }
    here.apply(rows.set);
    rows.set.versions.clear();
    rows.set.renamed_sections.clear();
    rows.set.changed_schedules.clear();
    rows.set.changed_concerts.clear();
    for (auto& [id, record] : rows.set.seats) record.changed = false;
  }
  void reprice(Points price) {
    std::vector<SeatPrice> prices;
    for (std::int64_t id = 101; id <= 110; ++id) prices.push_back({{id}, price});
    ASSERT_TRUE(rows.run<RepriceSeats>(kConcert, kSchedule, prices, Reprice::really).has_value());
    commit_here();
  }
  void move_to(TimePoint starts_at) {
    ASSERT_TRUE(rows.run<PatchSchedule>(kConcert, kSchedule, SchedulePatch{.starts_at = starts_at}).has_value());
    commit_here();
  }
  std::vector<Points> prices(SharedState& pod) {
    SeatMap::Cursor cursor;
    std::vector<SeatMap::Shown> shown;
    pod.catalog().picture()->find(kSchedule)->read(rows.set.now, cursor, shown);
    std::vector<Points> found;
    for (const SeatMap::Shown& seat : shown) found.push_back(seat.price);
    return found;
  }
  static TimePoint date(SharedState& pod) { return pod.catalog().picture()->find(kConcert)->find(kSchedule)->schedule.starts_at; }
  std::int64_t version(SharedState& pod) { return pod.catalog().picture()->find(kSchedule)->stamp(rows.set.now).version; }
};

TEST_F(SharedStateTest, ANewPriceReachesAnotherPodThroughTheSharedMap) {
  const int fills = maps.fills;
  reprice({70'000});
  EXPECT_THAT(prices(here), Each(Points{70'000}));
  EXPECT_THAT(prices(there), Each(kSeatPrice));
  there.sync_seats();
  EXPECT_THAT(prices(there), Each(Points{70'000}));
  EXPECT_EQ(version(there), 1);
  const auto since = there.catalog().picture()->find(kSchedule)->since(0, rows.set.now);
  EXPECT_EQ(since->seats.size(), 10u) << "and whoever follows it there is told";
  EXPECT_EQ(maps.fills, fills);
}

TEST_F(SharedStateTest, ANewPriceDoesNotForgetWhoHoldsTheSeat) {
  rows.store_hold(kAnn, {{101}}, rows.set.now + std::chrono::seconds{60}, {900});
  rows.set.change_seat({101});
  commit_here();
  there.sync_seats();
  reprice({70'000});
  there.sync_seats();
  const std::vector<SeatId> seat{{101}};
  for (SharedState* pod : {&here, &there}) EXPECT_TRUE(pod->catalog().picture()->find(kSchedule)->is_held_by(kAnn, seat));
}

TEST_F(SharedStateTest, AMovedDateReachesAnotherPodWithItsNextLookAtTheStore) {
  const TimePoint moved = rows.set.now + hours{24};
  move_to(moved);
  EXPECT_EQ(date(here), moved);
  EXPECT_NE(date(there), moved);
  there.sync_seats();
  EXPECT_EQ(version(there), 1) << "a version without seats leaves no gap";
  there.refresh_catalog();
  EXPECT_EQ(date(there), moved);
}

TEST_F(SharedStateTest, AReplicaThatLagsDoesNotMoveADateBack) {
  const Schedule before = *rows.set.schedule(kSchedule);
  const TimePoint moved = rows.set.now + hours{24};
  move_to(moved);
  there.refresh_catalog();
  stored.lagging[kSchedule] = before;
  here.refresh_catalog();
  there.refresh_catalog();
  EXPECT_EQ(date(here), moved);
  EXPECT_EQ(date(there), moved);
  stored.lagging.clear();
  move_to(before.starts_at);
  there.refresh_catalog();
  EXPECT_EQ(date(there), before.starts_at) << "moved back is moved";
}

TEST_F(SharedStateTest, ADateMovedElsewhereIsTakenInWhileTheConcertIsOurs) {
  ASSERT_TRUE(rows.run<PatchConcert>(kConcert, ConcertPatch{.title = "Dawn"}).has_value());
  commit_here();
  Schedule& schedule = rows.set.schedules.at(kSchedule);
  schedule.starts_at += hours{24};
  ++schedule.version;
  here.refresh_catalog();
  EXPECT_EQ(date(here), schedule.starts_at);
  EXPECT_EQ(here.catalog().picture()->find(kConcert)->concert.title, "Dawn");
}

TEST_F(SharedStateTest, AConcertChangedHereAndThenElsewhereIsShownAsItIsNow) {
  ASSERT_TRUE(rows.run<PatchConcert>(kConcert, ConcertPatch{.title = "Dawn"}).has_value());
  commit_here();
  Concert& stored_row = rows.set.concerts.at(kConcert);
  stored_row.title = "Dusk", ++stored_row.version;
  here.refresh_catalog();
  EXPECT_EQ(here.catalog().picture()->find(kConcert)->concert.title, "Dusk");
}

TEST_F(SharedStateTest, AReplicaThatLagsDoesNotUndoAChangeOfAConcertHoweverLongItLags) {
  const Concert before = *rows.set.concert(kConcert);
  ASSERT_TRUE(rows.run<PatchConcert>(kConcert, ConcertPatch{.title = "Dawn"}).has_value());
  commit_here();
  there.refresh_catalog();
  stored.lagging_concerts[kConcert] = before;
  for (SharedState* pod : {&here, &there}) {
    pod->refresh_catalog();
    EXPECT_EQ(pod->catalog().picture()->find(kConcert)->concert.title, "Dawn");
  }
}

// Two writers of one pod may tell of their commits in either order.
TEST_F(SharedStateTest, TheLaterOfTwoCommitsStaysWhicheverIsToldFirst) {
  ASSERT_TRUE(rows.run<PatchConcert>(kConcert, ConcertPatch{.title = "Dawn"}).has_value());
  const WorkingSet first = rows.set;
  rows.set.changed_concerts.clear();
  ASSERT_TRUE(rows.run<PatchConcert>(kConcert, ConcertPatch{.title = "Dusk"}).has_value());
  here.apply(rows.set);
  here.apply(first);
  EXPECT_EQ(here.catalog().picture()->find(kConcert)->concert.title, "Dusk");
}

// During a rolling upgrade: a row that the older pod writes is no older than the known one.
TEST_F(SharedStateTest, AChangeByAPodOfAnOlderReleaseIsSeenThoughItRaisesNoVersion) {
  rows.set.concerts.at(kConcert).title = "Dusk";
  here.refresh_catalog();
  EXPECT_EQ(here.catalog().picture()->find(kConcert)->concert.title, "Dusk");
}

TEST_F(SharedStateTest, ASectionRenamedElsewhereIsShownByItsNewName) {
  rows.set.sections.at(kSchedule)[0].name = "R";
  ASSERT_TRUE(rows.run<RenameSection>(kConcert, kSchedule, SectionName{"R", "VIP"}).has_value());
  commit_here();
  const auto name = [](SharedState& pod) { return pod.catalog().picture()->find(kSchedule)->sections()->at(0).name; };
  EXPECT_EQ(name(here), "VIP");
  EXPECT_NE(name(there), "VIP");
  const auto before = there.catalog().picture()->find(kSchedule)->stamp(rows.set.now);
  there.refresh_catalog();
  EXPECT_EQ(name(there), "VIP");
  there.sync_seats();
  EXPECT_NE(there.catalog().picture()->find(kSchedule)->stamp(rows.set.now), before) << "under another ETag";
}

TEST_F(SharedStateTest, AConcertDeletedHereOrElsewhereIsGoneAndStaysGone) {
  ASSERT_TRUE(rows.run<DeleteConcert>(kConcert).has_value());
  commit_here();
  EXPECT_EQ(here.catalog().picture()->find(kConcert), nullptr);
  EXPECT_EQ(here.catalog().picture()->find(kSchedule), nullptr);
  EXPECT_NE(there.catalog().picture()->find(kConcert), nullptr);
  there.refresh_catalog();
  EXPECT_EQ(there.catalog().picture()->find(kConcert), nullptr);
  rows.set.concerts.at(kConcert).is_deleted = false;
  for (SharedState* pod : {&here, &there}) {
    pod->refresh_catalog();
    pod->sync_seats();
    EXPECT_EQ(pod->catalog().picture()->find(kConcert), nullptr) << "a replica that is behind brings nothing back";
  }
}

// The committing pod dies before it publishes to the shared maps, and no commit follows.
TEST_F(SharedStateTest, ALastChangeTheSharedMapNeverHeardOfIsFoundInTheStore) {
  maps.loses_everything = true;
  reprice({70'000});
  maps.loses_everything = false;
  there.refresh_catalog();
  there.sync_seats();
  there.sync_seats();
  EXPECT_THAT(prices(there), Each(kSeatPrice)) << "it may still be on its way";
  there.refresh_catalog();
  there.sync_seats();
  EXPECT_THAT(prices(there), Each(Points{70'000}));
  const int fills = maps.fills;
  for (int look = 0; look < 3; ++look) {
    there.refresh_catalog();
    there.sync_seats();
  }
  EXPECT_EQ(maps.fills, fills);
}

}  // namespace
}  // namespace frontrow
