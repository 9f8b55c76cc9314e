#include "adapters/mysql/catalog_writer.hpp"

#include "adapters/sql/changes.hpp"

namespace frontrow::mysql {

namespace {

void write_concerts(const std::vector<Concert>& concerts, Sql& sql) {
  insert_rows(
      sql,
      "INSERT INTO concerts (id, title, artist, venue, booking_opens_at, booking_closes_at, queue_enabled, queue_max_active,"
      " queue_admissions_per_second, version, time_zone, sales_end_offset_minutes, deleted, queue_wants_pass) VALUES ",
      concerts,
      [](Sql& out, const Concert& concert) {
        out.row(concert.id,
                Text{concert.title},
                Text{concert.artist},
                Text{concert.venue},
                concert.booking.opens_at,
                concert.booking.closes_at,
                concert.queue.enabled ? 1 : 0,
                concert.queue.max_active,
                concert.queue.admissions_per_second,
                concert.version,
                Text{concert.time_zone},
                concert.sales_end_offset.count(),
                concert.is_deleted ? 1 : 0,
                concert.queue.wants_pass ? 1 : 0);
      },
      " ON DUPLICATE KEY UPDATE title = VALUES(title), artist = VALUES(artist), venue = VALUES(venue),"
      " booking_opens_at = VALUES(booking_opens_at), booking_closes_at = VALUES(booking_closes_at),"
      " queue_enabled = VALUES(queue_enabled), queue_max_active = VALUES(queue_max_active),"
      " queue_admissions_per_second = VALUES(queue_admissions_per_second), version = VALUES(version),"
      " time_zone = VALUES(time_zone), sales_end_offset_minutes = VALUES(sales_end_offset_minutes), deleted = VALUES(deleted),"
      " queue_wants_pass = VALUES(queue_wants_pass)");
}

void finish(const FinishedDraft& finished, Sql& sql) {
  sql << "DELETE drafts FROM drafts FORCE INDEX (PRIMARY) WHERE concert_id = " << finished.draft;
  sql.end();
  if (finished.concert == finished.draft) return;
  std::vector<ScheduleId> dates;
  for (const Schedule& date : finished.dates) dates.push_back(date.id);
  in_stretches(dates, [&](auto stretch) {
    sql << "UPDATE schedules FORCE INDEX (PRIMARY) SET concert_id = " << finished.concert << " WHERE id IN " << List{stretch};
    sql.end();
  });
  sql << "DELETE concerts FROM concerts FORCE INDEX (PRIMARY) WHERE id = " << finished.draft;
  sql.end();
}

}  // namespace

void write_catalog(const WorkingSet& set, Sql& sql, const std::function<void()>& one_row) {
  write_concerts(set.new_concerts, sql);
  write_concerts(set.changed_concerts, sql);
  std::map<ScheduleId, SeatIds> seat_ids = seat_ids_by_schedule(set.new_seats);
  insert_rows(sql,
              "INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version, available_seats,"
              " available_version, sales_version) VALUES ",
              set.new_schedules,
              [&](Sql& out, const Schedule& schedule) {
                const SeatIds seats = seats_of(schedule, seat_ids);
                out.row(schedule.id,
                        schedule.concert,
                        schedule.starts_at,
                        seats.first,
                        seats.count,
                        schedule.version,
                        seats.count,
                        schedule.version,
                        schedule.version);
              });
  for (const Schedule& schedule : set.new_schedules) seat_ids.erase(schedule.id);
  for (const auto& [id, seats] : seat_ids) {
    sql << "UPDATE schedules SET seat_count = seat_count + " << seats.count << ", available_seats = available_seats + "
        << seats.count << " WHERE id = " << id << " AND first_seat_id + seat_count = " << seats.first << " AND version = 0";
    sql.end();
    one_row();
  }
  insert_rows(sql, "INSERT INTO drafts (concert_id, begun_at, going) VALUES ", set.new_drafts, [](Sql& out, const Draft& draft) {
    out.row(draft.concert, draft.begun_at, 0);
  });
  for (const Section& section : set.renamed_sections) {
    sql << "UPDATE sections SET name = " << Text{section.name} << " WHERE id = " << section.id;
    sql.end();
  }
  insert_rows(sql, "INSERT INTO sections (id, schedule_id, name) VALUES ", set.new_sections, [](Sql& out, const Section& section) {
    out.row(section.id, section.schedule, Text{section.name});
  });
  insert_rows(sql,
              "INSERT INTO seats (id, schedule_id, section_id, `row`, number, price, status) VALUES ",
              set.new_seats,
              [](Sql& out, const Seat& seat) {
                const SeatPlace& place = seat.place;
                out.row(place.id, place.schedule, place.section, place.row, place.number, seat.price, Literal{"'AVAILABLE'"});
              });
  for (const FinishedDraft& finished : set.finished_drafts) finish(finished, sql);
}

}  // namespace frontrow::mysql
