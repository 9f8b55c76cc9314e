// The sales figures that a date's row keeps: what a batch changes in them, and how they are read. They are right if their version
// (sales_version) is the row's; otherwise the reader counts the rows of that date.
#pragma once

#include <map>

#include "adapters/sql/literal.hpp"
#include "ports/store.hpp"

namespace frontrow::sql {

// By how much a batch changes the figures of each date; `seats` stays 0. Dates whose reservations stay as they are, are not in it.
std::map<ScheduleId, SalesSummary> changes_of_sales(const WorkingSet& set);

inline constexpr Literal kSalesColumns =
    "seat_count, held_seats, sold_seats, sales_made, sales_confirmed, sales_expired, sales_cancelled, sales_revenue";
inline constexpr int kSalesColumnCount = 8;
template <class Rows>
SalesSummary read_sales(const Rows& row, int column = 0) {
  return {.seats = row.integer(column),
          .held = row.integer(column + 1),
          .sold = row.integer(column + 2),
          .reservations = row.integer(column + 3),
          .confirmed = row.integer(column + 4),
          .expired = row.integer(column + 5),
          .cancelled = row.integer(column + 6),
          .revenue = row.points(column + 7)};
}

// Counted rows: this many reservations have this status, and this amount together.
void add_reservations(SalesSummary& sales, ReservationStatus status, std::int64_t count, Points amount);
void add(SalesSummary& sum, const SalesSummary& more);

}  // namespace frontrow::sql
