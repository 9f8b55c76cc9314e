#include "adapters/sqlite/catalog_writer.hpp"

#include "adapters/sql/changes.hpp"
#include "adapters/sql/codes.hpp"
#include "adapters/sqlite/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::sqlite {

CatalogWriter::CatalogWriter(Connection& connection)
    : connection_(connection),
      put_concert_(connection,
                   "INSERT INTO concerts (id, title, artist, venue, booking_opens_at, booking_closes_at, queue_enabled,"
                   " queue_max_active, queue_admissions_per_second, version, time_zone, sales_end_offset_minutes, deleted,"
                   " queue_wants_pass) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
                   " ON CONFLICT (id) DO UPDATE SET title = excluded.title, artist = excluded.artist, venue = excluded.venue,"
                   " booking_opens_at = excluded.booking_opens_at, booking_closes_at = excluded.booking_closes_at,"
                   " queue_enabled = excluded.queue_enabled, queue_max_active = excluded.queue_max_active,"
                   " queue_admissions_per_second = excluded.queue_admissions_per_second, version = excluded.version,"
                   " time_zone = excluded.time_zone, sales_end_offset_minutes = excluded.sales_end_offset_minutes,"
                   " deleted = excluded.deleted, queue_wants_pass = excluded.queue_wants_pass"),
      insert_schedule_(connection,
                       "INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version,"
                       " available_seats, available_version, sales_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?6, ?6)"),
      update_schedule_(connection, "UPDATE schedules SET starts_at = ?2 WHERE id = ?1"),
      sections_changed_(connection, "UPDATE schedules SET sections_version = version + 1 WHERE id = ?1"),
      rename_section_(connection, "UPDATE sections SET name = ?2 WHERE id = ?1"),
      insert_section_(connection, "INSERT INTO sections (id, schedule_id, name) VALUES (?1, ?2, ?3)"),
      more_seats_(connection,
                  "UPDATE schedules SET seat_count = seat_count + ?3, available_seats = available_seats + ?3"
                  " WHERE id = ?1 AND first_seat_id + seat_count = ?2 AND version = 0"),
      insert_draft_(connection, "INSERT INTO drafts (concert_id, begun_at, going) VALUES (?1, ?2, 0)"),
      move_schedule_(connection, "UPDATE schedules SET concert_id = ?2 WHERE id = ?1"),
      delete_draft_(connection, "DELETE FROM drafts WHERE concert_id = ?1"),
      delete_concert_(connection, "DELETE FROM concerts WHERE id = ?1"),
      insert_seat_(connection,
                   "INSERT INTO seats (id, schedule_id, section_id, row, number, price, status)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") {}

void CatalogWriter::write(const WorkingSet& set) {
  for (const Concert& concert : set.new_concerts) put_concert(concert);
  for (const Concert& concert : set.changed_concerts) put_concert(concert);
  std::map<ScheduleId, SeatIds> seat_ids = seat_ids_by_schedule(set.new_seats);
  for (const Schedule& schedule : set.new_schedules) {
    const SeatIds seats = seats_of(schedule, seat_ids);
    insert_schedule_.run(schedule.id, schedule.concert, schedule.starts_at, seats.first, seats.count, schedule.version);
    seat_ids.erase(schedule.id);
  }
  for (const auto& [id, seats] : seat_ids) {
    more_seats_.run(id, seats.first, seats.count);
    if (sqlite3_changes(connection_.raw()) != 1) throw ConstraintBroken{"seats of a date that is not in the making"};
  }
  for (const Draft& draft : set.new_drafts) insert_draft_.run(draft.concert, draft.begun_at);
  for (const auto& [id, schedule] : set.changed_schedules) update_schedule_.run(id, schedule.starts_at);
  for (const Section& section : set.renamed_sections) {  // before the batch raises the versions
    rename_section_.run(section.id, std::string_view{section.name});
    sections_changed_.run(section.schedule);
  }
  for (const Section& section : set.new_sections) insert_section_.run(section.id, section.schedule, std::string_view{section.name});
  for (const auto& seat : set.new_seats) {
    const SeatPlace& place = seat.place;
    insert_seat_.run(place.id, place.schedule, place.section, place.row, place.number, seat.price, code_of(SeatStatus::available));
  }
  for (const FinishedDraft& finished : set.finished_drafts) finish(finished);
}

void CatalogWriter::finish(const FinishedDraft& finished) {
  delete_draft_.run(finished.draft);
  if (finished.concert == finished.draft) return;
  for (const Schedule& date : finished.dates) move_schedule_.run(date.id, finished.concert);
  delete_concert_.run(finished.draft);
}

void CatalogWriter::put_concert(const Concert& concert) {
  put_concert_.run(concert.id,
                   std::string_view{concert.title},
                   std::string_view{concert.artist},
                   std::string_view{concert.venue},
                   concert.booking.opens_at,
                   concert.booking.closes_at,
                   concert.queue.enabled,
                   concert.queue.max_active,
                   concert.queue.admissions_per_second,
                   concert.version,
                   std::string_view{concert.time_zone},
                   concert.sales_end_offset.count(),
                   concert.is_deleted,
                   concert.queue.wants_pass);
}

}  // namespace frontrow::sqlite
