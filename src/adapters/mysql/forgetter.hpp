// Deletes what is older than its retention: the oldest rows first, found by an index, a few in each transaction. Among all pods the
// one with the lease does it.
//
// An old snapshot keeps deleted rows in the server's indexes, where a search passes over them. So each search begins where the last
// one ended.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "adapters/mysql/store_time.hpp"
#include "ports/retention.hpp"

namespace frontrow::mysql {

class Forgetter {
 public:
  // `owner` differs between any two processes.
  Forgetter(StoreTime time, std::int64_t owner) : time_(time), owner_(owner) {}
  // At most `limit` rows of each kind; nothing without the lease. An event that is not delivered stays, with all after it; so does
  // the newest one. On a writer's connection, outside a transaction.
  Forgotten forget(Connection& connection, const KeptSince& since, int limit);

 private:
  bool has_lease(Connection& connection);
  int forget_keys(Connection& connection, TimePoint before, int limit);
  int forget_batches(Connection& connection, TimePoint before, int limit);
  void forget_events(Connection& connection, TimePoint before, int limit, Forgotten& forgotten);
  int forget_tickets(Connection& connection, TimePoint before, int limit);
  int forget_draft(Connection& connection, TimePoint before, int limit);
  bool find_ended_sale(Connection& connection, TimePoint before);

  const StoreTime time_;
  const std::int64_t owner_;
  std::chrono::steady_clock::time_point lease_until_{}, ask_at_{};
  TimePoint keys_from_{}, batches_from_{};  // older ones are gone
  // The walk over the concerts.
  ConcertId concert_{};        // the last one that was looked at
  ConcertId ended_{};          // its tickets are being deleted
  UserId ticket_after_{};      // those up to this user are gone
  TimePoint walked_before_{};  // for sales that ended earlier, the walk is done
};

}  // namespace frontrow::mysql
