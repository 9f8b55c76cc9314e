// The shared seat maps: with writes and fills in any order, a reader that follows the changes ends with the true map.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "adapters/redis/seat_map_cache.hpp"
#include "support/faults/redis_faults.hpp"

namespace frontrow::test {
namespace {

using enum SeatStatus;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

struct RedisSeatMap : testing::Test {
  redis::Client client{redis_settings()};
  Metrics metrics;
  redis::SeatMapCache cache{client, metrics};
  const ScheduleId schedule{unused_ids()};
  const std::string key = "seats:schedule:" + std::to_string(schedule.value);
  const TimePoint until{Duration{1'782'864'300'123}};

  std::vector<CachedSeat> all(std::int64_t count) const {
    std::vector<CachedSeat> seats;
    for (std::int64_t id = 1; id <= count; ++id) seats.push_back({.id = {id}});
    return seats;
  }
  CachedSeat held(std::int64_t id, std::int64_t version = 0) const {
    return {.id = {id}, .status = SeatStatus::held, .held_until = until, .holder = {77}, .price = {90'000}, .version = version};
  }
  bool fill(std::int64_t version, const std::vector<CachedSeat>& seats) {
    const auto permit = cache.begin_fill(schedule);
    return permit && cache.fill(schedule, *permit, version, seats);
  }
  void put(std::int64_t version, std::vector<CachedSeat> changed) { cache.put(schedule, version, changed); }
};

TEST_F(RedisSeatMap, IsAMissUntilItIsFilled) {
  EXPECT_FALSE(cache.changes(schedule, 0));
  put(1, {held(3)});
  EXPECT_FALSE(cache.changes(schedule, 0)) << "a change is no map";
  ASSERT_TRUE(fill(5, all(10)));
  const auto map = cache.changes(schedule, 0);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 5);
  EXPECT_TRUE(map->is_full);
  EXPECT_THAT(map->seats, SizeIs(10));
  EXPECT_FALSE(cache.changes(schedule, 6)) << "it has not got there";
  EXPECT_DOUBLE_EQ(metrics.redis_hits.value(), 0.25);
}

TEST_F(RedisSeatMap, NamesTheDatesThatChangedToAnyNumberOfPods) {
  const std::int64_t before = cache.news(0).upto;
  put(6, {held(3)});
  const auto first = cache.news(before);
  EXPECT_THAT(first.schedules, testing::ElementsAre(schedule));
  EXPECT_THAT(cache.news(first.upto).schedules, IsEmpty());
  put(7, {held(4)});
  put(8, {held(5)});
  EXPECT_THAT(cache.news(first.upto).schedules, testing::ElementsAre(schedule)) << "once, however often it changed";
  EXPECT_THAT(cache.news(before).schedules, testing::ElementsAre(schedule)) << "for a pod that has not read as far";
  EXPECT_GT(ask(client, {"PTTL", "seats:changes"}).integer(), 0);
}

// The set is forgotten with all else: what is named afterwards is above what was read before.
TEST_F(RedisSeatMap, NamesGoOnAfterAllWasForgotten) {
  put(6, {held(3)});
  const std::int64_t read = cache.news(0).upto;
  ask(client, {"DEL", "seats:changes"});
  put(7, {held(4)});
  EXPECT_THAT(cache.news(read).schedules, testing::ElementsAre(schedule));
}

TEST_F(RedisSeatMap, KeepsNamesOfTheLastMinuteOnly) {
  ask(client, {"ZADD", "seats:changes", "1", std::to_string(schedule.value + 1)});
  put(6, {held(3)});
  const auto named = cache.news(0).schedules;
  EXPECT_THAT(named, testing::Contains(schedule));
  EXPECT_THAT(named, testing::Not(testing::Contains(ScheduleId{schedule.value + 1})));
}

TEST_F(RedisSeatMap, TellsWhatChangedAndNothingElse) {
  ASSERT_TRUE(fill(5, all(10)));
  put(6, {held(3)});
  put(7, {{.id = {3}, .status = sold, .holder = {77}}, held(4)});
  const auto since_5 = cache.changes(schedule, 5), since_6 = cache.changes(schedule, 6), since_7 = cache.changes(schedule, 7);
  ASSERT_TRUE(since_5 && since_6 && since_7);
  EXPECT_FALSE(since_5->is_full);
  EXPECT_EQ(since_5->version, 7);
  EXPECT_THAT(since_5->seats,
              UnorderedElementsAre(CachedSeat{.id = {3}, .status = sold, .holder = {77}, .version = 7}, held(4, 7)));
  EXPECT_THAT(since_6->seats, SizeIs(2));
  EXPECT_THAT(since_7->seats, IsEmpty());
  const auto full = cache.changes(schedule, 4);
  ASSERT_TRUE(full);
  EXPECT_TRUE(full->is_full) << "the log begins with the fill";
}

TEST_F(RedisSeatMap, IsReachedByAVersionThatChangedNoSeat) {
  ASSERT_TRUE(fill(5, all(10)));
  put(6, {});
  put(7, {held(3)});
  const auto map = cache.changes(schedule, 5);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 7);
  EXPECT_THAT(map->seats, SizeIs(1));
}

// A price list for the whole house is written in slices; the version is reached with the last slice.
TEST_F(RedisSeatMap, TakesInACommitOfManySeats) {
  constexpr std::int64_t kSeats = 3'500;
  ASSERT_TRUE(fill(5, all(kSeats)));
  std::vector<CachedSeat> priced = all(kSeats);
  for (CachedSeat& seat : priced) seat.price = {70'000 + seat.id.value};
  put(6, priced);
  const auto map = cache.changes(schedule, 5);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 6);
  EXPECT_FALSE(map->is_full);
  ASSERT_THAT(map->seats, SizeIs(kSeats));
  for (const CachedSeat& seat : map->seats) {
    EXPECT_EQ(seat.price, Points{70'000 + seat.id.value});
    EXPECT_EQ(seat.version, 6);
  }
  const auto whole = cache.changes(schedule, 0);
  ASSERT_TRUE(whole && whole->is_full);
  EXPECT_EQ(std::ranges::count(whole->seats, Points{}, &CachedSeat::price), 0);
}

TEST_F(RedisSeatMap, IsNeverReplacedByAStaleWrite) {
  ASSERT_TRUE(fill(5, all(10)));
  put(7, {{.id = {3}, .status = sold}});
  put(6, {held(3), held(4)});
  put(7, {{.id = {3}, .status = available}});  // a repetition: the first one counts
  const auto map = cache.changes(schedule, 5);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 7);
  EXPECT_THAT(map->seats, UnorderedElementsAre(CachedSeat{.id = {3}, .status = sold, .version = 7}, held(4, 6)));
}

TEST_F(RedisSeatMap, StaysBelowAGapUntilItIsClosed) {
  ASSERT_TRUE(fill(5, all(10)));
  put(7, {held(2)});
  put(8, {held(3)});
  auto map = cache.changes(schedule, 5);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 5) << "who has read this must ask for 6 again";
  EXPECT_THAT(map->seats, SizeIs(2));
  put(6, {held(4)});
  map = cache.changes(schedule, 5);
  EXPECT_EQ(map->version, 8);
  EXPECT_THAT(map->seats, SizeIs(3));
}

TEST_F(RedisSeatMap, KeepsAChangeThatRacesAFill) {
  const auto permit = cache.begin_fill(schedule);
  ASSERT_TRUE(permit);
  put(6, {{.id = {3}, .status = sold}});  // committed after the fill has read version 5
  EXPECT_TRUE(cache.fill(schedule, *permit, 5, all(10)));
  const auto map = cache.changes(schedule, 0);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 6);
  EXPECT_EQ(std::ranges::count(map->seats, sold, &CachedSeat::status), 1);
}

TEST_F(RedisSeatMap, IsNotSetBackByASlowFill) {
  ASSERT_TRUE(fill(5, all(10)));
  put(6, {{.id = {3}, .status = sold}});
  put(7, {held(4)});
  ASSERT_TRUE(fill(6, all(10))) << "read long ago, by a replica perhaps";
  const auto map = cache.changes(schedule, 5);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->version, 7);
  EXPECT_EQ(std::ranges::find(map->seats, SeatId{4}, &CachedSeat::id)->status, SeatStatus::held);
}

