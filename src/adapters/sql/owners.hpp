// The reservations that the loaded seats are held by and sold to, for the load at start.
#pragma once

#include "adapters/sql/keys.hpp"

namespace frontrow::sql {

struct Owners {
  std::vector<ReservationId> held, sold;

  void add(const Seat& seat) {
    if (seat.status == SeatStatus::held) held.push_back(seat.reservation);
    if (seat.status == SeatStatus::sold) sold.push_back(seat.reservation);
  }
  void make_ready() {
    sort_and_drop_repeats(held);
    sort_and_drop_repeats(sold);
  }
};

}  // namespace frontrow::sql
