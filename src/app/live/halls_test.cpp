// Seat maps are in memory while somebody looks: read once for all who wait, never without a commit, and bounded.
#include "app/live/halls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "support/fakes/manual_clock.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using enum SeatStatus;

constexpr int kSeats = 4;

class HallsTest : public testing::Test {
 protected:
  HallsTest() { configure_log({.out = &log}); }
  ~HallsTest() override { configure_log({}); }

  std::shared_ptr<Hall> hall(std::int64_t id) {
    stored.try_emplace({id}, rows_of({id}));
    return std::make_shared<Hall>(
        Schedule{.id = {id}, .concert = {1}, .version = 1, .seat_count = kSeats, .available_seats = kSeats});
  }
  static StoredSeatMap rows_of(ScheduleId id) {
    StoredSeatMap rows{.version = 1, .sections = {{.id = {1}, .schedule = id, .name = "A"}}, .seats = {}};
    for (int i = 0; i < kSeats; ++i)
      rows.seats.push_back({.place = {.id = {id.value * 100 + i}, .schedule = id, .section = {1}, .number = i + 1}, .price = {10}});
    return rows;
  }
  // A commit, as the store and memory take it in.
  static Hall::Commit sale(ScheduleId id, int index, std::int64_t version) {
    Seat seat{.place = {.id = {id.value * 100 + index}, .schedule = id, .section = {1}, .number = index + 1}, .price = {10}};
    seat.status = sold;
    return {.version = version, .changes = {{.seat = seat, .holder = {7}}}, .freed = -1};
  }
  void store(ScheduleId id, int index, std::int64_t version) {
    stored.at(id).version = version;
    stored.at(id).seats[static_cast<std::size_t>(index)].status = sold;
  }
  // Keeps the answer in `answers`.
  void look(const std::shared_ptr<Hall>& at) {
    halls.look(at, [this](Result<Halls::MapPtr> found) { answers.push_back(std::move(found)); });
  }
  std::shared_ptr<SeatMap> looked(const std::shared_ptr<Hall>& at) {
    look(at);
    while (!reads.empty()) finish();
    auto found = std::move(answers.back());
    answers.pop_back();
    return found ? *found : nullptr;
  }
  // Answers the read that began first, by its rows of that moment or by those of now.
  void finish() {
    Read read = std::move(reads.front());
    reads.pop_front();
    read.answer(std::move(read.rows));
  }
  static std::vector<SeatStatus> statuses(SeatMap& map) {
    SeatMap::Cursor cursor;
    std::vector<SeatMap::Shown> shown;
    map.read(TimePoint{}, cursor, shown);
    std::vector<SeatStatus> found;
    for (const SeatMap::Shown& seat : shown) found.push_back(seat.status);
    return found;
  }

  struct Read {
    Halls::Answer answer;
    Halls::Rows rows;
  };
  std::map<ScheduleId, StoredSeatMap> stored;
  std::deque<Read> reads;
  std::vector<Result<Halls::MapPtr>> answers;
  bool has_room = true;
  std::function<void()> on_read = [] {};
  ManualClock clock;
  Metrics metrics;
  std::ostringstream log;
  Halls halls{[this](ScheduleId id, Halls::Answer answer) {
                on_read();
                if (!has_room) return false;
                const auto at = stored.find(id);
                Halls::Rows rows = std::nullopt;
                if (at != stored.end()) rows = at->second;
                reads.push_back({.answer = std::move(answer), .rows = std::move(rows)});
                return true;
              },
              {.bytes = 1'000'000},
              clock,
              metrics};
};

TEST_F(HallsTest, AreReadOnceForAllWhoWait) {
  const auto one = hall(1);
  for (int i = 0; i < 5; ++i) look(one);
  EXPECT_EQ(reads.size(), 1U);
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(halls.usage().halls, 0U);
  finish();
  ASSERT_EQ(answers.size(), 5U);
  for (const auto& answer : answers) EXPECT_EQ(*answer, *answers.front());
  look(one);
  EXPECT_EQ(answers.size(), 6U) << "at once";
  EXPECT_TRUE(reads.empty());
  EXPECT_EQ(halls.usage().halls, 1U);
  EXPECT_EQ(metrics.hall_loads.Value(), 1);
  EXPECT_EQ(metrics.halls_in_memory.Value(), 1);
  EXPECT_GE(metrics.hall_bytes.Value(), kSeats * 64);
}

TEST_F(HallsTest, AMapHasTheCommitsThatWereMadeDuringItsReading) {
  const auto one = hall(1);
  look(one);
  store({1}, 0, 2);
  one->apply(sale({1}, 0, 2));
  one->apply(sale({1}, 2, 3));
  finish();
  const auto map = *answers.front();
  EXPECT_THAT(statuses(*map), ElementsAre(sold, available, sold, available));
  EXPECT_EQ(map->stamp({}).version, 3);
  EXPECT_EQ(map->stamp({}).ahead, 0);
  EXPECT_EQ(one->head({}), map->stamp({}));
}

