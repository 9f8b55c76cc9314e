// How tickets end where they are rows that several servers share: by paying, in the payment's transaction; by time, when a server
// names them and a command finds it true.
#pragma once

#include <memory>
#include <vector>

#include "app/commit/command_of.hpp"
#include "app/queue/shared_queue.hpp"

namespace frontrow {

// What a user has made with a ticket. The user's live reservations are in the set.
struct HeldWith {
  TimePoint until{};  // the end of the last live hold
  bool was_paid = false;
};
HeldWith held_with(const WorkingSet& set, ConcertId concert, const TicketRow& ticket);

// A hold is over, paid or given back: the ticket it was made with is COMPLETED once something was paid with it and no other hold is
// left. One that nothing was paid with is left to its ordinary times. Nothing where tickets are kept in memory.
void complete_ticket(WorkingSet& set, const Reservation& over);

// Tickets whose time may be over. Nothing happens to those whose time is not.
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

// When people inside were last seen, written to their rows: by a pod that can tell the others in no other way.
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
