#include "adapters/mysql/event_rows.hpp"

#include "adapters/sql/codes.hpp"

namespace frontrow::mysql {

namespace {
constexpr int kPayment = kReservationColumnCount;
constexpr int kKey = kPayment + 6;
}  // namespace

void write_event_columns(Sql& sql, Literal key) {
  sql << "SELECT " << kReservationColumns << ", " << kPaymentColumns << ", " << key
      << ", e.type, e.reservation_id, e.seq, e.occurred_at, e.concert_id, e.ticket, e.user_id, e.traceparent, e.schedule_id, e.changes";
}

void write_event_joins(Sql& sql) {
  sql << " LEFT JOIN reservations r ON r.id = e.reservation_id LEFT JOIN reservation_seats rs ON rs.reservation_id = r.id"
         " LEFT JOIN payments p ON p.reservation_id = r.id ";
}

std::vector<FeedEvent> read_events(Rows& rows) {
  std::vector<FeedEvent> found;
  while (rows.next()) {
    const EventId id = rows.id<EventId>(kKey);
    if (found.empty() || found.back().id != id)
      found.push_back({.id = id,
                       .event = {.type = event_type(rows.integer(kKey + 1)),
                                 .occurred_at = rows.time(kKey + 4),
                                 .reservation = rows.id<ReservationId>(kKey + 2),
                                 .seq = rows.integer(kKey + 3),
                                 .concert = rows.id<ConcertId>(kKey + 5),
                                 .ticket = rows.id<TicketNumber>(kKey + 6),
                                 .user = rows.id<UserId>(kKey + 7),
                                 .schedule = rows.id<ScheduleId>(kKey + 9),
                                 .changes = std::string{rows.is_null(kKey + 10) ? std::string_view{} : rows.text(kKey + 10)},
                                 .traceparent = std::string{rows.is_null(kKey + 8) ? std::string_view{} : rows.text(kKey + 8)}},
                       .reservation = {}});
    FeedEvent& told = found.back();
    if (!told.event.reservation || rows.is_null(0)) continue;
    read_reservation_row(rows, told.reservation);
    if (told.event.type == EventType::payment_completed) told.payment = read_payment(rows, kPayment);
  }
  return found;
}

}  // namespace frontrow::mysql
