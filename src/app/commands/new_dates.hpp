// The rules of a new concert and of more dates for one, for the commands that make them in one commit (concert.hpp) and for those
// that make them in slices (draft.hpp).
#pragma once

#include <algorithm>

#include "app/commands/concert.hpp"

namespace frontrow {

// Without an id.
Concert concert_of(const ConcertPlan& plan);
// VALIDATION_FAILED for a date in the past, or booking that would open after the last date.
std::optional<Refusal> refuse_new_concert(const ConcertPlan& plan, TimePoint now);
// The concert must be in Keys::changed_concerts. CONCERT_NOT_FOUND; VALIDATION_FAILED when it would have more than
// kMaxSchedulesPerConcert dates, or for a date in the past.
std::optional<Refusal> refuse_more_dates(const WorkingSet& set, ConcertId concert, const std::vector<SchedulePlan>& plans);
std::optional<Refusal> refuse_booking(const Concert& concert, std::optional<TimePoint> last_start);

std::int64_t seats_of(const std::vector<SchedulePlan>& plans);

// A section's seat, counted from 0: where it is.
SeatPlace place_of(const SectionPlan& section, std::int64_t seat);

// What a repeat of the request gets.
void remember(WorkingSet& set, const std::optional<Idempotent>& idempotent, const MadeConcert& made);
MadeConcert replayed(const IdempotencyRecord& first);

template <class Date>
std::optional<TimePoint> last_start(const std::vector<Date>& dates) {
  if (dates.empty()) return {};
  return std::ranges::max_element(dates, {}, &Date::starts_at)->starts_at;
}

}  // namespace frontrow
