// Reading whole records: the column lists and what they become, used by the loader, the readers and the load at start.
#pragma once

#include <optional>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/statement.hpp"
#include "domain/catalog.hpp"
#include "domain/point.hpp"
#include "domain/reservation.hpp"
#include "ports/idempotency.hpp"

namespace frontrow::sqlite {

inline constexpr char kConcertColumns[] =
    "id, title, artist, venue, booking_opens_at, booking_closes_at, queue_enabled, queue_max_active, queue_admissions_per_second,"
    " version, time_zone, sales_end_offset_minutes, deleted";
Concert read_concert(const Rows& rows);

inline constexpr char kScheduleColumns[] = "id, concert_id, starts_at, version, sections_version";
Schedule read_schedule(const Rows& rows);

inline constexpr char kSeatColumns[] = "id, schedule_id, section_id, row, number, price, status, reservation_id, held_until";
Seat read_seat(const Rows& rows);

inline constexpr char kReservationColumns[] =
    "id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at, ended_at, ticket_number, last_seq";
Reservation read_reservation(const Rows& rows);  // without its seats

inline std::string select(const char* columns, const char* rest) { return std::string{"SELECT "} + columns + " " + rest; }

// One reservation by id, with its seats in order of id; and its payment.
class ReservationRows {
 public:
  explicit ReservationRows(Connection& connection);
  std::optional<Reservation> find(ReservationId id);
  void add_seats(Reservation& reservation);
  std::optional<Payment> payment(ReservationId id);

 private:
  Statement by_id_;
  Statement seats_;
  Statement payment_;
};

class IdempotencyRows {
 public:
  explicit IdempotencyRows(Connection& connection);
  std::optional<IdempotencyRecord> find(const IdempotencyKey& key);

 private:
  Statement by_key_;
};

}  // namespace frontrow::sqlite
