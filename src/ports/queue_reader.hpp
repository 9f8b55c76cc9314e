// Plain reads of the queues in a store, on the primary. They see committed rows, and never wait for a writer.
//
// Thread safe; each call blocks for a bounded time. Errors: Unavailable("store").
#pragma once

#include <optional>
#include <vector>

#include "domain/waiting_room.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

class QueueReader {
 public:
  virtual ~QueueReader() = default;
  // A concert without a row has one of zeros.
  virtual QueueRow row(ConcertId concert) = 0;
  struct StoredTicket {
    TicketRow row;            // ended, when the user's ticket is another by now
    TimePoint holds_until{};  // the end of the last live hold made with it
  };
  // Nothing: the user never had one.
  virtual std::optional<StoredTicket> ticket(const Holder& holder, TicketNumber number, TimePoint now) = 0;
  // Everybody inside.
  virtual std::vector<TicketRow> inside(ConcertId concert) = 0;
  // Waiting tickets with numbers up to `upto` that have not come since `before`: the first `limit`.
  virtual std::vector<TicketRow> silent(ConcertId concert, std::int64_t upto, TimePoint before, int limit) = 0;
  // Numbers that were left while they waited, from the `after`-th on, in no order; some of those before, too.
  struct Left {
    std::vector<std::int64_t> numbers;
    std::int64_t last = 0;  // for the next call
  };
  virtual Left left(ConcertId concert, std::int64_t after) = 0;
};

}  // namespace frontrow
