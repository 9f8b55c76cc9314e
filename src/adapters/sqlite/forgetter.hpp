// Deletes idempotency records that have been kept long enough. There is no index on their age, which every hold would pay for: each
// call looks at a stretch of the table and the next goes on where it stopped, round and round.
#pragma once

#include "adapters/sqlite/statement.hpp"
#include "ports/idempotency.hpp"

namespace frontrow::sqlite {

class Forgetter {
 public:
  explicit Forgetter(Connection& connection);
  // Deletes those older than `before` in the next stretch; at most `limit`, of at most eight times as many looked at. How many.
  int forget(TimePoint before, int limit);

 private:
  struct Place {
    std::int64_t owner = -1;
    std::int64_t operation = 0;
    std::array<std::byte, 16> hash{};
  };

  Connection& connection_;
  Statement next_;
  Statement delete_;
  Place place_;  // the last record looked at
};

}  // namespace frontrow::sqlite
