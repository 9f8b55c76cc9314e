#include "adapters/sqlite/live_rows.hpp"

#include "adapters/sql/owners.hpp"
#include "adapters/sqlite/rows.hpp"

namespace frontrow::sqlite {

namespace {

template <class Callback, class Read>
void load_all(Connection& connection, const std::string& query, const Callback& callback, Read read) {
  if (!callback) return;
  Statement statement{connection, query};
  Rows rows = statement.rows();
  while (rows.next()) callback(read(rows));
}

// Calls back for each seat; returns the holders of the held seats and the buyers of the sold ones.
Owners load_seats(Connection& connection, const LoadVisitor& visitor) {
  Owners owners;
  if (!visitor.seat && !visitor.held_reservation && !visitor.completed_ticket) return owners;
  Statement statement{connection, select(kSeatColumns, "FROM seats ORDER BY id")};
  Rows rows = statement.rows();
  while (rows.next()) {
    const Seat seat = read_seat(rows);
    owners.add(seat);
    if (visitor.seat) visitor.seat(seat);
  }
  owners.make_ready();
  return owners;
}

void load_held(Connection& connection, const std::vector<ReservationId>& held, const LoadVisitor& visitor) {
  if (!visitor.held_reservation) return;
  ReservationRows reservations{connection};
  for (const ReservationId id : held)
    if (const auto reservation = reservations.find(id)) visitor.held_reservation(*reservation);
}

void load_completed(Connection& connection, const std::vector<ReservationId>& sold, const LoadVisitor& visitor) {
  if (!visitor.completed_ticket) return;
  Statement ticket{connection, "SELECT concert_id, ticket_number FROM reservations WHERE id = ?1 AND ticket_number <> 0"};
  for (const ReservationId id : sold)
    if (Rows rows = ticket.rows(id); rows.next()) visitor.completed_ticket(rows.id<ConcertId>(0), rows.id<TicketNumber>(1));
}

void load_tickets(Connection& connection, const LoadVisitor& visitor) {
  if (!visitor.ticket) return;
  Statement statement{connection,
                      "SELECT concert_id, number, user_id, state, issued_at, admitted_at FROM tickets"
                      " ORDER BY concert_id, number"};
  Rows rows = statement.rows();
  while (rows.next())
    visitor.ticket(rows.id<ConcertId>(0),
                   {.number = rows.id<TicketNumber>(1),
                    .user = rows.id<UserId>(2),
                    .state = rows.small(3) == 0 ? TicketState::waiting : TicketState::active,
                    .issued_at = rows.time(4),
                    .admitted_at = rows.time(5)});
}

}  // namespace

void load_live_rows(Connection& connection, const LoadVisitor& visitor) {
  const ReadTransaction snapshot{connection};
  load_all(connection, select(kConcertColumns, "FROM concerts ORDER BY id"), visitor.concert, [](const Rows& rows) {
    return read_concert(rows);
  });
  load_all(connection, select(kScheduleColumns, "FROM schedules ORDER BY id"), visitor.schedule, read_schedule<Rows>);
  load_all(connection, select(kSectionColumns, "FROM sections ORDER BY id"), visitor.section, read_section<Rows>);
  const Owners owners = load_seats(connection, visitor);
  load_held(connection, owners.held, visitor);
  load_all(connection, "SELECT concert_id, tail, front FROM queues ORDER BY concert_id", visitor.queue, [](const Rows& rows) {
    return StoredQueue{.concert = rows.id<ConcertId>(0), .tail = rows.integer(1), .front = rows.integer(2)};
  });
  load_tickets(connection, visitor);
  load_completed(connection, owners.sold, visitor);
}

}  // namespace frontrow::sqlite
