#include "app/live/committed_changes.hpp"

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
  for (const auto& [id, record] : set.reservations) {
    const Reservation& reservation = record.reservation;
    if (!record.changed || record.stored == reservation.status) continue;
    (reservation.status == ReservationStatus::held ? found.begun : found.ended).push_back(&reservation);
  }
  return found;
}

void rename_sections(const WorkingSet& set, const CatalogPicture& picture) {
  for (const Section& section : set.renamed_sections)
    if (SeatMap* map = picture.find(section.schedule))
      map->rename(set.sections.at(section.schedule), set.versions.at(section.schedule));
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