TEST_F(RedisSeatMap, IsFilledByOneAtATime) {
  const auto permit = cache.begin_fill(schedule);
  ASSERT_TRUE(permit);
  EXPECT_FALSE(cache.begin_fill(schedule));
  EXPECT_GT(ask(client, {"PTTL", key + ":fill"}).integer(), 0) << "the permit of a pod that died ends";
  EXPECT_TRUE(cache.fill(schedule, *permit, 1, all(3)));
  EXPECT_TRUE(cache.begin_fill(schedule));
}

TEST_F(RedisSeatMap, LivesFiveMinutesCompleteOrNot) {
  put(1, {held(1)});
  for (const std::string& each : {key, key + ":changes"}) {
    EXPECT_GT(ask(client, {"PTTL", each}).integer(), 290'000) << each;
    EXPECT_LE(ask(client, {"PTTL", each}).integer(), 300'000) << each;
  }
  ask(client, {"PEXPIRE", key, "1000"});
  put(2, {held(2)});
  EXPECT_LE(ask(client, {"PTTL", key}).integer(), 1'000) << "changes do not prolong it";
  EXPECT_LE(ask(client, {"PTTL", key + ":changes"}).integer(), 1'000) << "nor does its log outlive it";
  ASSERT_TRUE(fill(3, all(3)));
  EXPECT_GT(ask(client, {"PTTL", key}).integer(), 290'000);
}

TEST_F(RedisSeatMap, IsNoMapWhenItWasDroppedDuringAFill) {
  const auto seats = all(100'000);
  EXPECT_TRUE(eventually([&] {
    std::atomic<bool> is_done{false};
    bool is_complete = false;
    std::jthread filler([&] { is_complete = fill(5, seats), is_done = true; });
    const std::string drop =
        "if redis.call('HEXISTS', KEYS[1], 'fill') == 1 and redis.call('HEXISTS', KEYS[1], 'count') == 0 then "
        "return redis.call('DEL', KEYS[1]) else return 0 end";
    bool was_dropped = false;
    while (!is_done && !was_dropped) was_dropped = ask(client, {"EVAL", drop, "1", key}).integer() == 1;
    filler.join();
    if (!was_dropped) return false;
    EXPECT_FALSE(is_complete);
    EXPECT_FALSE(cache.changes(schedule, 0));
    return true;
  }));
}

TEST_F(RedisSeatMap, ReadsFiftyThousandSeatsInSlices) {
  ASSERT_TRUE(fill(5, all(50'000)));
  put(6, {held(49'999)});
  const auto full = cache.changes(schedule, 0), changed = cache.changes(schedule, 5);
  ASSERT_TRUE(full && changed);
  EXPECT_THAT(full->seats, SizeIs(50'000));
  EXPECT_THAT(changed->seats, SizeIs(1));
}

TEST_F(RedisSeatMap, KeepsABoundedLog) {
  ASSERT_TRUE(fill(1, all(21'000)));
  std::int64_t version = 1;
  for (std::int64_t first = 1; first <= 21'000; first += 500) {
    std::vector<CachedSeat> changed;
    for (std::int64_t id = first; id < first + 500; ++id) changed.push_back(held(id));
    put(++version, changed);
  }
  EXPECT_EQ(ask(client, {"ZCARD", key + ":changes"}).integer(), 20'000);
  const auto from_the_start = cache.changes(schedule, 1), lately = cache.changes(schedule, version - 2);
  ASSERT_TRUE(from_the_start && lately);
  EXPECT_TRUE(from_the_start->is_full);
  EXPECT_THAT(from_the_start->seats, SizeIs(21'000));
  EXPECT_FALSE(lately->is_full);
  EXPECT_THAT(lately->seats, SizeIs(1'000));
}

// Commits that are delivered in any order and more than once, a fill at any moment, and a reader that follows.
TEST_F(RedisSeatMap, EndsWithTheTruthInWhateverOrderWritesCome) {
  constexpr std::int64_t kSeats = 20, kCommits = 40;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom dice(seed);
    const ScheduleId mine{schedule.value + static_cast<std::int64_t>(seed)};
    std::vector<std::map<SeatId, CachedSeat>> truth(1);
    for (const CachedSeat& seat : all(kSeats)) truth[0][seat.id] = seat;
    std::vector<std::vector<CachedSeat>> commits{{}};
    for (std::int64_t version = 1; version <= kCommits; ++version) {
      truth.push_back(truth.back());
      auto& changed = commits.emplace_back();
      for (auto n = 1 + dice.below(3); n > 0; --n) {
        const CachedSeat seat{.id = {static_cast<std::int64_t>(1 + dice.below(kSeats))},
                              .status = static_cast<SeatStatus>(dice.below(3)),
                              .holder = {static_cast<std::int64_t>(dice.below(9))},
                              .price = {static_cast<std::int64_t>(1 + dice.below(5))}};
        std::erase_if(changed, [&](const CachedSeat& other) { return other.id == seat.id; });
        changed.push_back(seat);
        truth.back()[seat.id] = seat;
      }
    }
    std::vector<std::int64_t> order;
    for (std::int64_t version = 1; version <= kCommits; ++version) order.push_back(version);
    for (std::size_t i = 0; i < order.size(); ++i) std::swap(order[i], order[std::min(order.size() - 1, i + dice.below(4))]);
    const std::size_t fill_at = dice.below(order.size());
    std::map<SeatId, CachedSeat> seen;
    std::int64_t reached = 0;
    std::size_t fill_version = 0;
    bool has_read = false;
    const auto read = [&] {
      const auto changes = cache.changes(mine, has_read ? reached : 0);
      if (!changes) return;
      if (!has_read) {
        ASSERT_TRUE(changes->is_full || fill_version == 0);
        if (!changes->is_full) seen = truth[0];  // filled from the first state: a reader that starts at 0 has that already
      }
      has_read = true, reached = changes->version;
      for (CachedSeat seat : changes->seats) {
        if (const auto known = seen.find(seat.id); known != seen.end()) {
          ASSERT_GE(seat.version, known->second.version);
        }
        seen[seat.id] = seat;
      }
      // Nothing in it is older than its version.
      for (const auto& [id, seat] : seen) {
        if (seat.version <= reached) {
          ASSERT_EQ(seat.status, truth[static_cast<std::size_t>(reached)][id].status) << id.value;
          ASSERT_EQ(seat.price, truth[static_cast<std::size_t>(reached)][id].price) << id.value;
        }
      }
    };
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i == fill_at) {
        // Commits are delivered up to three late. So the store surely has these, and a fill may read any later version.
        const std::int64_t least = std::max<std::int64_t>(0, static_cast<std::int64_t>(i) - 4);
        fill_version = std::min<std::size_t>(static_cast<std::size_t>(least) + dice.below(8), kCommits);
        std::vector<CachedSeat> seats;
        for (const auto& [id, seat] : truth[fill_version]) seats.push_back(seat);
        const auto permit = cache.begin_fill(mine);
        ASSERT_TRUE(permit && cache.fill(mine, *permit, static_cast<std::int64_t>(fill_version), seats));
        read();
      }
      cache.put(mine, order[i], commits[static_cast<std::size_t>(order[i])]);
      if (dice.below(3) == 0) read();
    }
    read();
    ASSERT_TRUE(has_read);
    EXPECT_EQ(reached, kCommits);
    ASSERT_THAT(seen, SizeIs(kSeats));
    for (const auto& [id, seat] : seen) {
      EXPECT_EQ(seat.status, truth.back()[id].status);
      EXPECT_EQ(seat.holder, truth.back()[id].holder);
      EXPECT_EQ(seat.price, truth.back()[id].price);
    }
  }
}

}  // namespace
}  // namespace frontrow::test
