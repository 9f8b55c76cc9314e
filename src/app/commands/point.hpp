// Use case: charge points.
#pragma once

#include "app/commit/command_of.hpp"
#include "domain/point.hpp"

namespace frontrow {

struct ChargeOutcome {
  UserId user;
  Points amount;
  Points balance;          // after the charge; in a replay: now
  bool is_replay = false;  // true: a repeat with the same key; nothing was done
};

// Refuses, in this order: IDEMPOTENCY_KEY_REUSED, BALANCE_LIMIT_EXCEEDED. Without a key a repeat charges again.
class ChargePoints final : public CommandOf<ChargeOutcome> {
 public:
  ChargePoints(UserId user, Points amount, std::optional<Idempotent> idempotent, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override { return static_cast<std::uint64_t>(user_.value); }
  Verdict decide(WorkingSet& set) override;

 private:
  const UserId user_;
  const Points amount_;
  const std::optional<Idempotent> idempotent_;
};

}  // namespace frontrow
