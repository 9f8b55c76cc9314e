// Halls whose making has stopped: their seats, dates and sections, a little at a time, under the lock of their concert.
#include <algorithm>

#include "adapters/mysql/forgetter.hpp"
#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

namespace {

ConcertId old_draft(Connection& connection, TimePoint before) {
  Sql sql;
  sql << "SELECT concert_id FROM drafts WHERE going = 1 OR begun_at < " << before << " ORDER BY concert_id LIMIT 1";
  sql.end();
  Rows rows = connection.ask(sql, "look for a hall whose making has stopped");
  return rows.next() ? rows.id<ConcertId>(0) : ConcertId{};
}

// The draft may be finished by now: false.
bool lock(Connection& connection, ConcertId draft) {
  Sql sql;
  sql << "SELECT id FROM concerts FORCE INDEX (PRIMARY) WHERE id = " << draft << " FOR UPDATE NOWAIT";
  sql.end();
  sql << "UPDATE drafts FORCE INDEX (PRIMARY) SET going = 1 WHERE concert_id = " << draft;
  sql.end();
  sql << "SELECT 1 FROM drafts FORCE INDEX (PRIMARY) WHERE concert_id = " << draft << " FOR UPDATE NOWAIT";
  sql.end();
  return connection.run(sql, "lock a hall whose making has stopped").back().next();
}

Schedule last_date(Connection& connection, ConcertId draft) {
  Sql sql;
  sql << "SELECT id, first_seat_id, seat_count FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id = " << draft
      << " ORDER BY id DESC LIMIT 1 FOR UPDATE NOWAIT";
  sql.end();
  Rows rows = connection.ask(sql, "look for a date whose making has stopped");
  if (!rows.next()) return {};
  return {.id = rows.id<ScheduleId>(0),
          .concert = draft,
          .starts_at = {},
          .first_seat = rows.id<SeatId>(1),
          .seat_count = rows.integer(2)};
}

// A date has the seats that it counts, after each step.
int shrink(const Schedule& date, int limit, Sql& sql) {
  const auto some = static_cast<int>(std::min<std::int64_t>(limit, date.seat_count));
  const std::int64_t end = date.first_seat.value + date.seat_count;
  sql << "DELETE seats FROM seats FORCE INDEX (PRIMARY) WHERE id >= " << end - some << " AND id < " << end;
  sql.end();
  sql << "UPDATE schedules SET seat_count = seat_count - " << some << ", available_seats = available_seats - " << some
      << " WHERE id = " << date.id;
  sql.end();
  return some;
}

}  // namespace

int Forgetter::forget_draft(Connection& connection, TimePoint before, int limit) {
  WriteTransaction transaction{connection};
  const ConcertId draft = old_draft(connection, before);
  if (!draft || !lock(connection, draft)) return 0;
  const Schedule date = last_date(connection, draft);
  Sql sql;
  int deleted = 1;
  if (date.seat_count > 0) {
    deleted = shrink(date, limit, sql);
  } else if (date.id) {
    sql << "DELETE sections FROM sections FORCE INDEX (idx_section_schedule) WHERE schedule_id = " << date.id;
    sql.end();
    sql << "DELETE schedules FROM schedules FORCE INDEX (PRIMARY) WHERE id = " << date.id;
    sql.end();
  } else {
    sql << "DELETE drafts FROM drafts FORCE INDEX (PRIMARY) WHERE concert_id = " << draft;
    sql.end();
    sql << "DELETE concerts FROM concerts FORCE INDEX (PRIMARY) WHERE id = " << draft;
    sql.end();
  }
  connection.run(sql, "delete of a hall whose making has stopped");
  transaction.commit();
  return deleted;
}

}  // namespace frontrow::mysql
