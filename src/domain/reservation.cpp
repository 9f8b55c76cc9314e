#include "domain/reservation.hpp"

#include <algorithm>

namespace frontrow {

std::optional<Refusal> refuse_sale(const Concert& concert, const Schedule& schedule, TimePoint now) {
  if (!concert.booking.is_open(now)) return Refusal{.code = ErrorCode::booking_not_open};
  if (is_over(sales_end(concert, schedule), now))
    return Refusal{.code = ErrorCode::booking_not_open, .detail = "The sale of this date has ended."};
  return {};
}

std::optional<Refusal> refuse_price(std::optional<Points> expected, Points amount) {
  if (!expected || *expected == amount) return {};
  return Refusal{.code = ErrorCode::price_changed, .amount = amount.value};
}

std::optional<Refusal> refuse_hold(const Concert& concert, const Schedule& schedule, const HoldWish& wish, const HoldLimits& limits,
                                   TimePoint now) {
  if (auto refusal = refuse_sale(concert, schedule, now)) return refusal;
  std::vector<SeatId> taken;
  Points amount;
  for (const Seat* seat : wish.seats) {
    if (!seat->is_free(now)) taken.push_back(seat->place.id);
    amount += seat->price;
  }
  if (!taken.empty()) return Refusal{.code = ErrorCode::seat_already_reserved, .seat_ids = std::move(taken)};
  const int left = std::max(0, limits.max_seats_per_user - wish.live_seats);
  const int asked = static_cast<int>(wish.seats.size());
  if (asked > left || asked > limits.max_seats_per_hold)
    return Refusal{.code = ErrorCode::seat_limit_exceeded, .seats_left_for_user = left};
  return refuse_price(wish.expected, amount);
}

std::optional<Refusal> refuse_payment(const Reservation& reservation, TimePoint now) {
  switch (reservation.status) {
    case ReservationStatus::confirmed: return {};
    case ReservationStatus::expired: return Refusal{.code = ErrorCode::reservation_expired};
    case ReservationStatus::cancelled: return Refusal{.code = ErrorCode::reservation_not_payable};
    case ReservationStatus::held: break;
  }
  if (reservation.has_lapsed(now)) return Refusal{.code = ErrorCode::reservation_expired};
  return {};
}

Result<CancelVerdict> decide_cancel(const Reservation& reservation, TimePoint now) {
  switch (reservation.status) {
    case ReservationStatus::confirmed: return refuse(ErrorCode::reservation_not_cancellable);
    case ReservationStatus::expired:
    case ReservationStatus::cancelled: return CancelVerdict::already_over;
    case ReservationStatus::held: break;
  }
  return reservation.has_lapsed(now) ? CancelVerdict::expire : CancelVerdict::cancel;
}

}  // namespace frontrow
