#include "domain/hoarding.hpp"

#include <algorithm>
#include <functional>

namespace frontrow {

namespace {

struct UnpaidHold {
  TimePoint ended_at;
  const Reservation* reservation;
};

// Newest end first.
std::vector<UnpaidHold> unpaid_holds(std::span<const Reservation* const> mine, ConcertId concert, TimePoint now) {
  std::vector<UnpaidHold> found;
  for (const Reservation* reservation : mine) {
    const auto end = reservation->concert == concert ? unpaid_end(*reservation, now) : std::nullopt;
    if (end && *end > now - kUnpaidWindow) found.push_back({*end, reservation});
  }
  std::ranges::sort(found, std::greater{}, &UnpaidHold::ended_at);
  return found;
}

bool has_seat(const Reservation& reservation, SeatId id) {
  return std::ranges::find(reservation.seats, id, &ReservedSeat::id) != reservation.seats.end();
}

// The end of a seat's cool-down; nothing if it has none.
std::optional<TimePoint> cool_again(std::span<const UnpaidHold> unpaid, SeatId seat, Duration cool_down) {
  std::optional<TimePoint> last;
  int ends = 0;
  for (const UnpaidHold& hold : unpaid) {
    if (!has_seat(*hold.reservation, seat)) continue;
    if (!last) last = hold.ended_at;
    ++ends;
  }
  if (ends < kEndsBeforeCoolDown) return {};
  return *last + cool_down;
}

}  // namespace

std::optional<TimePoint> unpaid_end(const Reservation& reservation, TimePoint now) {
  switch (reservation.status) {
    case ReservationStatus::confirmed: return {};
    case ReservationStatus::cancelled: return reservation.ended_at;
    case ReservationStatus::expired: return reservation.expires_at;  // it may have been recorded later
    case ReservationStatus::held: break;
  }
  if (!reservation.has_lapsed(now)) return {};
  return reservation.expires_at;
}

std::optional<Refusal> refuse_hoarding(std::span<const Reservation* const> mine, ConcertId concert, std::span<const SeatId> seats,
                                       const HoldLimits& limits, TimePoint now) {
  if (limits.unpaid_holds_per_hour == 0 && limits.seat_cool_down == Duration{}) return {};
  const auto unpaid = unpaid_holds(mine, concert, now);
  const auto most = static_cast<std::size_t>(limits.unpaid_holds_per_hour);
  if (most > 0 && unpaid.size() >= most)
    return Refusal{.code = ErrorCode::too_many_unpaid_holds, .retry_after = unpaid[most - 1].ended_at + kUnpaidWindow - now};
  std::vector<SeatId> warm;
  Duration longest{};
  for (const SeatId seat : seats) {
    const auto cool = cool_again(unpaid, seat, limits.seat_cool_down);
    if (!cool || *cool <= now) continue;
    warm.push_back(seat);
    longest = std::max(longest, *cool - now);
  }
  if (warm.empty()) return {};
  return Refusal{.code = ErrorCode::seat_cooling_down, .seat_ids = std::move(warm), .retry_after = longest};
}

}  // namespace frontrow
