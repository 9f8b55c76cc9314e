// Writes the changes of a batch, in an order that keeps every constraint true after each statement: first the catalog,
// then endings before beginnings, then rows that refer to a reservation, and last the versions of the seat maps. Rows
// of a table are in order of their keys.
#pragma once

#include <vector>

#include "adapters/sqlite/catalog_writer.hpp"
#include "adapters/sqlite/deed_writer.hpp"
#include "adapters/sqlite/statement.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sqlite {

class Writer {
 public:
  explicit Writer(Connection& connection);

  // Inside a write transaction. `last_event` is the id of the newest event in the log; fills in set.versions and
  // set.last_event. Throws ConstraintBroken if the schema forbids a change, or if a reservation would leave its state
  // twice.
  void write(WorkingSet& set, EventId last_event);

 private:
  void write_reservations(const WorkingSet& set);
  void update_reservation(const ReservationRecord& record);
  void insert_reservation(const Reservation& reservation);
  void write_payments(const WorkingSet& set);
  void write_seats(const WorkingSet& set);
  void write_points(const WorkingSet& set);
  void write_keys(const WorkingSet& set);
  void write_subjects(const WorkingSet& set);
  void write_queues(const WorkingSet& set);
  void write_events(WorkingSet& set, EventId last_event);
  void write_versions(WorkingSet& set);
  void write_time(const WorkingSet& set);

  Connection& connection_;
  CatalogWriter catalog_;
  DeedWriter deeds_;
  Statement insert_reservation_;
  Statement insert_seat_of_reservation_;
  Statement update_reservation_;
  Statement end_seats_of_reservation_;
  Statement insert_payment_;
  Statement update_seat_;
  Statement put_account_;
  Statement insert_ledger_line_;
  Statement insert_key_;
  Statement insert_subject_;
  Statement put_queue_;
  Statement put_ticket_;
  Statement delete_ticket_;
  Statement insert_event_;
  Statement raise_version_;
  Statement version_;
  Statement move_time_;
};

}  // namespace frontrow::sqlite
