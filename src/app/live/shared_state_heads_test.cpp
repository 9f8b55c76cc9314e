// How many seats are free, at a pod: of dates whose seats are not in memory, and of maps that come back into it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "support/fakes/one_date_pod.hpp"

namespace frontrow::one_date {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(TheSharedState, OnlyDatesThatSomebodyHasLookedAtOrListedAreAskedOfTheStore) {
  cache.named.clear();
  for (const std::int64_t id : {30, 31}) reader.dates.push_back({.id = {id}, .concert = kConcert, .starts_at = kNow});
  state.refresh_catalog();
  shown();
  listed({30});
  state.refresh_catalog();
  EXPECT_THAT(reader.heads_asked, ElementsAre(kSchedule, ScheduleId{30}));
  clock.advance(std::chrono::minutes{1});
  state.refresh_catalog();
  EXPECT_THAT(reader.heads_asked, IsEmpty()) << "a minute later";
}

// Lists of dates whose seats are not in memory.

TEST_F(TheSharedState, AListFollowsItsOwnCommitsAtOnce) {
  let_go();
  EXPECT_EQ(listed(), 2);
  commit(1, kHeld, 5);
  EXPECT_EQ(listed(), 1);
  EXPECT_EQ(halls.halls.usage().halls, 0U);
  EXPECT_EQ(map().stamp(kNow).available, 2) << "the store of this test has not heard of it";
}

TEST_F(TheSharedState, AListHearsOfTheCommitsOfOthersThroughTheCacheThatNamesThem) {
  let_go();
  reader.version = 6;
  reader.seats[1] = seat(1, kSold);
  reader.over = {{.until = kNow, .seats = 1}};
  cache.named = {kSchedule};
  state.sync_seats();
  const int read = reader.maps_read;
  state.refresh_catalog();
  EXPECT_EQ(listed(), 2) << "one is free, and one is of a hold that is over";
  reader.over.clear();
  state.sync_seats();
  state.refresh_catalog();
  EXPECT_EQ(listed(), 1);
  EXPECT_EQ(reader.maps_read, read);
}

TEST_F(TheSharedState, ANameIsAskedForAgainWhenTheStoreWasLost) {
  let_go();
  reader.version = 6;
  reader.seats[1] = seat(1, kSold);
  state.sync_seats();
  cache.named.clear();
  reader.is_lost_at_heads = true;
  EXPECT_THROW(state.refresh_catalog(), Unavailable);
  reader.is_lost_at_heads = false;
  state.refresh_catalog();
  EXPECT_EQ(listed(), 1);
}

// What it named while it was away is lost.
TEST_F(TheSharedState, WhenTheCacheIsBackAllHeadsAreRead) {
  let_go();
  cache.named.clear();
  cache.is_away = true;
  state.sync_seats();
  reader.version = 6;
  reader.seats[1] = seat(1, kSold);
  cache.is_away = false;
  state.sync_seats();
  state.refresh_catalog();
  EXPECT_THAT(reader.heads_asked, ElementsAre(kSchedule));
  EXPECT_EQ(listed(), 1);
}

// A look after an outage shows what the store has, not what this pod knew before it.
TEST_F(TheSharedState, AMapThatComesBackIsTheStoresAndIsFollowedFromThere) {
  let_go();
  cache.named.clear();
  state.sync_seats();
  reader.version = 9;
  reader.seats[1] = seat(1, kSold);
  EXPECT_THAT(shown(), ElementsAre(kSold, kSold, kFree));
  EXPECT_EQ(map().stamp(kNow).complete(), 9);
  cache.named = {kSchedule};
  cache.next = told(10, 2, kHeld);
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kSold, kHeld));
}

// Between the read of the rows and the first round that follows the map.
TEST_F(TheSharedState, AChangeThatIsNamedWhileAMapIsReadIsNotLost) {
  let_go();
  state.sync_seats();
  bool is_named = false;
  reader.on_read = [&] {
    if (std::exchange(is_named, true)) return;
    cache.named = {kSchedule};
    state.sync_seats();
    cache.named.clear();
  };
  map();
  cache.next = told(5, 2, kHeld);
  state.sync_seats();
  EXPECT_THAT(shown(), ElementsAre(kSold, kFree, kHeld));
}

}  // namespace
}  // namespace frontrow::one_date
