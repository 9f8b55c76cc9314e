// Use cases of the waiting room: take a ticket, claim a called place, leave, let people in.
#pragma once

#include <memory>

#include "app/commit/command_of.hpp"
#include "app/queue/public_queue.hpp"
#include "app/queue/queue_decisions.hpp"

namespace frontrow {

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED; for a new place the pass's refusal, JOIN_PASS_USED; then as ConcertQueue::join.
class JoinQueue final : public CommandOf<JoinOutcome> {
 public:
  JoinQueue(std::shared_ptr<QueueDecisions> queue, UserId user, std::optional<Idempotent> idempotent, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return queue_->lane(); }
  Verdict decide(WorkingSet& set) override;

  std::optional<ShownPass> pass = {};  // nothing: none is wanted

 private:
  std::optional<Refusal> refuse_pass(WorkingSet& set) const;

  const std::shared_ptr<QueueDecisions> queue_;
  const UserId user_;
  const std::optional<Idempotent> idempotent_;
};

// Never refuses: a ticket that may not come in yet goes on waiting.
class ClaimPlace final : public CommandOf<Nothing> {
 public:
  ClaimPlace(std::shared_ptr<QueueDecisions> queue, TicketNumber number, UserId user, Done done)
      : CommandOf(std::move(done)), queue_(std::move(queue)), number_(number), user_(user) {}
  void declare(Keys& keys) const override { queue_->declare(keys, QueueDecisions::Step::claim, user_); }
  std::uint64_t shard() const override { return queue_->lane(); }
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<QueueDecisions> queue_;
  const TicketNumber number_;
  const UserId user_;
};

// Leaving twice is leaving.
class LeaveQueue final : public CommandOf<Nothing> {
 public:
  LeaveQueue(std::shared_ptr<QueueDecisions> queue, TicketNumber number, UserId user, Done done)
      : CommandOf(std::move(done)), queue_(std::move(queue)), number_(number), user_(user) {}
  void declare(Keys& keys) const override { queue_->declare(keys, QueueDecisions::Step::leave, user_); }
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(user_.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<QueueDecisions> queue_;
  const TicketNumber number_;
  const UserId user_;
};

// Has the user paid for something with this ticket? Changes nothing.
class AskIfPaid final : public CommandOf<bool> {
 public:
  AskIfPaid(const Ticket& ticket, Done done) : CommandOf(std::move(done)), ticket_(ticket) {}
  void declare(Keys& keys) const override { keys.holders.push_back({.user = ticket_.user, .concert = ticket_.concert}); }
  Verdict decide(WorkingSet& set) override;

 private:
  const Ticket ticket_;
};

// One admission tick of one queue.
class AdmitNext final : public CommandOf<Nothing> {
 public:
  AdmitNext(std::shared_ptr<QueueDecisions> queue, std::optional<std::int64_t> free_seats, Done done)
      : CommandOf(std::move(done)), queue_(std::move(queue)), free_seats_(free_seats) {}
  void declare(Keys& keys) const override { queue_->declare(keys, QueueDecisions::Step::tick); }
  std::uint64_t shard() const override { return queue_->lane(); }
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<QueueDecisions> queue_;
  const std::optional<std::int64_t> free_seats_;
};

}  // namespace frontrow