// A reader may see a commit before memory does.
TEST_F(HallsTest, ACommitThatIsInTheRowsAlreadyIsNotTakenInAgain) {
  const auto one = hall(1);
  store({1}, 0, 3);
  look(one);
  Hall::Commit freed = sale({1}, 0, 2);
  freed.changes[0].seat.status = available;
  one->apply(freed);  // the seat was freed in version 2 and sold in version 3
  finish();
  const auto map = *answers.front();
  EXPECT_THAT(statuses(*map), ElementsAre(sold, available, available, available));
  one->apply(sale({1}, 0, 3));
  EXPECT_THAT(statuses(*map), ElementsAre(sold, available, available, available));
  EXPECT_EQ(map->stamp({}).version, 3);
}

TEST_F(HallsTest, ANameThatIsGivenDuringTheReadingIsShown) {
  const auto one = hall(1);
  look(one);
  const std::vector<Section> renamed{{.id = {1}, .schedule = {1}, .name = "VIP"}};
  one->rename(renamed, 2);
  one->apply({.version = 2});
  finish();
  EXPECT_EQ((*answers.front())->sections()->front().name, "VIP");
  EXPECT_EQ((*answers.front())->stamp({}).version, 2);
}

TEST_F(HallsTest, WhenMemoryWasRebuiltDuringTheReadingItIsReadAgain) {
  const auto one = hall(1);
  look(one);
  store({1}, 1, 2);
  one->start_anew({.id = {1}, .concert = {1}, .version = 2, .available_seats = kSeats - 1}, {});
  finish();
  EXPECT_TRUE(answers.empty());
  ASSERT_EQ(reads.size(), 1U);
  finish();
  EXPECT_THAT(statuses(**answers.front()), ElementsAre(available, sold, available, available));
  EXPECT_EQ(metrics.hall_loads.Value(), 2);
}

TEST_F(HallsTest, AReadingIsNotRepeatedForEver) {
  const auto one = hall(1);
  look(one);
  for (int i = 0; i < 20 && !reads.empty(); ++i) {
    one->start_anew({.id = {1}, .concert = {1}, .version = 1, .available_seats = kSeats}, {});
    finish();
  }
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().error().code, ErrorCode::store_unavailable);
  EXPECT_NE(looked(one), nullptr) << "the next look reads anew";
}

TEST_F(HallsTest, ARebuildTakesAMapOutOfMemoryButNotOutOfHands) {
  const auto one = hall(1);
  const auto before = looked(one);
  one->start_anew({.id = {1}, .concert = {1}, .version = 5, .available_seats = 1}, {});
  EXPECT_EQ(one->head({}).available, 1);
  EXPECT_THAT(statuses(*before), ElementsAre(available, available, available, available));
  const auto after = looked(one);
  EXPECT_NE(after, before);
  EXPECT_EQ(halls.usage().halls, 1U);
}

TEST_F(HallsTest, EveryoneIsRefusedWhenTheReadingFails) {
  const auto one = hall(1);
  look(one);
  look(one);
  Read read = std::move(reads.front());
  reads.clear();
  read.answer(refuse(ErrorCode::store_unavailable));
  ASSERT_EQ(answers.size(), 2U);
  for (const auto& answer : answers) EXPECT_EQ(answer.error().code, ErrorCode::store_unavailable);
  EXPECT_NE(looked(one), nullptr) << "the next look tries again";
}

TEST_F(HallsTest, WithoutRoomForAReadingALookIsRefusedAtOnce) {
  const auto one = hall(1);
  has_room = false;
  look(one);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().error().code, ErrorCode::overloaded);
  EXPECT_TRUE(answers.front().error().retry_after);
  has_room = true;
  EXPECT_NE(looked(one), nullptr);
}

TEST_F(HallsTest, ADateThatIsNotThereAndRowsThatDoNotGoTogetherAreRefused) {
  const auto one = hall(1), two = hall(2);
  stored.erase({1});
  stored.at({2}).sections.clear();
  look(one);
  look(two);
  finish();
  finish();
  EXPECT_EQ(answers[0].error().code, ErrorCode::schedule_not_found);
  EXPECT_EQ(answers[1].error().code, ErrorCode::store_unavailable);
  EXPECT_NE(log.str().find("unknown section"), std::string::npos);
  EXPECT_EQ(halls.usage().halls, 0U);
}

