#include "app/live/committed_changes.hpp"

#include <algorithm>

namespace frontrow {

CommittedChanges committed_changes(const WorkingSet& set) {
  CommittedChanges found;
  for (const auto& [schedule, version] : set.versions) found.seats[schedule].version = version;
  for (const auto& [id, record] : set.seats) {
    if (!record.changed) continue;
    const Seat& seat = record.seat;
    const ReservationRecord* owner = seat.reservation ? set.reservation(seat.reservation) : nullptr;
    found.seats.at(seat.place.schedule)
        .changes.push_back({.seat = seat, .holder = owner == nullptr ? UserId{} : owner->reservation.user});
  }
  for (const auto& [schedule, freed] : set.changes_of_available_seats()) found.seats.at(schedule).freed = freed;
  for (const auto& [id, record] : set.reservations) {
    const Reservation& reservation = record.reservation;
    if (!record.changed || record.stored == reservation.status) continue;
    const bool has_begun = reservation.status == ReservationStatus::held;
    (has_begun ? found.begun : found.ended).push_back(&reservation);
    if (!has_begun && !record.stored) continue;  // it ended in the batch that began it
    const auto seats = found.seats.find(reservation.schedule);
    if (seats == found.seats.end()) continue;
    const HallHead::Holds holds{.until = reservation.expires_at, .seats = std::ssize(reservation.seats)};
    (has_begun ? seats->second.begun : seats->second.ended).push_back(holds);
  }
  return found;
}

std::vector<Schedule> new_dates(const WorkingSet& set) {
  std::map<ScheduleId, Schedule> dates;
  for (const Schedule& schedule : set.new_schedules)
    if (std::ranges::find(set.new_drafts, schedule.concert, &Draft::concert) == set.new_drafts.end()) dates[schedule.id] = schedule;
  for (auto& [id, date] : dates) date.seat_count = 0;
  for (const Seat& seat : set.new_seats) {
    const auto made = dates.find(seat.place.schedule);
    if (made == dates.end()) continue;  // of a hall in the making
    Schedule& date = made->second;
    date.first_seat = date.seat_count++ == 0 ? seat.place.id : std::min(date.first_seat, seat.place.id);
    date.available_seats = date.seat_count;
  }
  for (const FinishedDraft& finished : set.finished_drafts)
    for (const Schedule& date : finished.dates) dates[date.id] = date;
  std::vector<Schedule> found;
  for (const auto& [id, date] : dates) found.push_back(date);
  return found;
}

void rename_sections(const WorkingSet& set, const CatalogPicture& picture) {
  for (const Section& section : set.renamed_sections)
    if (Hall* hall = picture.find(section.schedule))
      hall->rename(set.sections.at(section.schedule), set.versions.at(section.schedule));
}

void count(const WorkingSet& set, const CommittedChanges& changes, Metrics& metrics) {
  for (const auto& [concert, change] : set.queues) {
    metrics.queue_joins.Increment(static_cast<double>(change.row.tail - change.before.tail));
    metrics.queue_admissions.Increment(static_cast<double>(change.admitted()));
  }
  for (const Reservation* ended : changes.ended) {
    if (ended->status != ReservationStatus::expired) continue;
    metrics.holds_expired.Increment();
    metrics.expiry_lag_seconds.Set(std::chrono::duration<double>(set.now - ended->expires_at).count());
  }
  if (!set.events.empty()) metrics.events_last_id.Set(static_cast<double>(set.last_event.value));
}

}  // namespace frontrow
