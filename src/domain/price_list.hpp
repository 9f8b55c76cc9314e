// An operator's new prices: a list of lines, each of which names seats by their place or by id. Refuses to know the
// present prices and the holders of the seats.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/catalog.hpp"

namespace frontrow {

// All prices change in one commit, and other commits wait for it: 40 ms on SQLite, 0.4 s on MySQL (a busy machine of
// two cores).
inline constexpr std::size_t kMaxSeatsPriced = 10'000;

// A line names the seats that match all of its fields; a line without fields names all seats.
struct PriceLine {
  std::optional<std::string> section = {};
  std::vector<int> rows = {};      // empty: any row
  std::vector<int> numbers = {};   // empty: any number
  std::vector<SeatId> seats = {};  // not empty: exactly these, and no other field is set
  Points price;
};

struct SeatPrice {
  SeatId seat;
  Points price;
  friend bool operator==(const SeatPrice&, const SeatPrice&) = default;
};

// The effect of a new price list on one section: a number of seats, from one price to another. A held or sold seat
// keeps the price of its hold for that buyer.
struct PriceChange {
  std::string section = {};  // empty: the schedule has no sections
  Points from, to;
  std::int64_t seats = 0, held = 0, sold = 0;
};

// The price of each named seat, by id. If several lines name a seat, the last line counts. `sections` and `places` are
// those of one schedule, by id. Refuses, in this order: VALIDATION_FAILED with every part of a line that matches no
// seat ("prices[0].section", "prices[2].rows[1]"), or with "prices" if they name more than kMaxSeatsPriced seats;
// SEAT_NOT_FOUND for an id of another schedule. O(lines × seats of their sections).
Result<std::vector<SeatPrice>> price_seats(std::span<const Section> sections, std::span<const SeatPlace> places,
                                           std::span<const PriceLine> lines);

}  // namespace frontrow
