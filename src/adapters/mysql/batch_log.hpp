// Settles batches whose COMMIT was not answered. Every batch inserts its random id. A new connection inserts the same id again, and
// the database waits for the batch to end. A duplicate means that the batch was committed. Success means that it was rolled back;
// this insert is then committed, so that the batch never can be.
#pragma once

#include <vector>

#include "adapters/mysql/session.hpp"
#include "adapters/mysql/writer.hpp"

namespace frontrow::mysql {

class BatchLog {
 public:
  static BatchId new_id();

  enum class Fate { committed, rolled_back };
  // Throws Unavailable when it cannot be asked.
  Fate settle(Session& session, BatchId id);

  // The batch is settled, so its row is of no more use; rows go a few hundred at a time. Between batches.
  void done(BatchId id) noexcept;
  void trim(Connection& connection);

 private:
  static Fate ask(Session& session, BatchId id);
  static Fate whose(Connection& connection, BatchId id);

  std::vector<std::int64_t> done_;
};

}  // namespace frontrow::mysql
