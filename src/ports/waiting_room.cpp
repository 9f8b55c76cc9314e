#include "ports/waiting_room.hpp"

#include <algorithm>

namespace frontrow {

const InsidePlace* Board::find(TicketNumber number) const {
  const auto at = std::ranges::lower_bound(*inside, number, {}, &InsidePlace::number);
  return at != inside->end() && at->number == number ? &*at : nullptr;
}

bool Board::is_lost(TicketNumber number) const {
  return std::ranges::any_of(lost,
                             [&](const LostNumbers& range) { return range.after < number.value && number.value <= range.last; });
}

std::int64_t Board::position(TicketNumber number) const {
  if (number.value <= front) return 1;
  return std::max<std::int64_t>(1, number.value - front - gone->count_between(front, number.value));
}

Duration Board::estimated_wait(TicketNumber number, const RoomRules& rules, TimePoint now) const {
  const double rate = claims_per_second > 0 ? claims_per_second : rules.settings.admissions_per_second;
  Duration wait = frontrow::estimated_wait(position(number), rate);
  if (!rules.booking.has_opened(now)) wait += *rules.booking.opens_at - now;
  return wait;
}

bool Board::is_near(TicketNumber number, const RoomRules& rules, TimePoint now) const {
  return number.value > front && (position(number) <= kNearPlaces || estimated_wait(number, rules, now) <= kNearWait);
}

}  // namespace frontrow
