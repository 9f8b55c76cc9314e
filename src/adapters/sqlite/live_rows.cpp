#include "adapters/sqlite/live_rows.hpp"

#include <algorithm>
#include <map>

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

// By the concerts' index entries of held ones: what has ended is not read.
void load_held(Connection& connection, const LoadVisitor& visitor) {
  if (!visitor.held_reservation) return;
  std::vector<ReservationId> held;
  {
    Statement statement{connection,
                        "SELECT r.id FROM concerts c CROSS JOIN reservations r INDEXED BY idx_reservation_concert_status"
                        " ON r.concert_id = c.id AND r.status = 'TEMPORARY'"};
    for (Rows rows = statement.rows(); rows.next();) held.push_back(rows.id<ReservationId>(0));
  }
  std::ranges::sort(held);
  ReservationRows reservations{connection};
  for (const ReservationId id : held)
    if (const auto reservation = reservations.find(id)) visitor.held_reservation(*reservation);
}

// Returns how many there are of each concert.
std::map<ConcertId, std::int64_t> load_tickets(Connection& connection, const LoadVisitor& visitor) {
  std::map<ConcertId, std::int64_t> counts;
  if (!visitor.ticket && !visitor.completed_ticket) return counts;
  Statement statement{connection,
                      "SELECT concert_id, number, user_id, state, issued_at, admitted_at FROM tickets"
                      " ORDER BY concert_id, number"};
  Rows rows = statement.rows();
  while (rows.next()) {
    ++counts[rows.id<ConcertId>(0)];
    if (visitor.ticket)
      visitor.ticket(rows.id<ConcertId>(0),
                     {.number = rows.id<TicketNumber>(1),
                      .user = rows.id<UserId>(2),
                      .state = rows.small(3) == 0 ? TicketState::waiting : TicketState::active,
                      .issued_at = rows.time(4),
                      .admitted_at = rows.time(5)});
  }
  return counts;
}

// Either by the tickets, with the index of a user's live reservations (whose condition is repeated word for word), or by what is
// sold: a million people may wait for a hall of fifty seats, and a few for one that is nearly sold out.
constexpr const char* kPaidByTicket =
    "SELECT DISTINCT t.number FROM tickets t CROSS JOIN reservations r INDEXED BY idx_live_of_user"
    " ON r.user_id = t.user_id AND r.concert_id = t.concert_id AND (r.status = 'TEMPORARY' OR r.status = 'CONFIRMED')"
    " WHERE t.concert_id = ?1 AND r.status = 'CONFIRMED' AND r.ticket_number = t.number";
constexpr const char* kPaidBySale =
    "SELECT DISTINCT t.number FROM reservations r INDEXED BY idx_reservation_concert_status CROSS JOIN tickets t"
    " ON t.concert_id = r.concert_id AND t.number = r.ticket_number AND t.user_id = r.user_id"
    " WHERE r.concert_id = ?1 AND r.status = 'CONFIRMED'";

void load_completed(Connection& connection, const std::map<ConcertId, std::int64_t>& tickets, const LoadVisitor& visitor) {
  if (!visitor.completed_ticket || tickets.empty()) return;
  Statement sold{connection,
                 "SELECT count(*) FROM (SELECT 1 FROM reservations INDEXED BY idx_reservation_concert_status"
                 " WHERE concert_id = ?1 AND status = 'CONFIRMED' LIMIT ?2)"};
  Statement by_ticket{connection, kPaidByTicket}, by_sale{connection, kPaidBySale};
  for (const auto& [concert, count] : tickets) {
    bool are_more_sold = false;
    if (Rows rows = sold.rows(concert, count); rows.next()) are_more_sold = rows.integer(0) == count;
    Statement& paid = are_more_sold ? by_ticket : by_sale;
    for (Rows rows = paid.rows(concert); rows.next();) visitor.completed_ticket(concert, rows.id<TicketNumber>(0));
  }
}

}  // namespace

void load_live_rows(Connection& connection, const LoadVisitor& visitor) {
  const ReadTransaction snapshot{connection};
  load_all(connection, select(kConcertColumns, "FROM concerts ORDER BY id"), visitor.concert, [](const Rows& rows) {
    return read_concert(rows);
  });
  load_all(connection,
           "SELECT id, concert_id, starts_at, version, sections_version, first_seat_id, seat_count,"
           " CASE WHEN available_version = version THEN available_seats ELSE (SELECT count(*) FROM seats"
           " WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'AVAILABLE') END"
           " FROM schedules ORDER BY id",
           visitor.schedule,
           read_schedule<Rows>);
  load_all(connection, select(kSectionColumns, "FROM sections ORDER BY id"), visitor.section, read_section<Rows>);
  load_all(connection, select(kSeatColumns, "FROM seats ORDER BY id"), visitor.seat, read_seat<Rows>);
  load_held(connection, visitor);
  load_all(connection, "SELECT concert_id, tail, front FROM queues ORDER BY concert_id", visitor.queue, [](const Rows& rows) {
    return StoredQueue{.concert = rows.id<ConcertId>(0), .tail = rows.integer(1), .front = rows.integer(2)};
  });
  load_completed(connection, load_tickets(connection, visitor), visitor);
}

}  // namespace frontrow::sqlite
