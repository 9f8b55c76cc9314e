// Everything the live state in memory is rebuilt from (Store::load), in one snapshot. Its cost is the catalog and the waiting room,
// not the history: reservations are found through the seats they hold.
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

void load_live_rows(Connection& steward, const LoadVisitor& visitor);

}  // namespace frontrow::mysql
