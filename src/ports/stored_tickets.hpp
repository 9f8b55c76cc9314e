// Questions about the tickets and seats of a concert, answered by a store that keeps them as rows, within the transaction that has locked the
// queue's row. The answers leave out the decisions of the batch.
//
// Errors: Unavailable; the batch is rolled back.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/waiting_room.hpp"

namespace frontrow {

class StoredTickets {
 public:
  virtual ~StoredTickets() = default;

  // Numbers of waiting tickets with after < number <= upto, ascending, the first `limit` of them.
  virtual std::vector<std::int64_t> waiting(ConcertId concert, std::int64_t after, std::int64_t upto, std::int64_t limit) = 0;
  // The numbers at or under `upto` that are expected again: their `back_by` is not before `now`.
  virtual std::vector<std::int64_t> expected_again(ConcertId concert, std::int64_t upto, TimePoint now, std::int64_t limit) = 0;
  // How many of those with after < number <= upto wait; of them, those that have never come, and those expected again at `now`.
  struct Called {
    std::int64_t people = 0, missing = 0, expected_again = 0;
  };
  virtual Called called(ConcertId concert, std::int64_t after, std::int64_t upto, TimePoint now) = 0;
  virtual Inside inside(ConcertId concert, TimePoint now) = 0;
  // The `count`-th waiting number above `front`, or the last one when there are fewer.
  virtual TickFacts::Reach reach(ConcertId concert, std::int64_t front, std::int64_t count) = 0;
  // Free seats of the concert's dates as the store has them: a hold that is over but not ended is no free seat yet. Nothing: the
  // store does not know at the moment.
  virtual std::optional<std::int64_t> free_seats(ConcertId concert) = 0;
};

}  // namespace frontrow
