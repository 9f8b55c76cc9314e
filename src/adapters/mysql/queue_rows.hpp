// The rows of a waiting room: the column lists, the records made from them, and the questions of a batch under the queue's lock.
#pragma once

#include <map>

#include "adapters/mysql/connection.hpp"
#include "ports/stored_tickets.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

inline constexpr Literal kQueueColumns =
    "tail, front, late, lapsed, active, expected, admitted, is_on, free_upto, free_until, has_free_seats, without_seats_at, "
    "version,"
    " ticker, ticker_until, memory";
QueueRow read_queue(const Rows& rows);
void write_queue(Sql& sql, ConcertId concert, const QueueRow& row);  // inserts it or overwrites it

inline constexpr Literal kTicketColumns = "number, user_id, state, was_paid, issued_at, admitted_at, seen_at, back_by";
TicketRow read_ticket(const Rows& rows, int column = 0);  // from this column on
void write_tickets(Sql& sql, const std::vector<std::pair<ConcertId, TicketRow>>& rows);

// Answers within the transaction that has locked the queue's row. The two lists may be as of an earlier moment of the transaction:
// meanwhile tickets can only have ended.
class TransactionTickets final : public StoredTickets {
 public:
  explicit TransactionTickets(Connection& connection) : connection_(connection) {}

  std::vector<std::int64_t> waiting(ConcertId concert, std::int64_t after, std::int64_t upto, std::int64_t limit) override;
  std::vector<std::int64_t> expected_again(ConcertId concert, std::int64_t upto, TimePoint now, std::int64_t limit) override;
  Called called(ConcertId concert, std::int64_t after, std::int64_t upto, TimePoint now) override;
  Inside inside(ConcertId concert, TimePoint now) override;
  TickFacts::Reach reach(ConcertId concert, std::int64_t front, std::int64_t count) override;
  std::optional<std::int64_t> free_seats(ConcertId concert) override;

 private:
  const std::vector<std::int64_t>& numbers(const Sql& sql);

  Connection& connection_;
  std::map<std::string, std::vector<std::int64_t>, std::less<>> asked_;  // by statement
};

// Locks the rows of these queues, made where there are none, and puts them into the set with the questions above. Every pod waits
// in line for such a row, with the session's own time limit: with NOWAIT and repeats, quick pods would pass patient ones.
void lock_queues(Connection& connection, const std::vector<ConcertId>& concerts, WorkingSet& set);

}  // namespace frontrow::mysql
