#include "app/commands/new_dates.hpp"

#include <algorithm>

namespace frontrow {

namespace {

std::optional<Refusal> refuse_dates(const Concert& concert, const std::vector<SchedulePlan>& plans, TimePoint now) {
  Refusal refusal{.code = ErrorCode::validation_failed};
  for (std::size_t i = 0; i < plans.size(); ++i)
    check_start(concert, plans[i].starts_at, now, "schedules[" + std::to_string(i) + "].startsAt", refusal.errors);
  if (refusal.errors.empty()) return {};
  return refusal;
}

}  // namespace

Concert concert_of(const ConcertPlan& plan) {
  return {.id = {},
          .title = plan.title,
          .artist = plan.artist,
          .venue = plan.venue,
          .booking = plan.booking,
          .queue = plan.queue,
          .time_zone = plan.time_zone,
          .sales_end_offset = plan.sales_end_offset};
}

std::optional<Refusal> refuse_booking(const Concert& concert, std::optional<TimePoint> last_start) {
  Refusal refusal{.code = ErrorCode::validation_failed};
  check_booking(concert.booking, refusal.errors);
  if (last_start) check_opening(concert, *last_start, refusal.errors);
  if (refusal.errors.empty()) return {};
  return refusal;
}

std::optional<Refusal> refuse_new_concert(const ConcertPlan& plan, TimePoint now) {
  const Concert concert = concert_of(plan);
  if (auto refusal = refuse_dates(concert, plan.schedules, now)) return refusal;
  return refuse_booking(concert, last_start(plan.schedules));
}

// The dates are counted under the concert's lock: a pod's own picture may be a moment old.
std::optional<Refusal> refuse_more_dates(const WorkingSet& set, ConcertId id, const std::vector<SchedulePlan>& plans) {
  const Concert* concert = set.concert(id);
  if (concert == nullptr) return Refusal{.code = ErrorCode::concert_not_found};
  const std::size_t has = set.dates_of(id).size();
  if (has + plans.size() <= std::size_t{kMaxSchedulesPerConcert}) return refuse_dates(*concert, plans, set.now);
  Refusal refusal{.code = ErrorCode::validation_failed};
  refusal.errors.push_back({"schedules",
                            "a concert has at most " + std::to_string(kMaxSchedulesPerConcert) + " dates, and this one has " +
                                std::to_string(has) + " already"});
  return refusal;
}

std::int64_t seats_of(const std::vector<SchedulePlan>& plans) {
  std::int64_t seats = 0;
  for (const SchedulePlan& plan : plans) seats += plan.seat_count();
  return seats;
}

SeatPlace place_of(const SectionPlan& section, std::int64_t seat) {
  if (section.rows == 0) return {.id = {}, .schedule = {}, .section = {}, .row = 0, .number = static_cast<int>(seat) + 1};
  return {.id = {},
          .schedule = {},
          .section = {},
          .row = static_cast<int>(seat / section.seats_per_row) + 1,
          .number = static_cast<int>(seat % section.seats_per_row) + 1};
}

void remember(WorkingSet& set, const std::optional<Idempotent>& idempotent, const MadeConcert& made) {
  if (!idempotent) return;
  set.add_idempotency({.key = idempotent->key,
                       .fingerprint = idempotent->fingerprint,
                       .result = made.id.value,
                       .values = {made.first_schedule.value, made.schedule_count, 0},
                       .created_at = set.now});
}

MadeConcert replayed(const IdempotencyRecord& first) {
  return {.id = {first.result},
          .schedules = {},
          .first_schedule = {first.values[0]},
          .schedule_count = static_cast<int>(first.values[1]),
          .is_replay = true};
}

}  // namespace frontrow
