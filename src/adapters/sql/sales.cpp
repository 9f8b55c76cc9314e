#include "adapters/sql/sales.hpp"

namespace frontrow::sql {

namespace {

// `sign`: +1 for the state that a reservation has now, -1 for the one it had.
void count(SalesSummary& sales, const Reservation& reservation, ReservationStatus status, std::int64_t sign) {
  const std::int64_t seats = sign * std::ssize(reservation.seats);
  switch (status) {
    case ReservationStatus::held: sales.held += seats; break;
    case ReservationStatus::confirmed:
      sales.sold += seats;
      sales.confirmed += sign;
      sales.revenue.value += sign * reservation.amount.value;
      break;
    case ReservationStatus::expired: sales.expired += sign; break;
    case ReservationStatus::cancelled: sales.cancelled += sign; break;
  }
}

}  // namespace

std::map<ScheduleId, SalesSummary> changes_of_sales(const WorkingSet& set) {
  std::map<ScheduleId, SalesSummary> changes;
  for (const auto& [id, record] : set.reservations) {
    const Reservation& reservation = record.reservation;
    if (!record.changed || record.stored == reservation.status) continue;
    SalesSummary& sales = changes[reservation.schedule];
    if (record.stored)
      count(sales, reservation, *record.stored, -1);
    else
      ++sales.reservations;
    count(sales, reservation, reservation.status, 1);
  }
  return changes;
}

void add_reservations(SalesSummary& sales, ReservationStatus status, std::int64_t count, Points amount) {
  sales.reservations += count;
  switch (status) {
    case ReservationStatus::held: break;
    case ReservationStatus::confirmed: sales.confirmed += count, sales.revenue += amount; break;
    case ReservationStatus::expired: sales.expired += count; break;
    case ReservationStatus::cancelled: sales.cancelled += count; break;
  }
}

void add(SalesSummary& sum, const SalesSummary& more) {
  sum.seats += more.seats;
  sum.held += more.held;
  sum.sold += more.sold;
  sum.reservations += more.reservations;
  sum.confirmed += more.confirmed;
  sum.expired += more.expired;
  sum.cancelled += more.cancelled;
  sum.revenue += more.revenue;
}

}  // namespace frontrow::sql
