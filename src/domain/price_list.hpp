// What an operator asks for when seats are to cost something else: a list of lines, each naming seats by where they are or by id.
// Refuses to know what the seats cost now, or who holds them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/catalog.hpp"

namespace frontrow {

// Prices are changed in one commit, which everybody else waits for: 40 ms on SQLite, 0.4 s on MySQL (a busy machine of two cores).
inline constexpr std::size_t kMaxSeatsPriced = 10'000;

// Means the seats that agree with everything it says; one that says nothing means all of them.
struct PriceLine {
  std::optional<std::string> section = {};
  std::vector<int> rows = {};      // empty: of any row
  std::vector<int> numbers = {};   // empty: of any number
  std::vector<SeatId> seats = {};  // not empty: these, and nothing else is said
  Points price;
};

struct SeatPrice {
  SeatId seat;
  Points price;
  friend bool operator==(const SeatPrice&, const SeatPrice&) = default;
};

// What a new price list does to a section: so many seats from one price to another. Those that somebody holds or has bought keep, for
// that person, the price they were held at.
struct PriceChange {
  std::string section = {};  // empty: the schedule has no sections
  Points from, to;
  std::int64_t seats = 0, held = 0, sold = 0;
};

// The price of each seat a line means, by id; of several lines the last one counts. `sections` and `places` are those of one
// schedule, by id. Refuses, in this order: VALIDATION_FAILED with every part of a line that no seat agrees with
// ("prices[0].section", "prices[2].rows[1]"), or with "prices" when they mean more than kMaxSeatsPriced; SEAT_NOT_FOUND for an id
// of elsewhere. O(lines × seats of their sections).
Result<std::vector<SeatPrice>> price_seats(std::span<const Section> sections, std::span<const SeatPlace> places,
                                           std::span<const PriceLine> lines);

}  // namespace frontrow
