// Buyers always see the true state of some version: never a sold seat as free, and the same bytes for the same ETag.
#include "app/live/seat_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using enum SeatStatus;

constexpr TimePoint kStart{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
constexpr std::int64_t kFirst = 101;
constexpr UserId kAnn{7}, kBob{8};
constexpr Points kPrice{10};

SeatMap make_map(int seats, std::int64_t version = 0) {
  std::vector<Seat> rows;
  for (int i = 0; i < seats; ++i)
    rows.push_back({.place = {.id = {kFirst + i}, .schedule = {5}, .section = {1}, .number = i + 1}, .price = kPrice});
  return {{.id = {5}, .concert = {1}, .starts_at = kStart, .version = version}, {{.id = {1}, .schedule = {5}, .name = ""}}, rows};
}

Seat seat_of(int index, SeatStatus status = available) {
  return {.place = {.id = {kFirst + index}, .schedule = {5}},
          .price = kPrice,
          .status = status,
          .reservation = status == available ? ReservationId{} : ReservationId{1}};
}
SeatMap::Change free_seat(int index) { return {.seat = seat_of(index), .holder = {}}; }
SeatMap::Change held_seat(int index, TimePoint until, UserId holder = kAnn) {
  Seat seat = seat_of(index, held);
  seat.held_until = until;
  return {.seat = seat, .holder = holder};
}
SeatMap::Change sold_seat(int index, UserId holder = kAnn) { return {.seat = seat_of(index, sold), .holder = holder}; }
SeatMap::Change priced(SeatMap::Change change, Points price) {
  change.seat.price = price;
  return change;
}
void apply(SeatMap& map, std::vector<SeatMap::Change> changes, std::int64_t version) { map.apply(changes, version); }

std::vector<SeatMap::Shown> everything(SeatMap& map, TimePoint now) {
  SeatMap::Cursor cursor;
  std::vector<SeatMap::Shown> shown;
  map.read(now, cursor, shown);
  return shown;
}

std::vector<SeatStatus> all_of(SeatMap& map, TimePoint now) {
  std::vector<SeatStatus> statuses;
  for (const SeatMap::Shown& seat : everything(map, now)) statuses.push_back(seat.status);
  return statuses;
}

std::vector<std::int64_t> prices_of(SeatMap& map) {
  std::vector<std::int64_t> prices;
  for (const SeatMap::Shown& seat : everything(map, kStart)) prices.push_back(seat.price.value);
  return prices;
}

std::vector<std::uint32_t> indexes(const SeatMap::Since& since) {
  std::vector<std::uint32_t> found;
  for (const SeatMap::Shown& seat : since.seats) found.push_back(seat.index);
  return found;
}

TEST(SeatMap, StartsWithEverySeatAvailableAtTheVersionItWasStoredWith) {
  SeatMap map = make_map(3, 9);
  EXPECT_THAT(all_of(map, kStart), ElementsAre(available, available, available));
  EXPECT_EQ(map.stamp(kStart), (SeatMap::Stamp{.version = 9, .lapsed = 0, .available = 3}));
}

TEST(SeatMap, KnowsItsOwnSeatsOnly) {
  const SeatMap map = make_map(3);
  EXPECT_EQ(map.place({kFirst - 1}), nullptr);
  EXPECT_EQ(map.place({kFirst})->number, 1);
  EXPECT_EQ(map.place({kFirst + 2})->number, 3);
  EXPECT_EQ(map.place({kFirst + 3}), nullptr);
}

TEST(SeatMap, LoadedSeatsAreShownAndCounted) {
  SeatMap map = make_map(4, 9);
  map.load(sold_seat(0).seat, kAnn);
  map.load(held_seat(1, kStart + seconds{1}).seat, kAnn);
  map.load(held_seat(2, kStart - seconds{1}).seat, kAnn);
  EXPECT_THAT(all_of(map, kStart), ElementsAre(sold, held, available, available));
  EXPECT_EQ(map.stamp(kStart), (SeatMap::Stamp{.version = 9, .lapsed = 1, .available = 2}));
}

TEST(SeatMap, AHoldPastItsDeadlineIsShownAvailableBeforeAnythingHasEndedIt) {
  SeatMap map = make_map(2);
  const TimePoint deadline = kStart + seconds{300};
  apply(map, {held_seat(0, deadline)}, 1);
  EXPECT_THAT(all_of(map, deadline - milliseconds{1}), ElementsAre(held, available));
  EXPECT_EQ(map.stamp(deadline - milliseconds{1}), (SeatMap::Stamp{1, 0, 1}));
  EXPECT_THAT(all_of(map, deadline), ElementsAre(available, available));
  EXPECT_EQ(map.stamp(deadline), (SeatMap::Stamp{1, 1, 2})) << "the ETag changes with it";
  apply(map, {free_seat(0)}, 2);
  EXPECT_EQ(map.stamp(deadline), (SeatMap::Stamp{2, 0, 2})) << "now it has been ended";
}

TEST(SeatMap, ALapseEndsWithWhateverHappensToTheSeatNext) {
  const TimePoint deadline = kStart + seconds{300};
  struct Case {
    SeatMap::Change next;
    SeatStatus shown;
  };
  for (const Case& c :
       {Case{held_seat(0, deadline + seconds{300}, kBob), held}, {sold_seat(0, kBob), sold}, {free_seat(0), available}}) {
    SeatMap map = make_map(1);
    apply(map, {held_seat(0, deadline)}, 1);
    map.stamp(deadline);
    apply(map, {c.next}, 2);
    EXPECT_THAT(all_of(map, deadline), ElementsAre(c.shown));
    EXPECT_EQ(map.stamp(deadline), (SeatMap::Stamp{2, 0, c.shown == available ? 1 : 0}));
  }
}

TEST(SeatMap, TheDeadlineOfAHoldThatIsGoneDoesNothing) {
  SeatMap map = make_map(1);
  apply(map, {held_seat(0, kStart + seconds{10})}, 1);
  apply(map, {free_seat(0)}, 2);
  apply(map, {held_seat(0, kStart + seconds{20}, kBob)}, 3);
  EXPECT_THAT(all_of(map, kStart + seconds{15}), ElementsAre(held));
  EXPECT_EQ(map.stamp(kStart + seconds{15}).lapsed, 0);
  EXPECT_EQ(map.stamp(kStart + seconds{20}).lapsed, 1);
}

TEST(SeatMap, ANewPriceIsAChangeLikeAnother) {
  SeatMap map = make_map(4);
  apply(map, {held_seat(1, kStart + seconds{300}), sold_seat(2)}, 1);
  SeatMap::Cursor cursor;
  std::vector<SeatMap::Shown> changed;
  map.read(kStart, cursor, changed);
  changed.clear();
  apply(map,
        {priced(free_seat(0), {99}),
         priced(held_seat(1, kStart + seconds{300}, UserId{}), {99}),
         priced(sold_seat(2, UserId{}), {99})},
        2);
  EXPECT_THAT(prices_of(map), ElementsAre(99, 99, 99, 10));
  EXPECT_THAT(all_of(map, kStart), ElementsAre(available, held, sold, available));
  EXPECT_EQ(map.stamp(kStart), (SeatMap::Stamp{2, 0, 2}));
  EXPECT_EQ(map.read(kStart, cursor, changed).version, 2);
  EXPECT_THAT(changed, SizeIs(3));
  const auto since = map.since(1, kStart);
  EXPECT_THAT(indexes(*since), ElementsAre(0, 1, 2));
  EXPECT_EQ(since->seats[1], (SeatMap::Shown{.index = 1, .status = held, .price = {99}}));
  const std::vector<SeatId> seats{{kFirst + 1}};
  EXPECT_TRUE(map.is_held_by(kAnn, seats)) << "who holds it is not news";
}

TEST(SeatMap, ANewPriceDoesNotMakeALapsedHoldAliveAgain) {
  SeatMap map = make_map(1);
  const TimePoint deadline = kStart + seconds{300};
  apply(map, {held_seat(0, deadline)}, 1);
  EXPECT_EQ(map.stamp(deadline), (SeatMap::Stamp{1, 1, 1}));
  apply(map, {priced(held_seat(0, deadline), {99})}, 2);
  EXPECT_EQ(map.stamp(deadline), (SeatMap::Stamp{2, 1, 1}));
  EXPECT_THAT(all_of(map, deadline), ElementsAre(available));
}

TEST(SeatMap, AVersionWithoutASeatIsReachedAllTheSame) {
  SeatMap map = make_map(2);
  apply(map, {}, 1);
  EXPECT_EQ(map.stamp(kStart).version, 1);
  EXPECT_THAT(indexes(*map.since(0, kStart)), IsEmpty());
}

TEST(SeatMapSince, TellsEachChangedSeatOnce) {
  SeatMap map = make_map(4);
  apply(map, {held_seat(2, kStart + seconds{9}), held_seat(1, kStart + seconds{9})}, 1);
  apply(map, {sold_seat(2)}, 2);
  const auto all = map.since(0, kStart);
  ASSERT_TRUE(all.has_value());
  EXPECT_FALSE(all->is_full);
  EXPECT_EQ(all->stamp.version, 2);
  EXPECT_THAT(indexes(*all), ElementsAre(1, 2));
  EXPECT_EQ(all->seats[1].status, sold);
  EXPECT_THAT(indexes(*map.since(1, kStart)), ElementsAre(2));
  EXPECT_THAT(indexes(*map.since(2, kStart)), IsEmpty());
}

TEST(SeatMapSince, TellsOfALapseUnderTheVersionThatIsStillTheNewest) {
  SeatMap map = make_map(3);
  apply(map, {held_seat(1, kStart + seconds{9})}, 1);
  EXPECT_THAT(indexes(*map.since(1, kStart)), IsEmpty());
  const auto after = map.since(1, kStart + seconds{9});
  EXPECT_THAT(indexes(*after), ElementsAre(1));
  EXPECT_EQ(after->seats[0].status, available);
  EXPECT_EQ(after->stamp.version, 1) << "never below the version asked, and not above what was committed";
  apply(map, {free_seat(1)}, 2);
  EXPECT_THAT(indexes(*map.since(1, kStart + seconds{9})), ElementsAre(1));
  EXPECT_THAT(indexes(*map.since(2, kStart + seconds{9})), IsEmpty());
}

TEST(SeatMapSince, RefusesAVersionItHasNotReached) {
  SeatMap map = make_map(1, 5);
  EXPECT_TRUE(map.since(5, kStart).has_value());
  const auto refused = map.since(6, kStart);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::validation_failed);
  ASSERT_THAT(refused.error().errors, SizeIs(1));
  EXPECT_EQ(refused.error().errors[0].field, "since");
}

