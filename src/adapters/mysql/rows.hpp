// Records that take several rows, and lists of keys, as statements name them.
#pragma once

#include "adapters/mysql/result.hpp"
#include "adapters/mysql/sql.hpp"
#include "adapters/sql/rows.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

// The number of available seats, also of a row that a pod of an older release has written last.
inline constexpr Literal kAvailableSeats =
    "IF(available_version = version, available_seats, (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering)"
    " WHERE seats.schedule_id = schedules.id AND seats.status = 'AVAILABLE'))";
// As kScheduleColumns.
inline constexpr Literal kCountedScheduleColumns =
    "id, concert_id, starts_at, version, sections_version, first_seat_id, seat_count,"
    " IF(available_version = version, available_seats, (SELECT count(*) FROM seats FORCE INDEX (idx_seat_covering)"
    " WHERE seats.schedule_id = schedules.id AND seats.status = 'AVAILABLE'))";

// A reservation with its seats: one row for each seat, of kReservationColumns and kReservedSeatColumns.
inline constexpr int kReservationAndSeatColumnCount = kReservationColumnCount + kReservedSeatColumnCount;
inline constexpr Literal kReservationJoin =
    " STRAIGHT_JOIN reservation_seats rs FORCE INDEX (PRIMARY) ON rs.reservation_id = r.id ";

// Adds the seat of the current row to the reservation it is of: `reservation` is filled in from the first row of each.
void read_reservation_row(const Rows& rows, Reservation& reservation);

// The reservations of a result ordered by reservation and seat, in its order.
std::vector<Reservation> read_reservations(Rows& rows);

// issuer, subject, user_id of those of these subjects that have a user. Rows that never change.
void ask_for_users(Sql& sql, std::span<const Subject> subjects);

inline Bytes bytes_of(const std::string& text) { return {std::as_bytes(std::span(text))}; }

// (owner = … AND operation = … AND key_hash = …) OR …; MariaDB finds no range in an IN of rows.
void write_keys(Sql& sql, std::span<const IdempotencyKey> keys);

}  // namespace frontrow::mysql
