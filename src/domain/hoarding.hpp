// Rules against hoarding: holds that a user gives back or lets run out, again and again.
//
// Both rules look at the user's own past hour in one concert, so they are decided on rows that the user's lock freezes.
#pragma once

#include <optional>
#include <span>

#include "domain/reservation.hpp"

namespace frontrow {

inline constexpr Duration kUnpaidWindow = std::chrono::hours{1};
inline constexpr Duration kLongestHold = std::chrono::hours{24};  // that a setting allows
// The first hold of a seat that ends unpaid is a change of mind; from this one on the seat cools down.
inline constexpr int kEndsBeforeCoolDown = 2;

// When the hold ended without a payment, whether or not that is recorded; nothing if it did not.
std::optional<TimePoint> unpaid_end(const Reservation& reservation, TimePoint now);

// Decides whether a user with the reservations `mine` (of any concert and status) may hold `seats` of `concert` now. Refuses,
// in this order: TOO_MANY_UNPAID_HOLDS, SEAT_COOLING_DOWN with the seats; both with Retry-After.
std::optional<Refusal> refuse_hoarding(std::span<const Reservation* const> mine, ConcertId concert, std::span<const SeatId> seats,
                                       const HoldLimits& limits, TimePoint now);

}  // namespace frontrow
