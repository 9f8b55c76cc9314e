#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

void read_reservation_row(const Rows& rows, Reservation& reservation) {
  if (!reservation.id) reservation = read_reservation(rows);
  reservation.seats.push_back(read_reserved_seat(rows, kReservationColumnCount));
}

std::vector<Reservation> read_reservations(Rows& rows) {
  std::vector<Reservation> found;
  while (rows.next()) {
    if (found.empty() || found.back().id != rows.id<ReservationId>(0)) found.emplace_back();
    read_reservation_row(rows, found.back());
  }
  return found;
}

void ask_for_users(Sql& sql, std::span<const Subject> subjects) {
  sql << "SELECT issuer, subject, user_id FROM subjects FORCE INDEX (PRIMARY) WHERE ";
  bool is_first = true;
  for (const Subject& subject : subjects) {
    if (!is_first) sql << " OR ";
    is_first = false;
    sql << "(issuer = " << bytes_of(subject.issuer) << " AND subject = " << bytes_of(subject.text) << ")";
  }
  sql.end();
}

void write_keys(Sql& sql, std::span<const IdempotencyKey> keys) {
  bool is_first = true;
  for (const IdempotencyKey& key : keys) {
    if (!is_first) sql << " OR ";
    is_first = false;
    sql << "(owner = " << key.owner << " AND operation = " << code_of(key.operation) << " AND key_hash = " << Bytes{key.hash}
        << ")";
  }
}

}  // namespace frontrow::mysql
