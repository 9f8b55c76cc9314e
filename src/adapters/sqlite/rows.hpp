// Statements that read whole records, used by the loader, the readers and the load at start.
#pragma once

#include "adapters/sql/rows.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/statement.hpp"

namespace frontrow::sqlite {

inline std::string select(Literal columns, Literal rest) { return std::string{"SELECT "} + columns.text + " " + rest.text; }

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
