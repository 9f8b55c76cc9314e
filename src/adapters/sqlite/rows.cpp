#include "adapters/sqlite/rows.hpp"

namespace frontrow::sqlite {

ReservationRows::ReservationRows(Connection& connection)
    : by_id_(connection, select(kReservationColumns, "FROM reservations r WHERE id = ?1")),
      seats_(connection, select(kReservedSeatColumns, "FROM reservation_seats rs WHERE reservation_id = ?1 ORDER BY seat_id")),
      payment_(connection, select(kPaymentColumns, "FROM payments p WHERE reservation_id = ?1")) {}

std::optional<Reservation> ReservationRows::find(ReservationId id) {
  Rows rows = by_id_.rows(id);
  if (!rows.next()) return {};
  Reservation reservation = read_reservation(rows);
  add_seats(reservation);
  return reservation;
}

void ReservationRows::add_seats(Reservation& reservation) {
  Rows rows = seats_.rows(reservation.id);
  while (rows.next()) reservation.seats.push_back(read_reserved_seat(rows, 0));
}

std::optional<Payment> ReservationRows::payment(ReservationId id) {
  Rows rows = payment_.rows(id);
  return rows.next() ? read_payment(rows, 0) : std::nullopt;
}

IdempotencyRows::IdempotencyRows(Connection& connection)
    : by_key_(connection, select(kIdempotencyColumns, "FROM idempotency WHERE owner = ?1 AND operation = ?2 AND key_hash = ?3")) {}

std::optional<IdempotencyRecord> IdempotencyRows::find(const IdempotencyKey& key) {
  Rows rows = by_key_.rows(key.owner, code_of(key.operation), Bytes{key.hash});
  return rows.next() ? std::optional{read_idempotency(rows)} : std::nullopt;
}

}  // namespace frontrow::sqlite
