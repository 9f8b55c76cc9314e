// Rows that memory is made of: all of the live state (Store::load), and the seats of one date. Each in one snapshot; its cost is
// that of the rows it tells, not of the history.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

// One snapshot for several statements, of a reader or a steward.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
};

// Nothing: no such date. The holders of held seats are not read.
std::optional<StoredSeatMap> read_seat_map(Connection& connection, ScheduleId schedule);

void load_live_rows(Connection& steward, const LoadVisitor& visitor);

}  // namespace frontrow::mysql