TEST_F(HallsTest, ALookThatThrowsKeepsNobodyElseWaiting) {
  const auto one = hall(1);
  halls.look(one, [](const Result<Halls::MapPtr>&) { throw 7; });
  look(one);
  finish();
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(HallsTest, AReadThatThrowsIsARefusal) {
  const auto one = hall(1);
  on_read = [] { throw std::bad_alloc{}; };
  look(one);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(answers.front().has_value());
}

// Memory.

struct ASmallMemory : HallsTest {
  std::size_t map_bytes = SeatMap({.id = {1}, .concert = {1}}, rows_of({1}).sections, rows_of({1}).seats).bytes();

  void keep(std::size_t maps) {
    new_halls = std::make_unique<Halls>(
        [this](ScheduleId id, Halls::Answer answer) {
          answer(std::optional{stored.at(id)});
          return true;
        },
        Halls::Limits{.bytes = maps * map_bytes + map_bytes / 2, .unasked = std::chrono::minutes{1}},
        clock,
        metrics);
  }
  std::shared_ptr<SeatMap> now(const std::shared_ptr<Hall>& at) {
    clock.advance(Duration{1});
    std::shared_ptr<SeatMap> map;
    new_halls->look(at, [&](Result<Halls::MapPtr> found) { map = *found; });
    return map;
  }
  static bool is_there(const std::shared_ptr<Hall>& hall) { return hall->present_map() != nullptr; }
  std::unique_ptr<Halls> new_halls;
};

TEST_F(ASmallMemory, TheLeastRecentlyLookedAtGo) {
  keep(2);
  const auto one = hall(1), two = hall(2), three = hall(3);
  now(one);
  now(two);
  now(one);
  now(three);
  EXPECT_TRUE(is_there(one));
  EXPECT_FALSE(is_there(two));
  EXPECT_TRUE(is_there(three));
  EXPECT_EQ(new_halls->usage().halls, 2U);
  EXPECT_LE(new_halls->usage().bytes, 2 * map_bytes);
}

TEST_F(ASmallMemory, AMapInHandStaysWholeAndTakesInNoMoreCommits) {
  keep(1);
  const auto one = hall(1), two = hall(2);
  const auto in_hand = now(one);
  now(two);
  EXPECT_FALSE(is_there(one));
  one->apply(sale({1}, 0, 2));
  store({1}, 0, 2);
  EXPECT_THAT(statuses(*in_hand), ElementsAre(available, available, available, available));
  EXPECT_EQ(one->available(clock.now()), kSeats - 1) << "a list knows";
  EXPECT_THAT(statuses(*now(one)), ElementsAre(sold, available, available, available));
  EXPECT_EQ(one->head(clock.now()), one->present_map()->stamp(clock.now()));
}

TEST_F(ASmallMemory, TheLastMapStaysHoweverLargeItIs) {
  keep(0);
  const auto one = hall(1), two = hall(2);
  now(one);
  EXPECT_TRUE(is_there(one));
  now(two);
  EXPECT_FALSE(is_there(one));
  EXPECT_TRUE(is_there(two));
}

TEST_F(ASmallMemory, AMapThatNobodyLooksAtForLongGoes) {
  keep(10);
  const auto one = hall(1), two = hall(2);
  now(one);
  now(two);
  clock.advance(std::chrono::seconds{50});
  now(two);
  EXPECT_EQ(one->available(clock.now()), kSeats) << "a list is no look";
  clock.advance(std::chrono::seconds{20});
  new_halls->tidy({});
  EXPECT_FALSE(is_there(one));
  EXPECT_TRUE(is_there(two));
  EXPECT_EQ(metrics.halls_in_memory.Value(), 1);
}

struct Rendering final : SeatMap::Companion {
  Rendering(SeatMap&, std::size_t size) : size(size) {}
  std::size_t bytes() const override { return size; }
  void forget(TimePoint then) override { size = then > TimePoint{} ? 0 : size; }
  std::size_t size;
};

TEST_F(ASmallMemory, WhatIsMadeFromAMapCountsAndGoesWithIt) {
  keep(3);
  const auto one = hall(1), two = hall(2);
  now(one)->companion<Rendering>(map_bytes);
  now(two)->companion<Rendering>(map_bytes * 2);
  new_halls->tidy({});
  EXPECT_EQ(new_halls->usage().halls, 1U);
  EXPECT_TRUE(is_there(two)) << "the one looked at last";
  new_halls->tidy(clock.now());
  EXPECT_EQ(metrics.hall_bytes.Value(), map_bytes) << "what nobody asked for is dropped";
}

TEST_F(ASmallMemory, AnyNumberOfThreadsMayLookAndCommit) {
  keep(2);
  std::vector<std::shared_ptr<Hall>> all;
  for (int id = 1; id <= 4; ++id) all.push_back(hall(id));
  std::atomic<int> looks{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 2'000; ++i)
          new_halls->look(all[static_cast<std::size_t>(i + t) % all.size()],
                          [&](const Result<Halls::MapPtr>& found) { looks += found && (*found)->places().size() == kSeats; });
      });
    threads.emplace_back([&] {
      for (std::int64_t version = 2; version < 500; ++version)
        for (const auto& each : all) each->apply(sale(each->id(), static_cast<int>(version % kSeats), version));
      new_halls->tidy({});
    });
  }
  EXPECT_EQ(looks, 6'000);
  new_halls->tidy({});
  EXPECT_LE(new_halls->usage().halls, 2U);
}

}  // namespace
}  // namespace frontrow
