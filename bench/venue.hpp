// The concert of a run, and the order in which users take its seats.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace frontrow::bench {

struct Venue {
  struct Schedule {
    std::int64_t id = 0;
    std::int64_t first_seat = 0;  // ids are consecutive
    std::int64_t seats = 0;
  };
  struct Seat {
    std::int64_t schedule = 0;
    std::int64_t seat = 0;
  };

  std::int64_t concert = 0;
  std::vector<Schedule> schedules;

  std::int64_t seats() const {
    std::int64_t sum = 0;
    for (const Schedule& schedule : schedules) sum += schedule.seats;
    return sum;
  }
  Seat seat_at(std::int64_t index) const {
    for (const Schedule& schedule : schedules) {
      if (index < schedule.seats) return {schedule.id, schedule.first_seat + index};
      index -= schedule.seats;
    }
    return {};
  }
};

// A permutation of 0 … total−1 in which neighbours in time are as far apart as possible, so that commits touch as many
// pages as with real people. Steps of the golden section never land near a recent place, for any total.
inline std::int64_t scattered(std::int64_t index, std::int64_t total) {
  auto stride = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(total) * 0.6180339887));
  while (std::gcd(stride, total) != 1) ++stride;
  return index * stride % total;
}

}  // namespace frontrow::bench
