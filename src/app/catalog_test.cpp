// The catalogue is a picture: whoever has one keeps it, whoever asks again gets the newest.
#include "app/catalog.hpp"

#include "app/concert_queue.hpp"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

std::shared_ptr<SeatMap> map_of(ConcertId concert, ScheduleId schedule) {
  return std::make_shared<SeatMap>(Schedule{.id = schedule, .concert = concert, .starts_at = {}},
                                   std::vector<Section>{},
                                   std::vector<Seat>{{.place = {.id = {schedule.value * 100}, .schedule = schedule}}});
}

std::shared_ptr<const ConcertEntry> entry_of(ConcertId id, std::string title, std::vector<ScheduleId> schedules) {
  const Concert concert{.id = id, .title = std::move(title), .artist = "", .venue = "", .booking = {}, .queue = {}};
  ConcertEntry entry{
      .concert = concert, .schedules = {}, .queue = std::make_shared<ConcertQueue>(concert, QueueLimits{}, TimePoint{})};
  for (const ScheduleId schedule : schedules)
    entry.schedules.push_back({.schedule = {.id = schedule, .concert = id}, .seats = map_of(id, schedule)});
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
  EXPECT_EQ(picture->find(ConcertId{1})->find({6})->seats.get(), picture->find(ScheduleId{6}));
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
  const std::shared_ptr<SeatMap> seats = entry.schedules[1].seats;
  EXPECT_FALSE(entry.change({.id = {6}, .concert = {1}, .starts_at = {}, .version = 3})) << "a seat has changed, the date has not";
  EXPECT_TRUE(entry.change({.id = {6}, .concert = {1}, .starts_at = kMoved, .version = 4}));
  EXPECT_FALSE(entry.change({.id = {6}, .concert = {1}, .starts_at = kBefore, .version = 3})) << "read where it was not known yet";
  EXPECT_FALSE(entry.change({.id = {7}, .concert = {1}, .starts_at = kMoved, .version = 9}));
  EXPECT_EQ(entry.find({6})->schedule.starts_at, kMoved);
  EXPECT_EQ(entry.find({6})->seats, seats);
  EXPECT_EQ(entry.find({5})->schedule.starts_at, TimePoint{});
}

}  // namespace
}  // namespace frontrow
