// Reads the rows of a batch and takes its locks, in the one order of every batch: concerts that are changed, users, seats, each by
// id (DESIGN §4; the versions of the seat maps follow when it is written). Four round trips, however large the batch, and one more
// when an operator changes something.
//
// Plain reads before a lock only propose rows to lock, or read rows that never change. The rows for a decision are read under their
// lock.
#pragma once

#include "adapters/mysql/queue_rows.hpp"
#include "adapters/mysql/row_locks.hpp"
#include "adapters/mysql/rows.hpp"
#include "adapters/mysql/store_time.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

class Loader {
 public:
  Loader(Connection& connection, const StoreTime& time, RowLocks locks, Keys& keys, WorkingSet& set)
      : connection_(connection), time_(time), locks_(locks), keys_(keys), set_(set) {}

  // Fills the set, its time last. Inside a transaction; the keys come back sorted, without repeats and with the keys resolved from
  // them. Throws RowsBusy with the rows that other sessions have locked.
  void load();

 private:
  void read_subjects();  // a round trip of its own, for people who are new
  void lock_concerts();  // before all else, and only for an operator's changes
  void resolve();        // 0
  void lock_users();     // 1 and 2; after it the queues, only for changes of a waiting room
  void read_used_passes();
  void lock_seats();      // 3
  void read_operators();  // under the lock of the deeds' end, and only to change an account
  void look_for_sales();  // with the locks that come last, and only to delete a concert
  void read_of_seats();   // 4 and 5

  void ask_for_catalog(Sql& sql);
  void read_catalog(Rows& rows);
  void ask_for_hints(Sql& sql);
  std::vector<UserId> users() const;
  static void lock(Sql& sql, const std::vector<UserId>& users);
  Blocked blocked_users(const std::vector<UserId>& users);
  Blocked blocked_seats(const std::vector<SeatId>& seats, const std::vector<ReservationId>& reservations);
  void ask_for_balances(Sql& sql) const;
  void ask_for_answers(Sql& sql) const;
  void ask_for_live(Sql& sql) const;
  void ask_for_unpaid(Sql& sql) const;
  void ask_for_tickets(Sql& sql) const;
  static void read_into(std::map<ReservationId, Reservation>& found, Rows& rows);
  std::vector<ReservationId> named() const;
  void ask_for_reservations(Sql& sql);

  Connection& connection_;
  const StoreTime& time_;
  RowLocks locks_;
  Keys& keys_;
  WorkingSet& set_;
  // A row that phase 0 has found from a command's key: it is locked because of the key.
  struct Lead {
    ReservationId reservation;  // of which the row is: named, or over
    SeatId named_seat;          // that is held by it; none: the reservation was named
    UserId owner;
    SeatId seat;
  };
  std::vector<Lead> leads_;
  std::map<ReservationId, Reservation> live_, unpaid_;  // of the holders, as of their lock
};

}  // namespace frontrow::mysql
