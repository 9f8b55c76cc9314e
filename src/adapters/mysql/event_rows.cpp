#include "adapters/mysql/event_rows.hpp"

namespace frontrow::mysql {

namespace {
constexpr int kPayment = kReservationAndSeatColumnCount;
constexpr int kEvent = kPayment + kPaymentColumnCount;
constexpr int kKey = kEvent + kEventColumnCount;
}  // namespace

void write_event_columns(Sql& sql, Literal key) {
  sql << "SELECT " << kReservationColumns << ", " << kReservedSeatColumns << ", " << kPaymentColumns << ", " << kEventColumns
      << ", " << key;
}

void write_event_joins(Sql& sql) {
  sql << " LEFT JOIN reservations r ON r.id = e.reservation_id LEFT JOIN reservation_seats rs ON rs.reservation_id = r.id"
         " LEFT JOIN payments p ON p.reservation_id = r.id ";
}

std::vector<FeedEvent> read_events(Rows& rows) {
  std::vector<FeedEvent> found;
  while (rows.next()) {
    const EventId id = rows.id<EventId>(kKey);
    if (found.empty() || found.back().id != id) found.push_back({.id = id, .event = read_event(rows, kEvent), .reservation = {}});
    FeedEvent& told = found.back();
    if (!told.event.reservation || rows.is_null(0)) continue;
    read_reservation_row(rows, told.reservation);
    if (told.event.type == EventType::payment_completed) told.payment = read_payment(rows, kPayment);
  }
  return found;
}

}  // namespace frontrow::mysql
