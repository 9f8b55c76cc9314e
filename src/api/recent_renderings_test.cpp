// A thread sends a map again without a lock only while it would render the same bytes.
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

SeatMapBytes::RenderedPtr render(SeatMap& map, TimePoint now, SeatMapBytes::View view = {}) {
  return SeatMapBytes::of(map, "x").render(now, view);
}

SeatMapBytes::RenderedPtr recent(const SeatMap& map, TimePoint now = kNow, SeatMapBytes::View view = {}) {
  return SeatMapBytes::recent(map, now, view);
}

TEST(RecentRenderings, AreFoundUntilTheMapChanges) {
  const auto map = map_of(50);
  EXPECT_EQ(recent(*map), nullptr);
  const auto first = render(*map, kNow);
  ASSERT_NE(recent(*map), nullptr);
  EXPECT_EQ(text_of(recent(*map)), text_of(first));
  EXPECT_EQ(recent(*map, kNow, {.only = sold}), nullptr) << "another view";
  set(*map, 0, held, 1, kNow + Duration{100});
  EXPECT_EQ(recent(*map), nullptr);
  render(*map, kNow);
  EXPECT_NE(recent(*map, kNow + Duration{99}), nullptr);
  EXPECT_EQ(recent(*map, kNow + Duration{100}), nullptr) << "the hold is over";
  render(*map, kNow + Duration{100});
  map->rename({{.id = {1}, .schedule = {7}, .name = "B"}}, 2);
  EXPECT_EQ(recent(*map, kNow + Duration{100}), nullptr);
  render(*map, kNow + Duration{100});
  const std::vector<std::int64_t> versions{5};
  map->merge(std::vector<SeatMap::Change>{{.seat = {.place = map->places()[3], .price = {500}}}}, versions, 5);
  EXPECT_EQ(recent(*map, kNow + Duration{100}), nullptr);
}

TEST(RecentRenderings, AreOfOneMapOnly) {
  for (int i = 0; i < 100; ++i) {  // some at the same address
    const auto map = map_of(50, i);
    EXPECT_EQ(recent(*map), nullptr);
    EXPECT_EQ(version_in(render(*map, kNow)), i);
  }
}

TEST(RecentRenderings, AreOfOneThreadOnly) {
  const auto map = map_of(50);
  render(*map, kNow);
  std::jthread([&] { EXPECT_EQ(recent(*map), nullptr); });
  EXPECT_NE(recent(*map), nullptr);
}

TEST(RecentRenderings, KeepNeitherMapsNorLargeBytes) {
  const auto small = map_of(50), large = map_of(2'000);
  render(*small, kNow);
  render(*large, kNow);
  EXPECT_EQ(recent(*large), nullptr);
  EXPECT_EQ(small.use_count(), 1);
  EXPECT_EQ(recent(*small, kNow + RecentRenderings::kUnseen), nullptr) << "the shared one hears of it again";
}

TEST(RecentRenderings, AreWhatWouldBeRenderedNow) {
  SeededRandom dice(11);
  const auto map = map_of(70);
  TimePoint now = kNow;
  int found = 0;
  for (std::int64_t version = 1; version <= 2'000; ++version) {
    const auto status = static_cast<SeatStatus>(dice.below(3));
    if (dice.below(3) == 0)
      set(*map, dice.below(70), status, version, status == held ? now + Duration{dice.below(50) + 1} : TimePoint{});
    else
      map->apply({}, version);
    for (int looks = 0; looks < 3; ++looks, now += Duration{dice.below(4)}) {
      const SeatMapBytes::View view{.only =
                                        dice.below(2) == 0 ? std::nullopt : std::optional{static_cast<SeatStatus>(dice.below(3))}};
      const auto known = recent(*map, now, view);
      found += known == nullptr ? 0 : 1;
      const auto shown = known == nullptr ? render(*map, now, view) : known;
      ASSERT_EQ(text_of(shown), text_of(SeatMapBytes{*map, "x"}.render(now, view)));
    }
  }
  EXPECT_GT(found, 500);
}

// A commit is applied before its client is answered, so a reader who has heard of a version must see it.
TEST(RecentRenderings, AreNeverOlderThanACommitThatWasAnswered) {
  constexpr std::int64_t kLast = 5'000;
  const auto map = map_of(20);
  std::atomic<std::int64_t> answered{0};
  std::atomic<int> faults{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      for (std::int64_t seen = 0; seen < kLast;) {
        const std::int64_t heard_of = answered.load();
        const auto known = recent(*map);
        const std::int64_t version = version_in(known == nullptr ? render(*map, kNow) : known);
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
