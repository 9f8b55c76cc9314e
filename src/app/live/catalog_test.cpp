// The catalog is a picture: a reader keeps the one it has, and gets the newest when it asks again.
#include "app/live/catalog.hpp"

#include "app/queue/concert_queue.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

std::shared_ptr<Hall> hall_of(ConcertId concert, ScheduleId schedule) {
  return std::make_shared<Hall>(Schedule{.id = schedule, .concert = concert, .starts_at = {}});
}

std::shared_ptr<const ConcertEntry> entry_of(ConcertId id, std::string title, std::vector<ScheduleId> schedules) {
  const Concert concert{.id = id, .title = std::move(title), .artist = "", .venue = "", .booking = {}, .queue = {}};
  ConcertEntry entry{
      .concert = concert, .schedules = {}, .queue = std::make_shared<ConcertQueue>(concert, QueueLimits{}, TimePoint{})};
  for (const ScheduleId schedule : schedules)
    entry.schedules.push_back({.schedule = {.id = schedule, .concert = id}, .hall = hall_of(id, schedule)});
  return std::make_shared<const ConcertEntry>(std::move(entry));
}

TEST(Catalog, IsEmptyAtFirst) {
  const Catalog catalog;
  EXPECT_TRUE(catalog.picture()->concerts.empty());
  EXPECT_EQ(catalog.picture()->find(ConcertId{1}), nullptr);
  EXPECT_EQ(catalog.picture()->find(ScheduleId{1}), nullptr);
}

TEST(Catalog, FindsConcertsAndSchedulesByTheirIds) {
  Catalog catalog;
  catalog.put(entry_of({1}, "Night", {{5}, {6}}));
  catalog.put(entry_of({2}, "Dawn", {{9}}));
  const auto picture = catalog.picture();
  EXPECT_EQ(picture->find(ConcertId{2})->concert.title, "Dawn");
  EXPECT_EQ(picture->find(ScheduleId{6})->concert(), ConcertId{1});
  EXPECT_EQ(picture->find(ConcertId{1})->find({6})->hall.get(), picture->find(ScheduleId{6}));
  EXPECT_EQ(picture->find(ConcertId{1})->find({9}), nullptr) << "of another concert";
  EXPECT_EQ(picture->find(ScheduleId{7}), nullptr);
}

TEST(Catalog, APictureStaysAsItWasTaken) {
  Catalog catalog;
  catalog.put(entry_of({1}, "Night", {{5}}));
  const auto before = catalog.picture();
  catalog.put(entry_of({1}, "Night, again", {{5}, {6}}));
  EXPECT_EQ(before->find(ConcertId{1})->concert.title, "Night");
  EXPECT_EQ(before->find(ScheduleId{6}), nullptr);
  EXPECT_EQ(catalog.picture()->find(ConcertId{1})->concert.title, "Night, again");
  EXPECT_EQ(catalog.picture()->concerts.size(), 1u);
  EXPECT_NE(catalog.picture()->find(ScheduleId{6}), nullptr);
}

TEST(Catalog, ADateIsReplacedByALaterRowOnly) {
  constexpr TimePoint kMoved{std::chrono::hours{1}}, kBefore{std::chrono::hours{2}};
  ConcertEntry entry = *entry_of({1}, "Night", {{5}, {6}});
  const std::shared_ptr<Hall> hall = entry.schedules[1].hall;
  EXPECT_FALSE(entry.change({.id = {6}, .concert = {1}, .starts_at = {}, .version = 3})) << "a seat has changed, the date has not";
  EXPECT_TRUE(entry.change({.id = {6}, .concert = {1}, .starts_at = kMoved, .version = 4}));
  EXPECT_FALSE(entry.change({.id = {6}, .concert = {1}, .starts_at = kBefore, .version = 3})) << "read where it was not known yet";
  EXPECT_FALSE(entry.change({.id = {7}, .concert = {1}, .starts_at = kMoved, .version = 9}));
  EXPECT_EQ(entry.find({6})->schedule.starts_at, kMoved);
  EXPECT_EQ(entry.find({6})->hall, hall);
  EXPECT_EQ(entry.find({5})->schedule.starts_at, TimePoint{});
}

TEST(Catalog, ADateIsAddedOnceAndInItsPlace) {
  ConcertEntry entry = *entry_of({1}, "Night", {{4}, {8}});
  const auto add = [&](ScheduleId id) { return entry.add({.schedule = {.id = id, .concert = {1}}, .hall = hall_of({1}, id)}); };
  EXPECT_TRUE(add({6}));
  const std::shared_ptr<Hall> hall = entry.find({6})->hall;
  EXPECT_FALSE(add({6}));
  EXPECT_TRUE(add({9}));
  EXPECT_TRUE(add({2}));
  std::vector<std::int64_t> ids;
  for (const ScheduleEntry& one : entry.schedules) ids.push_back(one.schedule.id.value);
  EXPECT_EQ(ids, (std::vector<std::int64_t>{2, 4, 6, 8, 9}));
  EXPECT_EQ(entry.find({6})->hall, hall) << "others look at that hall";
}

TEST(RowsOfASeatMap, MakeAMapOnlyWhenTheyGoTogether) {
  const std::vector<Section> sections{{.id = {1}, .schedule = {5}, .name = "A"}, {.id = {3}, .schedule = {5}, .name = "B"}};
  std::vector<Seat> seats;
  for (int i = 0; i < 3; ++i)
    seats.push_back({.place = {.id = {101 + i}, .schedule = {5}, .section = {i == 0 ? 1 : 3}, .number = 1}});
  const auto why = [&](const std::vector<Section>& of, std::vector<Seat> these) {
    return why_no_map({5}, of, these).value_or("fine");
  };
  EXPECT_EQ(why(sections, seats), "fine");
  EXPECT_EQ(why(sections, {}), "it has no seats");
  EXPECT_EQ(why({}, seats), "seat 101 is in an unknown section");
  EXPECT_EQ(why({sections[0]}, seats), "seat 102 is in an unknown section");
  EXPECT_EQ(why({sections[1]}, seats), "seat 101 is in an unknown section");
  EXPECT_EQ(why(sections, {seats[0], seats[2]}), "the ids before seat 103 are not consecutive");
  EXPECT_EQ(why(sections, {seats[1], seats[0]}), "the ids before seat 101 are not consecutive");
  seats[1].place.schedule = {6};
  EXPECT_EQ(why(sections, seats), "seat 102 is of another schedule");
}

}  // namespace
}  // namespace frontrow
