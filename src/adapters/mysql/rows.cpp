#include "adapters/mysql/rows.hpp"

#include <algorithm>

#include "adapters/sql/codes.hpp"
#include "base/check.hpp"

namespace frontrow::mysql {

Concert read_concert(const Rows& rows, int column) {
  return {.id = rows.id<ConcertId>(column),
          .title = std::string{rows.text(column + 1)},
          .artist = std::string{rows.text(column + 2)},
          .venue = std::string{rows.text(column + 3)},
          .booking = {.opens_at = rows.maybe_time(column + 4), .closes_at = rows.maybe_time(column + 5)},
          .queue = {.enabled = rows.small(column + 6) != 0,
                    .max_active = rows.small(column + 7),
                    .admissions_per_second = rows.small(column + 8)},
          .version = rows.integer(column + 9),
          .time_zone = std::string{rows.text(column + 10)},
          .sales_end_offset = std::chrono::minutes{rows.integer(column + 11)},
          .is_deleted = rows.small(column + 12) != 0};
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

void read_reservation_row(const Rows& rows, Reservation& reservation) {
  if (!reservation.id)
    reservation = {.id = rows.id<ReservationId>(0),
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
  reservation.seats.push_back({.id = rows.id<SeatId>(11), .number = rows.small(12), .price = rows.points(13)});
}

std::vector<Reservation> read_reservations(Rows& rows) {
  std::vector<Reservation> found;
  while (rows.next()) {
    if (found.empty() || found.back().id != rows.id<ReservationId>(0)) found.emplace_back();
    read_reservation_row(rows, found.back());
  }
  return found;
}

std::optional<Payment> read_payment(const Rows& rows, int column) {
  if (rows.is_null(column)) return {};
  return Payment{.id = rows.id<PaymentId>(column),
                 .reservation = rows.id<ReservationId>(column + 1),
                 .user = rows.id<UserId>(column + 2),
                 .amount = rows.points(column + 3),
                 .balance = rows.points(column + 4),
                 .paid_at = rows.time(column + 5)};
}

IdempotencyRecord read_idempotency(const Rows& rows) {
  IdempotencyRecord record{.key = {.owner = rows.id<UserId>(0), .operation = {}, .hash = {}},
                           .fingerprint = rows.integer(3),
                           .result = rows.integer(4),
                           .values = {rows.integer(5), rows.integer(6), rows.integer(7)},
                           .created_at = rows.time(8)};
  record.key.operation = operation(rows.integer(1));
  const std::span<const std::byte> hash = rows.bytes(2);
  CHECK(hash.size() == record.key.hash.size());
  std::ranges::copy(hash, record.key.hash.begin());
  return record;
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
