// Statements that read whole records, used by the loader, the readers and the load at start.
#pragma once

#include "adapters/sql/rows.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/statement.hpp"

namespace frontrow::sqlite {

inline std::string select(Literal columns, Literal rest) { return std::string{"SELECT "} + columns.text + " " + rest.text; }

inline Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

inline constexpr std::string_view kUserOfSubject = "SELECT user_id FROM subjects WHERE issuer = ?1 AND subject = ?2";

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
