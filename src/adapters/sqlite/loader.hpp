// Reads the rows of a batch, in the order that all our stores keep (docs/ARCHITECTURE.md): a store with many writers
// takes its locks in this order. Here BEGIN IMMEDIATE is the only lock, so a phase only reads.
#pragma once

#include "adapters/sqlite/rows.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sqlite {

class Loader {
 public:
  explicit Loader(Connection& connection);

  // Fills `set` with the rows of `keys`, and reads the time last. Inside a write transaction. `keys` come back sorted,
  // with the seats of the named reservations added.
  void load(Keys& keys, const Clock& clock, WorkingSet& set);

 private:
  void resolve(Keys& keys, WorkingSet& set);
  void lock_users(const Keys& keys, WorkingSet& set);
  void read_of_users(const Keys& keys, TimePoint soon, WorkingSet& set);
  void load_all(Rows rows, WorkingSet& set);
  void lock_seats(const Keys& keys, WorkingSet& set);
  void read_of_seats(const Keys& keys, TimePoint soon, WorkingSet& set);
  void read_catalog(const Keys& keys, WorkingSet& set);
  void read_subjects(const Keys& keys, WorkingSet& set);
  void read_operators(const Keys& keys, WorkingSet& set);

  void load_seat(SeatId id, WorkingSet& set);
  void load_with_payment(ReservationId id, WorkingSet& set);

  ReservationRows reservations_;
  IdempotencyRows idempotency_;
  Statement balance_;
  Statement live_of_user_;
  Statement unpaid_of_user_;
  Statement seat_;
  Statement concert_;
  Statement schedule_;
  Statement dates_;
  Statement draft_;
  Statement sections_;
  Statement has_sales_;
  Statement user_of_;
  Statement operators_;
};

}  // namespace frontrow::sqlite
