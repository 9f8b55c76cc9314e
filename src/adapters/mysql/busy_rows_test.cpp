// The locked rows that a writer remembers, and the commands that they concern.
#include "adapters/mysql/busy_rows.hpp"

#include <gtest/gtest.h>

namespace frontrow::mysql {
namespace {

const BusyRows::Time kStart{std::chrono::hours{1}};
constexpr Duration kOne{1};

TEST(Blocked, ConcernsCommandsThatNameTheRowInAnyWay) {
  const Blocked blocked{.concerts = {{9}}, .users = {{7}}, .seats = {{3}}, .schedules = {{5}}};
  EXPECT_TRUE(blocked.concerns({.changed_concerts = {{9}}}));
  EXPECT_FALSE(blocked.concerns({.concerts = {{9}}})) << "looking at a concert takes no lock";
  EXPECT_TRUE(blocked.concerns({.accounts = {{1}, {7}}}));
  EXPECT_TRUE(blocked.concerns({.holders = {{.user = {7}, .concert = {1}}}}));
  EXPECT_TRUE(blocked.concerns({.seats = {{2}, {3}}}));
  EXPECT_TRUE(blocked.concerns({.seat_rows = {{3}}}));
  EXPECT_TRUE(blocked.concerns({.schedules = {{5}}}));
  Keys keyed;
  keyed.idempotency.push_back({.owner = {7}, .operation = Operation::charge, .hash = {}});
  EXPECT_TRUE(blocked.concerns(keyed));
  EXPECT_FALSE(blocked.concerns({.accounts = {{3}}, .holders = {{.user = {5}, .concert = {7}}}, .seats = {{7}}, .schedules = {{3}}}));
  EXPECT_FALSE(blocked.concerns({}));
}

TEST(Blocked, OfTheCatalogsIdsConcernsWhoMakesSomething) {
  const Blocked blocked{.catalog_ids = true};
  Keys makes, holds;
  makes.new_ids[static_cast<std::size_t>(IdKind::concert)] = 1;
  holds.new_ids[static_cast<std::size_t>(IdKind::reservation)] = 1;
  EXPECT_TRUE(blocked.concerns(makes));
  EXPECT_FALSE(blocked.concerns(holds));
}

TEST(BusyRows, AreRefusedForAMomentSuspectedForAWhileAndForgotten) {
  BusyRows rows;
  EXPECT_FALSE(rows.is_suspicious());
  rows.remember({.seats = {{3}}}, kStart);
  EXPECT_TRUE(rows.refused(kStart + BusyRows::kRefused - kOne).seats.contains({3}));
  EXPECT_TRUE(rows.refused(kStart + BusyRows::kRefused).is_empty()) << "asked for again, and not waited for";
  EXPECT_TRUE(rows.suspects({.seats = {{3}}}));
  EXPECT_FALSE(rows.suspects({.seats = {{3}, {4}}})) << "another row is waited for";
  EXPECT_TRUE(rows.refused(kStart + BusyRows::kSuspected).is_empty());
  EXPECT_FALSE(rows.is_suspicious());
}

TEST(BusyRows, ARowThatIsFoundBusyAgainIsRememberedFromThen) {
  BusyRows rows;
  rows.remember({.users = {{1}}}, kStart);
  rows.remember({.users = {{1}}}, kStart + Duration{2'000});
  EXPECT_TRUE(rows.refused(kStart + Duration{2'000}).users.contains({1}));
}

TEST(BusyRows, AreBounded) {
  BusyRows rows;
  Blocked many;
  for (std::int64_t i = 1; i <= static_cast<std::int64_t>(BusyRows::kMost) + 100; ++i) many.reservations.insert({i});
  rows.remember(many, kStart);
  EXPECT_EQ(rows.refused(kStart).reservations.size(), BusyRows::kMost);
}

}  // namespace
}  // namespace frontrow::mysql
