// Reading whole records: the column lists and what they become, used by the loader, the readers and the load at start.
#pragma once

#include <map>

#include "adapters/mysql/result.hpp"
#include "adapters/mysql/sql.hpp"
#include "domain/catalog.hpp"
#include "domain/point.hpp"
#include "domain/reservation.hpp"
#include "ports/idempotency.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

inline constexpr Literal kConcertColumns =
    "id, title, artist, venue, booking_opens_at, booking_closes_at, queue_enabled, queue_max_active, queue_admissions_per_second,"
    " version, time_zone, sales_end_offset_minutes, deleted";
Concert read_concert(const Rows& rows, int column = 0);  // from this column on

inline constexpr Literal kScheduleColumns = "id, concert_id, starts_at, version, sections_version";
Schedule read_schedule(const Rows& rows);

inline constexpr Literal kSeatColumns = "id, schedule_id, section_id, `row`, number, price, status, reservation_id, held_until";
Seat read_seat(const Rows& rows);

// Of `reservations r JOIN reservation_seats rs`: one row for each seat.
inline constexpr Literal kReservationColumns =
    "r.id, r.user_id, r.concert_id, r.schedule_id, r.status, r.amount, r.created_at, r.expires_at, r.ended_at, r.ticket_number,"
    " r.last_seq, rs.seat_id, rs.number, rs.price";
inline constexpr int kReservationColumnCount = 14;
inline constexpr Literal kReservationJoin =
    " STRAIGHT_JOIN reservation_seats rs FORCE INDEX (PRIMARY) ON rs.reservation_id = r.id ";

// Adds the seat of the current row to the reservation it is of: `reservation` is filled in from the first row of each.
void read_reservation_row(const Rows& rows, Reservation& reservation);

// Those of a result ordered by reservation and seat, in its order.
std::vector<Reservation> read_reservations(Rows& rows);

// Of `payments p`, from this column on; nothing when the row has none.
inline constexpr Literal kPaymentColumns = "p.id, p.reservation_id, p.user_id, p.amount, p.balance, p.paid_at";
std::optional<Payment> read_payment(const Rows& rows, int column);

inline constexpr Literal kIdempotencyColumns = "owner, operation, key_hash, fingerprint, result, v1, v2, v3, created_at";
IdempotencyRecord read_idempotency(const Rows& rows);
// (owner = … AND operation = … AND key_hash = …) OR …; MariaDB finds no range in an IN of rows.
void write_keys(Sql& sql, std::span<const IdempotencyKey> keys);

}  // namespace frontrow::mysql
