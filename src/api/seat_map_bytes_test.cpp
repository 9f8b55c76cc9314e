// Each view of a seat map is what a fresh rendering would be, and is shared for as long as nothing changes.
#include "api/seat_map_bytes.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "base/random.hpp"
#include "http/gunzip.hpp"

namespace frontrow::http {
namespace {

constexpr TimePoint kNow{Duration{1'000'000}};
using enum SeatStatus;

std::string text_of(const std::vector<SharedBytes>& parts) {
  std::string all;
  for (const SharedBytes& part : parts) all += *part;
  return all;
}

class SeatMapBytesTest : public testing::TestWithParam<std::uint32_t> {
 protected:
  static std::shared_ptr<SeatMap> map_of(std::uint32_t count) {
    std::vector<Seat> seats;
    for (std::uint32_t i = 0; i < count; ++i)
      seats.push_back(
          {.place = {.id = {100 + i}, .schedule = {7}, .section = {1}, .number = static_cast<int>(i) + 1}, .price = {500}});
    return std::make_shared<SeatMap>(
        Schedule{.id = {7}, .concert = {3}}, std::vector<Section>{{.id = {1}, .schedule = {7}, .name = "A"}}, seats);
  }
  void set(std::uint32_t index, SeatStatus status) {
    Seat seat{.place = map->places()[index], .price = {500}};
    seat.status = status;
    if (status == held) seat.held_until = kNow + std::chrono::hours{1};
    map->apply(std::vector<SeatMap::Change>{{.seat = seat, .holder = {9}}}, ++version);
  }
  // The ids that the view must show. The map itself is asked for them.
  std::vector<std::int64_t> expected(std::optional<SeatStatus> only) {
    SeatMap::Cursor from_start;
    std::vector<SeatMap::Shown> seats;
    map->read(kNow, from_start, seats);
    std::vector<std::int64_t> ids;
    for (const auto& seat : seats)
      if (!only || seat.status == *only) ids.push_back(map->places()[seat.index].id.value);
    return ids;
  }
  static std::vector<std::int64_t> ids_in(const std::string& text) {
    std::vector<std::int64_t> ids;
    const auto json = boost::json::parse(text);
    for (const auto& seat : json.at("seats").as_array()) ids.push_back(seat.at("id").as_int64());
    return ids;
  }
  void check(std::optional<SeatStatus> only) {
    const auto plain = bytes.render(kNow, {.only = only});
    const std::string text = text_of(plain->parts);
    EXPECT_EQ(ids_in(text), expected(only));
    EXPECT_EQ(plain->size, text.size());
    EXPECT_EQ(bytes.etag(kNow, {.only = only}), plain->etag);
    const auto packed = bytes.render(kNow, {.only = only, .gzip = true});
    EXPECT_EQ(gunzip(text_of(packed->parts)), text);
    EXPECT_EQ(bytes.render(kNow, {.only = only}), plain) << "rendered once";
    EXPECT_EQ(bytes.find(kNow, {.only = only}), plain);
    EXPECT_EQ(bytes.find(kNow, {.only = only, .gzip = true}), packed);
  }
  void check_all() {
    for (const auto only : {std::optional<SeatStatus>{}, std::optional{available}, std::optional{held}, std::optional{sold}})
      check(only);
  }

