// Reads what a batch works on and takes its locks, in the one order of every batch: users, then seats, each by id (DESIGN §4; the
// versions of the seat maps follow when it is written). Four round trips, however large the batch.
//
// Plain reads before a lock only propose what to lock, or read what never changes. What is decided on was read under its lock.
#pragma once

#include "adapters/mysql/rows.hpp"
#include "adapters/mysql/store_time.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

// How to meet a row that is locked: wait for it, or give up at once.
enum class Patience { wait, none };

class Loader {
 public:
  Loader(Connection& connection, const StoreTime& time, Patience patience, Keys& keys, WorkingSet& set)
      : connection_(connection), time_(time), patience_(patience), keys_(keys), set_(set) {}

  // Fills the set, its time last. Inside a transaction; the keys come back sorted, without repeats and with what was resolved.
  void load();

 private:
  void lock_concerts();  // before all else, and only for what an operator changes
  void resolve();        // 0
  void lock_users();     // 1 and 2
  void lock_seats();     // 3
  void look_for_sales();  // with the locks that come last, and only to delete a concert
  void read_of_seats();  // 4 and 5

  void ask_for_catalog(Sql& sql);
  void read_catalog(Rows& rows);
  void ask_for_hints(Sql& sql);
  std::vector<UserId> users() const;
  void lock(Sql& sql, const std::vector<UserId>& users) const;
  void ask_for_balances(Sql& sql) const;
  void ask_for_answers(Sql& sql) const;
  void ask_for_live(Sql& sql) const;
  void read_live(Rows& rows);
  std::vector<ReservationId> named() const;
  void ask_for_reservations(Sql& sql);

  Connection& connection_;
  const StoreTime& time_;
  const Patience patience_;
  Keys& keys_;
  WorkingSet& set_;
  std::vector<UserId> owners_;                 // of the named reservations
  std::map<ReservationId, Reservation> live_;  // of the holders, as of their lock
};

}  // namespace frontrow::mysql
