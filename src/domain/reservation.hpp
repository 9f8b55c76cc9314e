// Rules for holding seats, paying for them, and giving them back.
//
// A reservation begins as `held` with a deadline and leaves that state exactly once: to `confirmed` if paid before the
// deadline, else to `expired` or `cancelled`. Nothing here reads a clock, a database or the network.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "domain/catalog.hpp"
#include "domain/error.hpp"
#include "domain/ids.hpp"
#include "domain/money.hpp"

namespace frontrow {

enum class SeatStatus : std::uint8_t { available, held, sold };

struct Seat {
  SeatPlace place;
  Points price;  // for the next hold
  SeatStatus status = SeatStatus::available;
  ReservationId reservation = {};  // none when available
  TimePoint held_until = {};       // meaningful when held

  // True if the seat can be held at `now`. At the deadline itself a hold is over, even if nothing has recorded the end
  // yet.
  bool is_free(TimePoint now) const { return status == SeatStatus::available || has_lapsed(now); }
  // True if the seat is held and its hold is over.
  bool has_lapsed(TimePoint now) const { return status == SeatStatus::held && is_over(held_until, now); }
};

enum class ReservationStatus : std::uint8_t { held, confirmed, expired, cancelled };

struct ReservedSeat {
  SeatId id;
  int number = 0;
  Points price;  // as it was at the hold: the buyer pays this
};

struct Reservation {
  ReservationId id;
  UserId user;
  ConcertId concert;
  ScheduleId schedule;
  ReservationStatus status = ReservationStatus::held;
  std::vector<ReservedSeat> seats;
  Points amount;
  TimePoint created_at;
  TimePoint expires_at;     // set once
  TimePoint ended_at = {};  // when it left `held`
  TicketNumber ticket = {};
  int last_seq = 0;  // of the reservation's last event

  bool is_live(TimePoint now) const {
    return status == ReservationStatus::confirmed || (status == ReservationStatus::held && !has_lapsed(now));
  }
  // True if it is held and the deadline has come.
  bool has_lapsed(TimePoint now) const { return status == ReservationStatus::held && is_over(expires_at, now); }
  // The status at `now`, even if nothing has recorded the end of the hold yet.
  ReservationStatus status_at(TimePoint now) const { return has_lapsed(now) ? ReservationStatus::expired : status; }
};

struct HoldLimits {
  int max_seats_per_hold = 4;
  int max_seats_per_user = 4;  // live seats of a user in one concert
  Duration hold = std::chrono::seconds{300};
  int unpaid_holds_per_hour = 0;  // of a user in one concert; 0: no limit (hoarding.hpp)
  Duration seat_cool_down{0};     // for a user whose holds of a seat have ended unpaid twice within an hour
};

// Refuses BOOKING_NOT_OPEN before booking opens, after it closes, and after the date's own sale has ended.
std::optional<Refusal> refuse_sale(const Concert& concert, const Schedule& schedule, TimePoint now);

// Decides whether a user with `live_seats` live seats of this concert may take `seats` (all of `schedule`, in the order
// of the request), at the price `expected` if one is given. Refuses, in this order: as refuse_sale;
// SEAT_ALREADY_RESERVED with the taken ids; SEAT_LIMIT_EXCEEDED with the seats left; PRICE_CHANGED with the present
// price.
struct HoldWish {
  std::span<const Seat* const> seats;
  int live_seats = 0;
  std::optional<Points> expected = {};
};
std::optional<Refusal> refuse_hold(const Concert& concert, const Schedule& schedule, const HoldWish& wish, const HoldLimits& limits,
                                   TimePoint now);
// Refuses PRICE_CHANGED if an amount was expected and `amount` is another.
std::optional<Refusal> refuse_price(std::optional<Points> expected, Points amount);

// Refuses, in this order: RESERVATION_EXPIRED (expired, or held and at or past its deadline), RESERVATION_NOT_PAYABLE
// (cancelled). A confirmed reservation is not refused: the answer is the stored payment.
std::optional<Refusal> refuse_payment(const Reservation& reservation, TimePoint now);

enum class CancelVerdict : std::uint8_t { cancel, expire, already_over };
// Refuses RESERVATION_NOT_CANCELLABLE for a confirmed reservation. Past its deadline a reservation is not cancelled but
// expires.
Result<CancelVerdict> decide_cancel(const Reservation& reservation, TimePoint now);

}  // namespace frontrow
