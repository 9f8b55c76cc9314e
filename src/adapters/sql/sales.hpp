// A concert's sales, summed up from counts by status.
#pragma once

#include "ports/store.hpp"

namespace frontrow::sql {

inline void add_reservations(SalesSummary& sales, ReservationStatus status, std::int64_t count, Points amount) {
  sales.reservations += count;
  switch (status) {
    case ReservationStatus::held: break;
    case ReservationStatus::confirmed: sales.confirmed = count, sales.revenue = amount; break;
    case ReservationStatus::expired: sales.expired = count; break;
    case ReservationStatus::cancelled: sales.cancelled = count; break;
  }
}

}  // namespace frontrow::sql
