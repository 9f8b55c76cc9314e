// What a thread sends again without a lock is what it would render now.
#include "api/recent_renderings.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "base/random.hpp"

namespace frontrow::http {
namespace {

constexpr TimePoint kNow{Duration{1'000'000}};
using enum SeatStatus;

std::shared_ptr<SeatMap> map_of(int count, std::int64_t version = 0) {
  std::vector<Seat> seats;
  for (int i = 0; i < count; ++i)
    seats.push_back({.place = {.id = {100 + i}, .schedule = {7}, .section = {1}, .number = i + 1}, .price = {500}});
  return std::make_shared<SeatMap>(Schedule{.id = {7}, .concert = {3}, .version = version},
                                   std::vector<Section>{{.id = {1}, .schedule = {7}, .name = "A"}},
                                   seats);
}

void set(SeatMap& map, std::size_t index, SeatStatus status, std::int64_t version, TimePoint held_until = {}) {
  Seat seat{.place = map.places()[index], .price = {500}};
  seat.status = status;
  seat.held_until = held_until;
  map.apply(std::vector<SeatMap::Change>{{.seat = seat, .holder = {9}}}, version);
}

std::string text_of(const SeatMapBytes::RenderedPtr& rendered) {
  std::string all = rendered->lines;
  for (const SharedBytes& part : rendered->parts) all += *part;
  return all;
}

std::int64_t version_in(const SeatMapBytes::RenderedPtr& rendered) {
  return boost::json::parse(*rendered->parts.front()).at("version").as_int64();
}

TEST(RecentRenderings, AreFoundUntilTheMapChanges) {
  SeatMapRenderings renderings("");
  const auto map = map_of(50);
  EXPECT_EQ(renderings.recent(*map, kNow, {}), nullptr);
  const auto first = renderings.render(map, kNow, {});
  ASSERT_NE(renderings.recent(*map, kNow, {}), nullptr);
  EXPECT_EQ(text_of(renderings.recent(*map, kNow, {})), text_of(first));
  EXPECT_EQ(renderings.recent(*map, kNow, {.only = sold}), nullptr) << "another view";
  EXPECT_EQ(SeatMapRenderings("").recent(*map, kNow, {}), nullptr) << "another server's tag";
  set(*map, 0, held, 1, kNow + Duration{100});
  EXPECT_EQ(renderings.recent(*map, kNow, {}), nullptr);
  renderings.render(map, kNow, {});
  EXPECT_NE(renderings.recent(*map, kNow + Duration{99}, {}), nullptr);
  EXPECT_EQ(renderings.recent(*map, kNow + Duration{100}, {}), nullptr) << "the hold is over";
  renderings.render(map, kNow + Duration{100}, {});
  map->rename({{.id = {1}, .schedule = {7}, .name = "B"}}, 2);
  EXPECT_EQ(renderings.recent(*map, kNow + Duration{100}, {}), nullptr);
  renderings.render(map, kNow + Duration{100}, {});
  map->take_over(*map_of(50, 5));
  EXPECT_EQ(renderings.recent(*map, kNow + Duration{100}, {}), nullptr);
}

TEST(RecentRenderings, LetTheMapKnowThatItIsWanted) {
  SeatMapRenderings renderings("");
  const auto map = map_of(50);
  renderings.render(map, kNow, {});
  EXPECT_TRUE(map->take_asked());
  ASSERT_NE(renderings.recent(*map, kNow, {}), nullptr);
  EXPECT_TRUE(map->take_asked());
  EXPECT_FALSE(map->take_asked());
}

TEST(RecentRenderings, AreOfOneMapOnly) {
  SeatMapRenderings renderings("");
  for (int i = 0; i < 100; ++i) {  // some at the same address
    const auto map = map_of(50, i);
    EXPECT_EQ(renderings.recent(*map, kNow, {}), nullptr);
    EXPECT_EQ(version_in(renderings.render(map, kNow, {})), i);
  }
}

TEST(RecentRenderings, KeepNeitherMapsNorLargeBytes) {
  SeatMapRenderings renderings("");
  const auto small = map_of(50), large = map_of(2'000);
  renderings.render(small, kNow, {});
  renderings.render(large, kNow, {});
  EXPECT_EQ(renderings.recent(*large, kNow, {}), nullptr);
  renderings.forget(kNow);
  EXPECT_EQ(small.use_count(), 1);
  EXPECT_EQ(renderings.recent(*small, kNow + RecentRenderings::kUnseen, {}), nullptr) << "the shared one hears of it again";
}

TEST(RecentRenderings, AreWhatWouldBeRenderedNow) {
  SeededRandom dice(11);
  SeatMapRenderings renderings("x");
  const auto map = map_of(70);
  TimePoint now = kNow;
  for (std::int64_t version = 1; version <= 2'000; ++version) {
    const auto status = static_cast<SeatStatus>(dice.below(3));
    if (dice.below(3) == 0)
      set(*map, dice.below(70), status, version, status == held ? now + Duration{dice.below(50) + 1} : TimePoint{});
    else
      map->apply({}, version);
    for (int looks = 0; looks < 3; ++looks, now += Duration{dice.below(4)}) {
      const SeatMapBytes::View view{.only =
                                        dice.below(2) == 0 ? std::nullopt : std::optional{static_cast<SeatStatus>(dice.below(3))}};
      SeatMapBytes fresh{map, "x"};
      ASSERT_EQ(text_of(renderings.render(map, now, view)), text_of(fresh.render(now, view)));
    }
  }
}

// A commit is applied before its client is answered, so a reader who has heard of a version must see it.
TEST(RecentRenderings, AreNeverOlderThanACommitThatWasAnswered) {
  constexpr std::int64_t kLast = 5'000;
  SeatMapRenderings renderings("");
  const auto map = map_of(20);
  std::atomic<std::int64_t> answered{0};
  std::atomic<int> faults{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      for (std::int64_t seen = 0; seen < kLast;) {
        const std::int64_t heard_of = answered.load();
        const std::int64_t version = version_in(renderings.render(map, kNow, {}));
        if (version < heard_of || version < seen) ++faults;
        seen = version;
      }
    });
  for (std::int64_t version = 1; version <= kLast; ++version) {
    set(*map, static_cast<std::size_t>(version % 20), version % 3 == 0 ? sold : available, version);
    answered = version;
  }
  readers.clear();
  EXPECT_EQ(faults, 0);
}

}  // namespace
}  // namespace frontrow::http
