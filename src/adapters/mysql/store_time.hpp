// The store's time: the database's, which every process of the cluster shares, or a clock that a test moves. NOW() stands still
// within a statement, so it is read in one that begins after the locks were taken.
#pragma once

#include "adapters/mysql/connection.hpp"

namespace frontrow::mysql {

class Pool;

class StoreTime {
 public:
  explicit StoreTime(const Clock* clock) : clock_(clock) {}

  // Renders the time as of this statement, in milliseconds.
  void write(Sql& sql) const {
    if (clock_ != nullptr)
      sql << clock_->now();
    else
      sql << "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";
  }

 private:
  const Clock* const clock_;  // null: the database's
};

// The database's time, which every pod follows. Throws Unavailable.
TimePoint database_time(Pool& pool);

}  // namespace frontrow::mysql
