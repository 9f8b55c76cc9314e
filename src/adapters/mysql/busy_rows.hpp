// Rows that other sessions have locked, as commands name them, and for how long a writer remembers them.
//
// A command that names such a row leaves its batch at once and the others go on. For a moment after that, commands that name the
// row do not even enter a batch. For some seconds more the row is suspected: it is asked for once and not waited for. So a row that
// stays locked costs the others one short wait, and then next to nothing.
#pragma once

#include <chrono>
#include <map>
#include <set>

#include "adapters/mysql/failure.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

struct Blocked {
  std::set<ConcertId> concerts;  // that an operator changes
  std::set<UserId> users;
  std::set<SeatId> seats;
  std::set<ReservationId> reservations;
  std::set<ScheduleId> schedules;  // dates with a version that another session has locked
  bool catalog_ids = false;        // for new concerts, schedules, sections and seats

  bool is_empty() const;
  // A command with these keys names one of the rows. Reservations are left to the command: see Command::leave_out().
  bool concerns(const Keys& keys) const;
};

struct RowsBusy : Contended {
  explicit RowsBusy(Blocked rows) : Contended("rows are locked by others"), blocked(std::move(rows)) {}
  Blocked blocked;
};

// One thread.
class BusyRows {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Duration kRefused{500};
  static constexpr Duration kSuspected{5'000};
  static constexpr std::size_t kMost = 10'000;  // of each kind; rows above this are not remembered

  void remember(const Blocked& blocked, Time now);
  void forget(ScheduleId schedule) { schedules_.erase(schedule); }
  // The rows whose commands are refused for now, without being tried. Forgets rows that are no longer suspected.
  Blocked refused(Time now);
  bool is_suspicious() const;
  bool suspects(const Blocked& blocked) const;  // all of it
  bool suspects(ScheduleId schedule) const { return schedules_.contains(schedule); }

 private:
  template <class Id>
  using Times = std::map<Id, Time>;  // when it was found busy last

  Times<ConcertId> concerts_;
  Times<UserId> users_;
  Times<SeatId> seats_;
  Times<ReservationId> reservations_;
  Times<ScheduleId> schedules_;
  Times<bool> catalog_ids_;  // one entry or none
};

}  // namespace frontrow::mysql
