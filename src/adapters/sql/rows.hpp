// Whole records: for each its columns, and the record made from them. A reader that takes a column begins there.
#pragma once

#include <algorithm>
#include <string>

#include "adapters/sql/codes.hpp"
#include "adapters/sql/literal.hpp"
#include "adapters/sql/row.hpp"
#include "base/check.hpp"
#include "domain/catalog.hpp"
#include "domain/point.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sql {

inline constexpr Literal kConcertColumns =
    "id, title, artist, venue, booking_opens_at, booking_closes_at, queue_enabled, queue_max_active, queue_admissions_per_second,"
    " version, time_zone, sales_end_offset_minutes, deleted, queue_wants_pass";
template <class Rows>
Concert read_concert(const Rows& row, int column = 0) {
  return {.id = row.id(column),
          .title = std::string{row.text(column + 1)},
          .artist = std::string{row.text(column + 2)},
          .venue = std::string{row.text(column + 3)},
          .booking = {.opens_at = row.maybe_time(column + 4), .closes_at = row.maybe_time(column + 5)},
          .queue = {.enabled = row.small(column + 6) != 0,
                    .max_active = row.small(column + 7),
                    .admissions_per_second = row.small(column + 8),
                    .wants_pass = row.small(column + 13) != 0},
          .version = row.integer(column + 9),
          .time_zone = std::string{row.text(column + 10)},
          .sales_end_offset = std::chrono::minutes{row.integer(column + 11)},
          .is_deleted = row.small(column + 12) != 0};
}

// The number of available seats is right if its version is the row's; for commands, which do not need it.
inline constexpr Literal kScheduleColumns =
    "id, concert_id, starts_at, version, sections_version, first_seat_id, seat_count, available_seats";
template <class Rows>
Schedule read_schedule(const Rows& row) {
  return {.id = row.id(0),
          .concert = row.id(1),
          .starts_at = row.time(2),
          .version = row.integer(3),
          .sections_version = row.integer(4),
          .first_seat = row.id(5),
          .seat_count = row.integer(6),
          .available_seats = row.integer(7)};
}

// concert_id, begun_at, going
template <class Rows>
Draft read_draft(const Rows& row) {
  return {.concert = row.id(0), .begun_at = row.time(1), .is_going = row.small(2) != 0};
}

inline constexpr Literal kSectionColumns = "id, schedule_id, name";
template <class Rows>
Section read_section(const Rows& row) {
  return {.id = row.id(0), .schedule = row.id(1), .name = std::string{row.text(2)}};
}

inline constexpr Literal kSeatColumns = "id, schedule_id, section_id, `row`, number, price, status, reservation_id, held_until";
inline constexpr int kSeatColumnCount = 9;
template <class Rows>
Seat read_seat(const Rows& row) {
  return {.place = {.id = row.id(0), .schedule = row.id(1), .section = row.id(2), .row = row.small(3), .number = row.small(4)},
          .price = row.points(5),
          .status = seat_status(row.text(6)),
          .reservation = row.id(7),
          .held_until = row.time(8)};
}

// Columns of `reservations r`: a reservation without its seats.
inline constexpr Literal kReservationColumns =
    "r.id, r.user_id, r.concert_id, r.schedule_id, r.status, r.amount, r.created_at, r.expires_at, r.ended_at, r.ticket_number,"
    " r.last_seq";
inline constexpr int kReservationColumnCount = 11;
template <class Rows>
Reservation read_reservation(const Rows& row) {
  return {.id = row.id(0),
          .user = row.id(1),
          .concert = row.id(2),
          .schedule = row.id(3),
          .status = reservation_status(row.text(4)),
          .seats = {},
          .amount = row.points(5),
          .created_at = row.time(6),
          .expires_at = row.time(7),
          .ended_at = row.time(8),
          .ticket = row.id(9),
          .last_seq = row.small(10)};
}

// Columns of `reservation_seats rs`.
inline constexpr Literal kReservedSeatColumns = "rs.seat_id, rs.number, rs.price";
inline constexpr int kReservedSeatColumnCount = 3;
template <class Rows>
ReservedSeat read_reserved_seat(const Rows& row, int column) {
  return {.id = row.id(column), .number = row.small(column + 1), .price = row.points(column + 2)};
}

// Columns of `payments p`; nothing when the row has none.
inline constexpr Literal kPaymentColumns = "p.id, p.reservation_id, p.user_id, p.amount, p.balance, p.paid_at";
inline constexpr int kPaymentColumnCount = 6;
template <class Rows>
std::optional<Payment> read_payment(const Rows& row, int column) {
  if (row.is_null(column)) return {};
  return Payment{.id = row.id(column),
                 .reservation = row.id(column + 1),
                 .user = row.id(column + 2),
                 .amount = row.points(column + 3),
                 .balance = row.points(column + 4),
                 .paid_at = row.time(column + 5)};
}

// Columns of a user's own line: the account is the user.
inline constexpr Literal kLedgerColumns = "entry_id, account, amount, reservation_id, at";
template <class Rows>
LedgerEntry read_ledger_entry(const Rows& row) {
  const Points amount = row.points(2);
  const bool is_charge = amount > Points{};
  return {.id = row.id(0),
          .user = row.id(1),
          .kind = is_charge ? LedgerKind::charge : LedgerKind::payment,
          .amount = is_charge ? amount : -amount,
          .reservation = row.id(3),
          .at = row.time(4)};
}

inline constexpr Literal kIdempotencyColumns = "owner, operation, key_hash, fingerprint, result, v1, v2, v3, created_at";
template <class Rows>
IdempotencyRecord read_idempotency(const Rows& row) {
  IdempotencyRecord record{.key = {.owner = row.id(0), .operation = operation(row.integer(1)), .hash = {}},
                           .fingerprint = row.integer(3),
                           .result = row.integer(4),
                           .values = {row.integer(5), row.integer(6), row.integer(7)},
                           .created_at = row.time(8)};
  const auto hash = row.bytes(2);
  CHECK(hash.size() == record.key.hash.size());
  std::ranges::copy(hash, record.key.hash.begin());
  return record;
}

// Columns of `events e`.
inline constexpr Literal kEventColumns =
    "e.type, e.reservation_id, e.seq, e.occurred_at, e.concert_id, e.ticket, e.user_id, e.traceparent, e.schedule_id, e.changes";
inline constexpr int kEventColumnCount = 10;
template <class Rows>
Event read_event(const Rows& row, int column) {
  return {.type = event_type(row.integer(column)),
          .occurred_at = row.time(column + 3),
          .reservation = row.id(column + 1),
          .seq = row.integer(column + 2),
          .concert = row.id(column + 4),
          .ticket = row.id(column + 5),
          .user = row.id(column + 6),
          .schedule = row.id(column + 8),
          .changes = std::string{row.text(column + 9)},
          .traceparent = std::string{row.text(column + 7)}};
}

}  // namespace frontrow::sql
