// Use cases of the waiting room: take a ticket, claim a called place, leave, let people in.
#pragma once

#include <memory>

#include "app/commit/command_of.hpp"
#include "app/queue/concert_queue.hpp"

namespace frontrow {

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED, then as ConcertQueue::join.
class JoinQueue final : public CommandOf<JoinOutcome> {
 public:
  JoinQueue(std::shared_ptr<ConcertQueue> queue, UserId user, std::optional<Idempotent> idempotent, Done done);
  void declare(Keys& keys) const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<ConcertQueue> queue_;
  const UserId user_;
  const std::optional<Idempotent> idempotent_;
};

// Never refuses: who may not come in yet goes on waiting.
class ClaimPlace final : public CommandOf<Nothing> {
 public:
  ClaimPlace(std::shared_ptr<ConcertQueue> queue, TicketNumber number, UserId user, Done done);
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<ConcertQueue> queue_;
  const TicketNumber number_;
  const UserId user_;
};

// Leaving twice is leaving.
class LeaveQueue final : public CommandOf<Nothing> {
 public:
  LeaveQueue(std::shared_ptr<ConcertQueue> queue, TicketNumber number, UserId user, Done done);
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<ConcertQueue> queue_;
  const TicketNumber number_;
  const UserId user_;
};

// One admission tick of one queue.
class AdmitNext final : public CommandOf<Nothing> {
 public:
  AdmitNext(std::shared_ptr<ConcertQueue> queue, std::optional<std::int64_t> free_seats, Done done);
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet& set) override;

 private:
  const std::shared_ptr<ConcertQueue> queue_;
  const std::optional<std::int64_t> free_seats_;
};

// Of a join with a key that a shared waiting room decides: has it been answered before? Refuses IDEMPOTENCY_KEY_REUSED.
class FindJoin final : public CommandOf<std::optional<JoinOutcome>> {
 public:
  FindJoin(UserId user, const Idempotent& idempotent, Done done)
      : CommandOf(std::move(done)), user_(user), idempotent_(idempotent) {}
  void declare(Keys& keys) const override { keys.idempotency.push_back(idempotent_->key); }
  Verdict decide(WorkingSet& set) override;

 private:
  const UserId user_;
  const std::optional<Idempotent> idempotent_;
};

// And this is the answer, unless another has been recorded meanwhile.
class RecordJoin final : public CommandOf<JoinOutcome> {
 public:
  RecordJoin(JoinOutcome outcome, const Idempotent& idempotent, Done done)
      : CommandOf(std::move(done)), outcome_(std::move(outcome)), idempotent_(idempotent) {}
  void declare(Keys& keys) const override { keys.idempotency.push_back(idempotent_->key); }
  Verdict decide(WorkingSet& set) override;

 private:
  const JoinOutcome outcome_;
  const std::optional<Idempotent> idempotent_;
};

// Tells that a shared waiting room has let somebody in.
class TellAdmitted final : public CommandOf<Nothing> {
 public:
  TellAdmitted(ConcertId concert, TicketNumber number, UserId user)
      : CommandOf([](Result<Nothing>) {}), concert_(concert), number_(number), user_(user) {}
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet& set) override;

 private:
  const ConcertId concert_;
  const TicketNumber number_;
  const UserId user_;
};

}  // namespace frontrow