TEST(SeatMapSince, ShowsEverythingToWhoeverIsBehindTheLog) {
  SeatMap map = make_map(2, 10);
  const auto before_the_start = map.since(9, kStart);
  EXPECT_TRUE(before_the_start->is_full) << "nothing is known of what happened before the start";
  EXPECT_THAT(indexes(*before_the_start), IsEmpty()) << "the reader shows all of them";
  EXPECT_FALSE(map.since(10, kStart)->is_full);
  for (std::int64_t version = 11; version <= 5'010; ++version)
    apply(map, {version % 2 == 0 ? free_seat(0) : held_seat(0, kStart + seconds{9})}, version);
  EXPECT_TRUE(map.since(10, kStart)->is_full);
  EXPECT_TRUE(map.since(5'010 - 4'097, kStart)->is_full);
  const auto recent = map.since(5'010 - 4'096, kStart);
  EXPECT_FALSE(recent->is_full);
  EXPECT_THAT(indexes(*recent), ElementsAre(0));
}

TEST(SeatMapSurelyTaken, NamesOnlyWhatAnotherHasForCertain) {
  SeatMap map = make_map(6);
  const TimePoint soon = kStart + milliseconds{1'000};
  apply(map,
        {sold_seat(0, kBob),
         sold_seat(1, kAnn),
         held_seat(2, kStart + seconds{9}, kBob),
         held_seat(3, kStart + seconds{9}, kAnn),
         held_seat(4, soon, kBob)},
        1);
  std::vector<SeatId> all = {{kFirst - 1}, {kFirst + 99}};
  for (int i = 5; i >= 0; --i) all.push_back({kFirst + i});
  EXPECT_THAT(map.surely_taken(all, kAnn, kStart, seconds{1}), ElementsAre(SeatId{kFirst + 2}, SeatId{kFirst}));
  EXPECT_THAT(map.surely_taken(all, kAnn, kStart - milliseconds{1}, seconds{1}),
              ElementsAre(SeatId{kFirst + 4}, SeatId{kFirst + 2}, SeatId{kFirst}));
}

// Against a simple model, over random histories:

struct Model {
  struct Row {
    SeatStatus status = available;
    TimePoint until{};
    Points price = kPrice;
  };
  std::vector<Row> rows;
  std::vector<SeatMap::Shown> shown(TimePoint now) const {
    std::vector<SeatMap::Shown> all;
    for (const Row& row : rows)
      all.push_back({.index = static_cast<std::uint32_t>(all.size()),
                     .status = row.status == held && row.until <= now ? available : row.status,
                     .price = row.price});
    return all;
  }
  SeatMap::Change change_of(int index) const {
    const Row& row = rows[static_cast<std::size_t>(index)];
    return priced(row.status == available ? free_seat(index)
                  : row.status == held    ? held_seat(index, row.until)
                                          : sold_seat(index),
                  row.price);
  }
};

// A random step: a commit changes some seats, or only time passes.
void step(SeatMap& map, Model& model, TimePoint& now, std::int64_t& version) {
  now += milliseconds{*rc::gen::weightedOneOf<int>({{3, rc::gen::just(0)}, {2, rc::gen::inRange(0, 400)}})};
  const int seats = static_cast<int>(model.rows.size());
  const auto moves =
      *rc::gen::resize(4, rc::gen::container<std::map<int, int>>(rc::gen::inRange(0, seats), rc::gen::inRange(0, 5)));
  if (moves.empty()) return;
  std::vector<SeatMap::Change> changes;
  for (const auto& [index, kind] : moves) {
    Model::Row& row = model.rows[index];
    if (kind < 3)
      row = {.status = kind == 0 ? available : kind == 1 ? held : sold, .until = now + milliseconds{300}, .price = row.price};
    else
      row.price = {kind};
    changes.push_back(model.change_of(index));
  }
  map.apply(changes, ++version);
}

RC_GTEST_PROP(SeatMap, EveryWayOfReadingShowsTheSame, ()) {
  constexpr int kSeats = 6;
  SeatMap map = make_map(kSeats);
  Model model{.rows = std::vector<Model::Row>(kSeats)};
  TimePoint now = kStart;
  std::int64_t version = 0;
  SeatMap::Cursor cursor;
  std::vector<SeatMap::Shown> by_cursor(kSeats), by_since = model.shown(now);
  std::int64_t since_version = 0;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<SeatMap::Shown>> by_etag;
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    step(map, model, now, version);
    const auto expected = model.shown(now);
    RC_ASSERT(everything(map, now) == expected);
    const SeatMap::Stamp stamp = map.stamp(now);
    RC_ASSERT(stamp.version == version);
    RC_ASSERT(stamp.available == std::ranges::count(expected, available, &SeatMap::Shown::status));
    const auto [first, is_new] = by_etag.try_emplace({stamp.version, stamp.lapsed}, expected);
    RC_ASSERT(first->second == expected);  // the same ETag never stands for two pictures
    if (*rc::gen::inRange(0, 2) == 0) {
      std::vector<SeatMap::Shown> changed;
      map.read(now, cursor, changed);
      for (const auto& seat : changed) by_cursor[seat.index] = seat;
      RC_ASSERT(by_cursor == expected);
    }
    if (*rc::gen::inRange(0, 2) == 0) {
      const auto since = map.since(since_version, now);
      RC_ASSERT(since.has_value());
      RC_ASSERT(since->stamp.version >= since_version);
      for (const auto& seat : since->seats) by_since[seat.index] = seat;
      since_version = since->stamp.version;
      RC_ASSERT(by_since == expected);
    }
  }
}

// A restart loses the log and the lapses; a reader with an old version or ETag must not notice.
RC_GTEST_PROP(SeatMap, ARestartShowsTheSameUnderTheSameETag, ()) {
  constexpr int kSeats = 6;
  SeatMap map = make_map(kSeats);
  Model model{.rows = std::vector<Model::Row>(kSeats)};
  TimePoint now = kStart;
  std::int64_t version = 0;
  const int steps = *rc::gen::inRange(1, 20);
  for (int i = 0; i < steps; ++i) step(map, model, now, version);
  std::vector<Seat> rows;
  for (int i = 0; i < kSeats; ++i) rows.push_back(model.change_of(i).seat);
  SeatMap again({.id = {5}, .concert = {1}, .starts_at = kStart, .version = version}, {}, rows);
  for (const Seat& row : rows)
    if (row.status != available) again.load(row, kAnn);
  for (int i = 0; i < 5; ++i, now += milliseconds{100}) {
    RC_ASSERT(again.stamp(now) == map.stamp(now));
    RC_ASSERT(everything(again, now) == everything(map, now));
  }
}

TEST(SeatMap, ACursorThatFellBehindTheLogReadsEverything) {
  SeatMap map = make_map(3);
  SeatMap::Cursor cursor;
  std::vector<SeatMap::Shown> shown;
  map.read(kStart, cursor, shown);
  for (std::int64_t version = 1; version <= 5'001; ++version) apply(map, {version % 2 == 0 ? free_seat(0) : sold_seat(0)}, version);
  shown.clear();
  map.read(kStart, cursor, shown);
  EXPECT_THAT(shown, SizeIs(3));
  shown.clear();
  map.read(kStart, cursor, shown);
  EXPECT_THAT(shown, IsEmpty());
}

// Versions made by several writers.

TEST(SeatMapOfManyWriters, AChangeThatComesLateIsToldAndReplacesNothingNewer) {
  SeatMap map = make_map(3);
  apply(map, {sold_seat(0)}, 2);
  apply(map, {held_seat(0, kStart + seconds{300}), held_seat(1, kStart + seconds{300})}, 1);
  EXPECT_THAT(all_of(map, kStart), ElementsAre(sold, held, available)) << "seat 0 was sold after it was held";
  EXPECT_EQ(map.stamp(kStart).version, 2);
  EXPECT_EQ(map.stamp(kStart).late, 1) << "so that what is shown at version 2 is not taken for what was";
  EXPECT_THAT(indexes(*map.since(2, kStart)), ElementsAre(1)) << "whoever had version 2 before is told";
}

TEST(SeatMapOfManyWriters, MergesWhatOthersHaveChangedEachSeatByItsOwnVersion) {
  SeatMap map = make_map(3);
  apply(map, {sold_seat(2)}, 5);
  const std::vector<SeatMap::Change> changes{sold_seat(1), held_seat(0, kStart + seconds{300}), free_seat(2)};
  map.merge(changes, std::vector<std::int64_t>{4, 3, 2}, 6);
  EXPECT_THAT(all_of(map, kStart), ElementsAre(held, sold, sold));
  EXPECT_EQ(map.stamp(kStart).version, 6);
  map.merge(changes, std::vector<std::int64_t>{4, 3, 2}, 6);
  EXPECT_EQ(map.stamp(kStart).late, 2) << "what is known already is not late again";
}

TEST(SeatMapOfManyWriters, APriceThatComesLateReplacesNothingNewer) {
  SeatMap map = make_map(2);
  apply(map, {priced(sold_seat(0), {30})}, 2);
  apply(map, {priced(free_seat(0), {20}), priced(free_seat(1), {20})}, 1);
  EXPECT_THAT(prices_of(map), ElementsAre(30, 20));
  EXPECT_EQ(map.stamp(kStart).late, 1);
  EXPECT_THAT(indexes(*map.since(2, kStart)), ElementsAre(1));
}

TEST(SeatMapOfManyWriters, NamesTheVersionUpToWhichNothingIsMissing) {
  SeatMap map = make_map(3);
  const auto complete = [&] { return map.stamp(kStart).complete(); };
  apply(map, {sold_seat(0)}, 1);
  EXPECT_EQ(complete(), 1);
  apply(map, {sold_seat(2)}, 3);
  EXPECT_EQ(complete(), 1) << "the second has not come";
  EXPECT_EQ(map.stamp(kStart).version, 3);
  EXPECT_EQ(map.since(1, kStart)->version, 1) << "so whoever asks the next pod is told of it there";
  EXPECT_THAT(indexes(*map.since(1, kStart)), ElementsAre(2));
  apply(map, {sold_seat(1)}, 2);
  EXPECT_EQ(complete(), 3);
  EXPECT_THAT(indexes(*map.since(1, kStart)), ElementsAre(1, 2));
  apply(map, {free_seat(0)}, 6);
  map.merge({}, {}, 5);
  EXPECT_EQ(complete(), 6) << "the shared map has all up to the fifth";
  apply(map, {free_seat(1)}, 4);
  EXPECT_EQ(complete(), 6);
}

TEST(SeatMapOfManyWriters, WhoHasSeenMoreElsewhereIsToldNothingAndKeepsTheVersion) {
  SeatMap behind = make_map(2);
  apply(behind, {sold_seat(0)}, 1);
  const auto nothing = behind.since(3, kStart, 10);
  ASSERT_TRUE(nothing.has_value());
  EXPECT_EQ(nothing->version, 3);
  EXPECT_FALSE(nothing->is_full);
  EXPECT_THAT(indexes(*nothing), IsEmpty());
  const std::vector<SeatMap::Change> changes{sold_seat(1), free_seat(0)};
  behind.merge(changes, std::vector<std::int64_t>{3, 4}, 4);
  EXPECT_THAT(indexes(*behind.since(3, kStart, 10)), ElementsAre(0)) << "what came after it is not lost";
  EXPECT_FALSE(behind.since(15, kStart, 10).has_value()) << "further than anybody can be ahead";
}

// Sold elsewhere and given back here: this pod showed it as free all the time.
TEST(SeatMapOfManyWriters, TellsThatASeatIsAsItWasToWhomeverSawItOtherwise) {
  SeatMap here = make_map(2);
  apply(here, {free_seat(0)}, 2);
  here.merge(std::vector<SeatMap::Change>{sold_seat(0)}, std::vector<std::int64_t>{1}, 2);
  EXPECT_THAT(indexes(*here.since(0, kStart)), ElementsAre(0));
  EXPECT_EQ(here.stamp(kStart).late, 0) << "and shows what it showed";
}

// Two pods, each with its own commits at once and the other's later, and a reader that asks either: in the end no
// change is missing.
RC_GTEST_PROP(SeatMapOfManyWriters, WhoeverIsAskedNothingIsLost, ()) {
  constexpr int kSeats = 5;
  SeatMap pods[] = {make_map(kSeats), make_map(kSeats)};
  struct Commit {
    SeatMap::Change change;
    std::int64_t version;
  };
  std::vector<Commit> commits;
  std::size_t merged[] = {0, 0};
  std::vector<SeatStatus> seen(kSeats, available), stored(kSeats, available);
  std::int64_t version = 0;
  const auto merge = [&](int pod) {
    std::vector<SeatMap::Change> changes;
    std::vector<std::int64_t> versions;
    for (std::size_t& at = merged[pod]; at < commits.size(); ++at) {
      changes.push_back(commits[at].change);
      versions.push_back(commits[at].version);
    }
    pods[pod].merge(changes, versions, static_cast<std::int64_t>(commits.size()));
  };
  const auto ask = [&](int pod) {
    const auto since = pods[pod].since(version, kStart, 1'000);
    RC_ASSERT(since.has_value());
    RC_ASSERT(since->version >= version);
    for (const auto& seat : since->seats) seen[seat.index] = seat.status;
    version = since->version;
  };
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    const int pod = *rc::gen::inRange(0, 2), seat = *rc::gen::inRange(0, kSeats);
    switch (*rc::gen::inRange(0, 3)) {
      case 0: {
        const bool is_sold = *rc::gen::inRange(0, 2) == 0;
        commits.push_back({is_sold ? sold_seat(seat) : free_seat(seat), static_cast<std::int64_t>(commits.size()) + 1});
        stored[seat] = is_sold ? sold : available;
        pods[pod].apply({&commits.back().change, 1}, commits.back().version);
        break;
      }
      case 1: merge(pod); break;
      default: ask(pod);
    }
  }
  merge(0);
  merge(1);
  ask(*rc::gen::inRange(0, 2));
  RC_ASSERT(seen == stored);
}

TEST(SeatMapOfManyWriters, AHoldOfNobodyKnownIsNotRefusedAtTheDoor) {
  SeatMap map = make_map(1);
  apply(map, {held_seat(0, kStart + seconds{300}, UserId{})}, 1);
  const std::vector<SeatId> seats{{kFirst}};
  EXPECT_THAT(map.surely_taken(seats, kBob, kStart, seconds{1}), IsEmpty()) << "it may be Bob's own";
  apply(map, {sold_seat(0, UserId{})}, 2);
  EXPECT_THAT(map.surely_taken(seats, kBob, kStart, seconds{1}), SizeIs(1));
}

}  // namespace
}  // namespace frontrow
