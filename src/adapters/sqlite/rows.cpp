#include "adapters/sqlite/rows.hpp"

#include "adapters/sql/codes.hpp"

namespace frontrow::sqlite {

Concert read_concert(const Rows& rows) {
  return {.id = rows.id<ConcertId>(0),
          .title = std::string{rows.text(1)},
          .artist = std::string{rows.text(2)},
          .venue = std::string{rows.text(3)},
          .booking = {.opens_at = rows.maybe_time(4), .closes_at = rows.maybe_time(5)},
          .queue = {.enabled = rows.small(6) != 0, .max_active = rows.small(7), .admissions_per_second = rows.small(8)},
          .version = rows.integer(9),
          .time_zone = std::string{rows.text(10)},
          .sales_end_offset = std::chrono::minutes{rows.integer(11)},
          .is_deleted = rows.small(12) != 0};
}

Schedule read_schedule(const Rows& rows) {
  return {.id = rows.id<ScheduleId>(0),
          .concert = rows.id<ConcertId>(1),
          .starts_at = rows.time(2),
          .version = rows.integer(3),
          .sections_version = rows.integer(4)};
}

Seat read_seat(const Rows& rows) {
  return {.place = {.id = rows.id<SeatId>(0),
                    .schedule = rows.id<ScheduleId>(1),
                    .section = rows.id<SectionId>(2),
                    .row = rows.small(3),
                    .number = rows.small(4)},
          .price = rows.points(5),
          .status = seat_status(rows.text(6)),
          .reservation = rows.id<ReservationId>(7),
          .held_until = rows.time(8)};
}

Reservation read_reservation(const Rows& rows) {
  return {.id = rows.id<ReservationId>(0),
          .user = rows.id<UserId>(1),
          .concert = rows.id<ConcertId>(2),
          .schedule = rows.id<ScheduleId>(3),
          .status = reservation_status(rows.text(4)),
          .seats = {},
          .amount = rows.points(5),
          .created_at = rows.time(6),
          .expires_at = rows.time(7),
          .ended_at = rows.time(8),
          .ticket = rows.id<TicketNumber>(9),
          .last_seq = rows.small(10)};
}

ReservationRows::ReservationRows(Connection& connection)
    : by_id_(connection, select(kReservationColumns, "FROM reservations WHERE id = ?1")),
      seats_(connection, "SELECT seat_id, number, price FROM reservation_seats WHERE reservation_id = ?1 ORDER BY seat_id"),
      payment_(connection, "SELECT id, user_id, amount, balance, paid_at FROM payments WHERE reservation_id = ?1") {}

std::optional<Reservation> ReservationRows::find(ReservationId id) {
  Rows rows = by_id_.rows(id);
  if (!rows.next()) return {};
  Reservation reservation = read_reservation(rows);
  add_seats(reservation);
  return reservation;
}

void ReservationRows::add_seats(Reservation& reservation) {
  Rows rows = seats_.rows(reservation.id);
  while (rows.next()) reservation.seats.push_back({.id = rows.id<SeatId>(0), .number = rows.small(1), .price = rows.points(2)});
}

std::optional<Payment> ReservationRows::payment(ReservationId id) {
  Rows rows = payment_.rows(id);
  if (!rows.next()) return {};
  return Payment{.id = rows.id<PaymentId>(0),
                 .reservation = id,
                 .user = rows.id<UserId>(1),
                 .amount = rows.points(2),
                 .balance = rows.points(3),
                 .paid_at = rows.time(4)};
}

IdempotencyRows::IdempotencyRows(Connection& connection)
    : by_key_(connection,
              "SELECT fingerprint, result, v1, v2, v3, created_at FROM idempotency"
              " WHERE owner = ?1 AND operation = ?2 AND key_hash = ?3") {}

std::optional<IdempotencyRecord> IdempotencyRows::find(const IdempotencyKey& key) {
  Rows rows = by_key_.rows(key.owner, code_of(key.operation), Bytes{key.hash});
  if (!rows.next()) return {};
  return IdempotencyRecord{.key = key,
                           .fingerprint = rows.integer(0),
                           .result = rows.integer(1),
                           .values = {rows.integer(2), rows.integer(3), rows.integer(4)},
                           .created_at = rows.time(5)};
}

}  // namespace frontrow::sqlite
