#include "domain/reservation.hpp"

#include <algorithm>

namespace frontrow {

std::optional<Refusal> refuse_hold(const Concert& concert, std::span<const Seat* const> seats, int live_seats,
                                   const HoldLimits& limits, TimePoint now) {
  if (!concert.booking.is_open(now)) return Refusal{.code = ErrorCode::booking_not_open};
  std::vector<SeatId> taken;
  for (const Seat* seat : seats)
    if (!seat->is_free(now)) taken.push_back(seat->place.id);
  if (!taken.empty()) return Refusal{.code = ErrorCode::seat_already_reserved, .seat_ids = std::move(taken)};
  const int left = std::max(0, limits.max_seats_per_user - live_seats);
  const int asked = static_cast<int>(seats.size());
  if (asked > left || asked > limits.max_seats_per_hold)
    return Refusal{.code = ErrorCode::seat_limit_exceeded, .seats_left_for_user = left};
  return {};
}

std::optional<Refusal> refuse_payment(const Reservation& reservation, TimePoint now) {
  switch (reservation.status) {
    case ReservationStatus::confirmed: return {};
    case ReservationStatus::expired: return Refusal{.code = ErrorCode::reservation_expired};
    case ReservationStatus::cancelled: return Refusal{.code = ErrorCode::reservation_not_payable};
    case ReservationStatus::held: break;
  }
  if (reservation.expires_at <= now) return Refusal{.code = ErrorCode::reservation_expired};
  return {};
}

Result<CancelVerdict> decide_cancel(const Reservation& reservation, TimePoint now) {
  switch (reservation.status) {
    case ReservationStatus::confirmed: return refuse(ErrorCode::reservation_not_cancellable);
    case ReservationStatus::expired:
    case ReservationStatus::cancelled: return CancelVerdict::already_over;
    case ReservationStatus::held: break;
  }
  return reservation.expires_at <= now ? CancelVerdict::expire : CancelVerdict::cancel;
}

}  // namespace frontrow
