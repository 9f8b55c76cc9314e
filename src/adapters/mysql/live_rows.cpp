#include "adapters/mysql/live_rows.hpp"

#include <algorithm>

#include "adapters/mysql/queue_rows.hpp"
#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

namespace {

constexpr std::int64_t kSeatsAtATime = 20'000;

template <class Callback, class Read>
void tell_all(Rows rows, const Callback& callback, Read read) {
  while (rows.next()) callback(read(rows));
}

Rows ask(Connection& steward, Literal text) {
  Sql sql;
  sql << text;
  sql.end();
  return steward.ask(sql, "load the sale");
}

void load_catalog(Connection& steward, const LoadVisitor& visitor) {
  Sql sql;
  if (visitor.concert) {
    sql << "SELECT " << kConcertColumns << " FROM concerts ORDER BY id";
    sql.end();
    tell_all(steward.ask(sql, "load concerts"), visitor.concert, [](const Rows& rows) { return read_concert(rows); });
  }
  if (visitor.schedule) {
    sql = {};
    sql << "SELECT " << kCountedScheduleColumns << " FROM schedules ORDER BY id";
    sql.end();
    tell_all(steward.ask(sql, "load schedules"), visitor.schedule, read_schedule<Rows>);
  }
  if (visitor.section) {
    sql = {};
    sql << "SELECT " << kSectionColumns << " FROM sections ORDER BY id";
    sql.end();
    tell_all(steward.ask(sql, "load sections"), visitor.section, read_section<Rows>);
  }
}

void load_seats(Connection& steward, const LoadVisitor& visitor) {
  if (!visitor.seat) return;
  SeatId after{};
  for (std::int64_t count = kSeatsAtATime; count == kSeatsAtATime;) {
    Sql sql;
    sql << "SELECT " << kSeatColumns << " FROM seats FORCE INDEX (PRIMARY) WHERE id > " << after << " ORDER BY id LIMIT "
        << kSeatsAtATime;
    sql.end();
    count = 0;
    for (Rows rows = steward.ask(sql, "load seats"); rows.next(); ++count) {
      const Seat seat = read_seat(rows);
      after = seat.place.id;
      visitor.seat(seat);
    }
  }
}

void load_held(Connection& steward, const LoadVisitor& visitor) {
  if (!visitor.held_reservation) return;
  std::vector<ReservationId> held;
  for (Rows rows = ask(steward, "SELECT id FROM reservations FORCE INDEX (idx_due_holds) WHERE due_at IS NOT NULL"); rows.next();)
    held.push_back(rows.id<ReservationId>(0));
  std::ranges::sort(held);
  in_stretches(held, [&](auto stretch) {
    Sql sql;
    sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns << " FROM reservations r FORCE INDEX (PRIMARY)"
        << kReservationJoin << "WHERE r.id IN " << List{stretch} << " ORDER BY r.id, rs.seat_id";
    sql.end();
    Rows rows = steward.ask(sql, "load held reservations");
    for (const Reservation& reservation : read_reservations(rows)) visitor.held_reservation(reservation);
  });
}

void load_completed(Connection& steward, const LoadVisitor& visitor) {
  if (!visitor.completed_ticket) return;
  Sql sql;
  sql << "SELECT DISTINCT t.concert_id, t.number FROM tickets t STRAIGHT_JOIN reservations r"
         " FORCE INDEX (idx_reservation_user_status) ON r.user_id = t.user_id AND r.concert_id = t.concert_id AND r.status = "
      << Code{code_of(ReservationStatus::confirmed)} << " WHERE t.state <> 2 AND r.ticket_number = t.number";
  sql.end();
  for (Rows rows = steward.ask(sql, "load completed tickets"); rows.next();)
    visitor.completed_ticket(rows.id<ConcertId>(0), rows.id<TicketNumber>(1));
}

void load_queues(Connection& steward, const LoadVisitor& visitor) {
  if (visitor.queue)
    tell_all(ask(steward, "SELECT concert_id, tail, front FROM queues ORDER BY concert_id"), visitor.queue, [](const Rows& rows) {
      return StoredQueue{.concert = rows.id<ConcertId>(0), .tail = rows.integer(1), .front = rows.integer(2)};
    });
  if (!visitor.ticket) return;
  Sql sql;
  sql << "SELECT concert_id, " << kTicketColumns << " FROM tickets WHERE state <> 2 ORDER BY concert_id, number";
  sql.end();
  for (Rows rows = steward.ask(sql, "load tickets"); rows.next();) visitor.ticket(rows.id<ConcertId>(0), read_ticket(rows, 1));
}

}  // namespace

ReadTransaction::ReadTransaction(Connection& connection) : connection_(connection) {
  Sql sql;
  sql << "START TRANSACTION WITH CONSISTENT SNAPSHOT";
  sql.end();
  connection_.run(sql, "begin to read");
}

ReadTransaction::~ReadTransaction() {
  if (connection_.is_lost()) return;
  Sql sql;
  sql << "COMMIT";
  sql.end();
  try {
    connection_.run(sql, "end reading");
  } catch (const std::exception&) {
    connection_.give_up();
  }
}

std::optional<StoredSeatMap> read_seat_map(Connection& connection, ScheduleId schedule) {
  Sql sql;
  sql << "SELECT version, sections_version FROM schedules WHERE id = " << schedule;
  sql.end();
  sql << "SELECT " << kSectionColumns << " FROM sections WHERE schedule_id = " << schedule << " ORDER BY id";
  sql.end();
  sql << "SELECT " << kSeatColumns << " FROM seats WHERE schedule_id = " << schedule << " ORDER BY id";
  sql.end();
  const ReadTransaction snapshot{connection};
  std::vector<Rows> results = connection.run(sql, "read a seat map");
  if (!results[0].next()) return {};
  StoredSeatMap map{.version = results[0].integer(0), .sections_version = results[0].integer(1), .sections = {}, .seats = {}};
  while (results[1].next()) map.sections.push_back(read_section(results[1]));
  while (results[2].next()) map.seats.push_back(read_seat(results[2]));
  return map;
}

void load_live_rows(Connection& steward, const LoadVisitor& visitor) {
  const ReadTransaction snapshot{steward};
  load_catalog(steward, visitor);
  load_seats(steward, visitor);
  load_held(steward, visitor);
  load_queues(steward, visitor);
  load_completed(steward, visitor);
}

}  // namespace frontrow::mysql
