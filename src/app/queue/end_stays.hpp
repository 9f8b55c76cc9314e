// How tickets end where they are rows that several servers share: by paying, in the payment's transaction; by time, when a server
// names them and a command finds it true.
#pragma once

#include <memory>
#include <vector>

#include "app/commit/command_of.hpp"
#include "app/queue/shared_queue.hpp"

namespace frontrow {

// The holds and payments that a user has made with a ticket. The user's live reservations are in the set.
struct HeldWith {
  TimePoint until{};  // the end of the last live hold
  bool was_paid = false;
};
HeldWith held_with(const WorkingSet& set, ConcertId concert, const TicketRow& ticket);

// A hold is over, paid or given back: the ticket it was made with is COMPLETED once it has a payment and no other hold is left. A
// ticket without a payment is left to its ordinary times. Nothing happens where tickets are kept in memory.
void complete_ticket(WorkingSet& set, const Reservation& over);

// Tickets whose time may be over. A ticket whose time is not over stays as it is.
class EndStays final : public CommandOf<Nothing> {
 public:
  struct Named {
    TicketNumber number;
    UserId user;
    TimePoint seen_at;  // as far as the pod knows
  };
  EndStays(std::shared_ptr<const SharedQueue> queue, std::vector<Named> named, Done done)
      : CommandOf(std::move(done)), queue_(std::move(queue)), named_(std::move(named)) {}
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return queue_->lane(); }
  Verdict decide(WorkingSet& set) override;

 private:
  bool is_over(const WorkingSet& set, const Named& named, TicketRow& row) const;

  const std::shared_ptr<const SharedQueue> queue_;
  const std::vector<Named> named_;
};

// Writes to the rows when people inside were last seen. A pod uses it when it has no other way to publish that to the other pods.
class MarkSeen final : public CommandOf<Nothing> {
 public:
  MarkSeen(std::shared_ptr<const SharedQueue> queue, std::vector<EndStays::Named> seen)
      : CommandOf([](Result<Nothing>) {}), queue_(std::move(queue)), seen_(std::move(seen)) {}
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return queue_->lane(); }
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<const SharedQueue> queue_;
  const std::vector<EndStays::Named> seen_;
};

}  // namespace frontrow
