// Deletes idempotency records after their retention. There is no index on their age, because every hold would pay for
// it. So each call reads a stretch of the table, and the next call goes on from there, round and round.
#pragma once

#include "adapters/sqlite/statement.hpp"
#include "ports/idempotency.hpp"

namespace frontrow::sqlite {

class Forgetter {
 public:
  explicit Forgetter(Connection& connection);
  // Deletes records older than `before` in the next stretch: at most `limit`, after reading at most eight times as
  // many. Returns the count.
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
  Place place_;  // the last record that was read
};

}  // namespace frontrow::sqlite
