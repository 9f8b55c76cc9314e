// Ends the tickets that are left in a queue when its sale is over: a ticket is good for one sale, and ends with it.
//
// Tickets end some time after the sale, so that a sale that an operator stops in an emergency can go on where it was. Tickets with
// a live hold stay until the hold ends, so that the buyer can still pay. The command decides on the store's rows, and at the
// batch's time, if the sale is over. The tickets of a deleted concert end at once.
#pragma once

#include <memory>

#include "app/commit/command_of.hpp"
#include "app/queue/concert_queue.hpp"

namespace frontrow {

// In one command, so that the sales that go on are not held up by one that is over.
inline constexpr int kTicketsEndedAtOnce = 2'000;
// How long after the end of the sale.
inline constexpr Duration kTicketsKept = std::chrono::hours{1};

class EndTickets final : public CommandOf<Nothing> {
 public:
  EndTickets(std::shared_ptr<ConcertQueue> queue, ConcertId concert)
      : CommandOf([](Result<Nothing>) {}), queue_(std::move(queue)), concert_(concert) {}
  void declare(Keys& keys) const override { keys.changed_concerts.push_back(concert_); }
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<ConcertQueue> queue_;
  const ConcertId concert_;
};

}  // namespace frontrow
