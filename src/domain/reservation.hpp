// Rules for holding seats, paying for them, and giving them back.
//
// A reservation is born `held` with a deadline and leaves that state exactly once: to `confirmed` when paid before the
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
  Points price;  // for whoever holds it next
  SeatStatus status = SeatStatus::available;
  ReservationId reservation = {};  // none when available
  TimePoint held_until = {};       // meaningful when held

  // At the deadline itself the hold is over, whether or not anything has recorded it.
  bool is_free(TimePoint now) const { return status == SeatStatus::available || has_lapsed(now); }
  // Held, and the hold is over.
  bool has_lapsed(TimePoint now) const { return status == SeatStatus::held && is_over(held_until, now); }
};

enum class ReservationStatus : std::uint8_t { held, confirmed, expired, cancelled };

struct ReservedSeat {
  SeatId id;
  int number = 0;
  Points price;  // as it was when held: what will be paid
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
  int last_seq = 0;  // of its events

  bool is_live(TimePoint now) const {
    return status == ReservationStatus::confirmed || (status == ReservationStatus::held && !has_lapsed(now));
  }
  // Held, and the deadline has come.
  bool has_lapsed(TimePoint now) const { return status == ReservationStatus::held && is_over(expires_at, now); }
  // As it is now, whether or not anything has recorded the end of a hold.
  ReservationStatus status_at(TimePoint now) const { return has_lapsed(now) ? ReservationStatus::expired : status; }
};

struct HoldLimits {
  int max_seats_per_hold = 4;
  int max_seats_per_user = 4;  // live seats of a user in one concert
  Duration hold = std::chrono::seconds{300};
};

// Can seats of this date be held now? BOOKING_NOT_OPEN before booking opens, after it closes, and when the date's own sale has ended.
std::optional<Refusal> refuse_sale(const Concert& concert, const Schedule& schedule, TimePoint now);

// May a user with `live_seats` seats of this concert take `seats` (all of `schedule`, in the order asked), which should cost
// `expected` in all? Refuses, in this order: as refuse_sale, SEAT_ALREADY_RESERVED with the taken ids, SEAT_LIMIT_EXCEEDED with the
// seats left, PRICE_CHANGED with what they cost.
struct HoldWish {
  std::span<const Seat* const> seats;
  int live_seats = 0;
  std::optional<Points> expected = {};
};
std::optional<Refusal> refuse_hold(const Concert& concert, const Schedule& schedule, const HoldWish& wish, const HoldLimits& limits,
                                   TimePoint now);
// PRICE_CHANGED with `amount` unless it is what was expected, if anything was.
std::optional<Refusal> refuse_price(std::optional<Points> expected, Points amount);

// Refuses, in this order: RESERVATION_EXPIRED (expired, or held and at or past its deadline), RESERVATION_NOT_PAYABLE
// (cancelled). A confirmed one is not refused: paying again is answered with the payment that stands.
std::optional<Refusal> refuse_payment(const Reservation& reservation, TimePoint now);

enum class CancelVerdict : std::uint8_t { cancel, expire, already_over };
// Giving back: RESERVATION_NOT_CANCELLABLE when confirmed. Past the deadline it is not cancelled but expired.
Result<CancelVerdict> decide_cancel(const Reservation& reservation, TimePoint now);

}  // namespace frontrow
