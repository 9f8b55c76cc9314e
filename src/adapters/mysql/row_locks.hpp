// Takes locks on rows that are named by id, and never waits long for a row that another session has locked.
//
// A server counts its own lock wait in whole seconds, so rows are asked for with NOWAIT (MySQL, MariaDB and TiDB know it) and asked
// for again while patience lasts. Rows locked before stay locked meanwhile. All batches ask for rows in one order, so two batches
// block each other for no longer than that. No server says which row was busy, and not every server knows SKIP LOCKED: the busy
// rows are found by halves. That locks the others out of their order, so a batch that goes on after it begins anew: two that keep
// such locks would wait for each other until patience ends.
#pragma once

#include <functional>
#include <utility>

#include "adapters/mysql/busy_rows.hpp"
#include "adapters/mysql/connection.hpp"

namespace frontrow::mysql {

// The busy rows were looked for, and the batch may go on: its transaction must end, and the batch begin anew.
struct LockedOutOfOrder {};

// How long one batch may wait for rows in all, however often it is begun.
class Patience {
 public:
  explicit Patience(Duration most) : most_(most) {}
  bool is_over() const { return until_ && steady_now() >= *until_; }
  void pause();
  // True once: a batch looks for busy rows early one time.
  bool take_first_look() { return !std::exchange(has_looked_, true); }

 private:
  const Duration most_;
  bool has_looked_ = false;
  std::optional<std::chrono::steady_clock::time_point> until_;  // from the first pause on
  Duration next_{1};
};

class RowLocks {
 public:
  RowLocks(Connection& connection, Patience& patience, const BusyRows& known)
      : connection_(connection), patience_(patience), known_(known) {}

  // Runs `sql`, whose statements take locks with NOWAIT and can be run again. Throws RowsBusy with the rows that `find` finds when
  // rows are busy for longer than patience lasts, or were suspected before.
  std::vector<Rows> run(const Sql& sql, std::string_view doing, const std::function<Blocked()>& find);

  // The members of `ids` whose rows are busy now. `lock(sql, ids)` writes the statement. The other rows may be locked afterwards.
  template <class Id, class Lock>
  std::vector<Id> busy_among(const std::vector<Id>& ids, const Lock& lock) {
    std::vector<Id> busy;
    in_stretches(ids, [&](std::span<const Id> stretch) { find_busy(stretch, lock, busy); });
    return busy;
  }

 private:
  template <class Id, class Lock>
  void find_busy(std::span<const Id> ids, const Lock& lock, std::vector<Id>& busy) {
    Sql sql;
    lock(sql, ids);
    sql.end();
    if (is_granted(sql)) return;
    if (ids.size() == 1) return busy.push_back(ids.front());
    find_busy(ids.first(ids.size() / 2), lock, busy);
    find_busy(ids.subspan(ids.size() / 2), lock, busy);
  }
  bool is_granted(const Sql& sql);

  Connection& connection_;
  Patience& patience_;
  const BusyRows& known_;
};

}  // namespace frontrow::mysql
