// How far back a map remembers what has changed: its log is walked under the lock that the writer needs.
#include <gtest/gtest.h>

#include "app/live/seat_map.hpp"

namespace frontrow {
namespace {

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
constexpr int kSeats = 40'000;

Seat seat_of(int index, SeatStatus status) {
  return {.place = {.id = {1 + index}, .schedule = {5}, .section = {1}, .number = index + 1}, .price = {10}, .status = status};
}

SeatMap large_map() {
  std::vector<Seat> seats;
  for (int i = 0; i < kSeats; ++i) seats.push_back(seat_of(i, SeatStatus::available));
  return {{.id = {5}, .concert = {1}, .starts_at = kNow}, {{.id = {1}, .schedule = {5}, .name = ""}}, seats};
}

TEST(SeatMapSince, KeepsAChangeForEveryFourthSeatOfALargeMap) {
  SeatMap map = large_map();
  for (int i = 0; i < kSeats; ++i) {
    const std::vector<SeatMap::Change> sold{{.seat = seat_of(i, SeatStatus::sold), .holder = UserId{7}}};
    map.apply(sold, i + 1);
  }
  EXPECT_TRUE(map.since(kSeats - kSeats / 4 - 1, kNow)->is_full);
  const auto most = map.since(kSeats - kSeats / 4, kNow);
  EXPECT_FALSE(most->is_full);
  EXPECT_EQ(most->seats.size(), kSeats / 4);
  EXPECT_EQ(most->seats.front().index, kSeats - kSeats / 4);
  EXPECT_EQ(most->seats.back().index, kSeats - 1);
}

}  // namespace
}  // namespace frontrow
