// Deletes idempotency records that have been kept long enough. There is no index on their age, which every hold would pay for: each
// call looks at a stretch of the table and the next goes on where it stopped, round and round.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "ports/idempotency.hpp"

namespace frontrow::mysql {

class Forgetter {
 public:
  // Deletes those older than `before` in the next stretch; at most `limit`, of at most eight times as many looked at. How many.
  int forget(Connection& connection, TimePoint before, int limit);

 private:
  std::optional<IdempotencyKey> place_;  // the last record looked at
};

}  // namespace frontrow::mysql