  std::int64_t version = 0;
  std::shared_ptr<SeatMap> map = map_of(GetParam());
  SeatMapBytes bytes{*map, ""};
};

TEST_P(SeatMapBytesTest, EachViewFollowsTheMap) {
  SeededRandom dice(GetParam());
  check_all();
  for (int round = 0; round < 30; ++round) {
    const auto upto =
        round < 10 ? std::min<std::uint32_t>(GetParam(), 3) : GetParam();  // the first seats often: commas begin there
    for (int change = 0; change < 5; ++change)
      set(static_cast<std::uint32_t>(dice.below(upto)), static_cast<SeatStatus>(dice.below(3)));
    check_all();
  }
  for (std::uint32_t index = 0; index < GetParam(); ++index) set(index, sold);
  check_all();
}

TEST_P(SeatMapBytesTest, FollowersOfOneVersionShareTheirChanges) {
  const auto all = bytes.render(kNow, {});
  set(0, held);
  set(GetParam() - 1, sold);
  const auto first = bytes.since(0, kNow, 0), second = bytes.since(0, kNow, 0);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->is_full);
  EXPECT_EQ(first->seats, second->seats);
  EXPECT_EQ(ids_in("{\"seats\":[" + text_of(first->seats->parts)), (std::vector<std::int64_t>{100, 99 + GetParam()}));
  EXPECT_EQ(first->version, 2);
  set(1, sold);
  EXPECT_EQ(ids_in("{\"seats\":[" + text_of(bytes.since(1, kNow, 0)->seats->parts)).size(), GetParam() == 2 ? 1U : 2U);
  EXPECT_FALSE(bytes.since(4, kNow, 0));
}

TEST_P(SeatMapBytesTest, AFollowerTooFarBehindGetsTheBytesOfTheWholeMap) {
  for (int i = 0; i < 20'000; ++i) set(static_cast<std::uint32_t>(i) % GetParam(), (i / GetParam()) % 2 == 0 ? held : available);
  const auto whole = bytes.render(kNow, {});
  const auto full = bytes.since(0, kNow, 0);
  ASSERT_TRUE(full && full->is_full);
  EXPECT_EQ(full->version, version);
  EXPECT_EQ(ids_in("{\"seats\":[" + text_of(full->seats->parts)), expected({}));
  EXPECT_EQ(bytes.since(0, kNow, 0)->seats, full->seats) << "rendered once";
  if (bytes.is_worth_gzip()) {
    EXPECT_EQ(whole->parts[1], full->seats->parts[0]) << "the same bytes, not a copy";
  }
}

TEST_P(SeatMapBytesTest, FollowersFarBehindShareTheirChanges) {
  constexpr std::int64_t kVersions = 4'000;
  for (int i = 0; i < kVersions; ++i) set(static_cast<std::uint32_t>(i) % GetParam(), i % 3 == 0 ? held : available);
  std::set<SeatMapBytes::RenderedPtr> renderings;
  for (std::int64_t from = 0; from < kVersions - 64; ++from) {
    const auto changes = bytes.since(from, kNow, 0);
    ASSERT_TRUE(changes && !changes->is_full) << from;
    EXPECT_EQ(changes->version, version);
    renderings.insert(changes->seats);
  }
  EXPECT_LE(renderings.size(), 40U);
  // Nothing is missing: a follower of any age ends with the seats of the whole map.
  const std::int64_t from = kVersions - 200;
  const auto told = ids_in("{\"seats\":[" + text_of(bytes.since(from, kNow, 0)->seats->parts));
  const auto since = map->since(from, kNow);
  for (const SeatMap::Shown& seat : since->seats) EXPECT_TRUE(std::ranges::count(told, 100 + seat.index));
}

INSTANTIATE_TEST_SUITE_P(Halls, SeatMapBytesTest, testing::Values(2U, 64U, 65U, 300U, 1'000U));

class LargeSeatMapBytes : public SeatMapBytesTest {};
INSTANTIATE_TEST_SUITE_P(Halls, LargeSeatMapBytes, testing::Values(10'000U));

TEST_P(LargeSeatMapBytes, ViewsShareTheChunksThatAreTheSame) {
  const auto whole = bytes.render(kNow, {});
  const auto available_only = bytes.render(kNow, {.only = available});
  ASSERT_EQ(whole->parts.size(), available_only->parts.size());
  for (std::size_t i = 1; i + 1 < whole->parts.size(); ++i) EXPECT_EQ(whole->parts[i], available_only->parts[i]);
  set(200, sold);
  const auto changed = bytes.render(kNow, {});
  std::size_t others = 0;
  for (std::size_t i = 1; i + 1 < whole->parts.size(); ++i) others += whole->parts[i] != changed->parts[i];
  EXPECT_EQ(others, 1U) << "one change renders one chunk";
}

TEST_P(LargeSeatMapBytes, AViewThatNobodyAsksForIsDropped) {
  bytes.render(kNow, {});
  bytes.render(kNow + std::chrono::seconds{10}, {.only = available});
  const std::size_t both = bytes.bytes();
  bytes.forget(kNow + std::chrono::seconds{5});
  EXPECT_LT(bytes.bytes(), both);
  EXPECT_GT(bytes.bytes(), 0U);
  check_all();
  bytes.forget(kNow + std::chrono::hours{1});
  EXPECT_EQ(bytes.bytes(), 0U);
  check_all();
}

TEST_P(LargeSeatMapBytes, CountsWithTheMapAndGoesWithIt) {
  const std::size_t alone = map->bytes();
  SeatMapBytes& kept = SeatMapBytes::of(*map, "");
  const auto whole = kept.render(kNow, {});
  EXPECT_EQ(&SeatMapBytes::of(*map, ""), &kept);
  EXPECT_GE(map->bytes(), alone + whole->size);
  EXPECT_LT(map->bytes(), alone + whole->size * 2);
  map->forget_renderings(kNow);
  EXPECT_EQ(map->bytes(), alone);
  const auto again = kept.render(kNow, {});
  map.reset();
  EXPECT_EQ(text_of(whole->parts), text_of(again->parts)) << "an answer that is being sent needs no map";
}

}  // namespace
}  // namespace frontrow::http
