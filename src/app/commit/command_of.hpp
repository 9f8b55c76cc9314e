// A command with a typed outcome, and the caller that waits for it.
#pragma once

#include <functional>
#include <utility>

#include "domain/error.hpp"
#include "ports/command.hpp"

namespace frontrow {

// The refusal for a command that was not committed.
Refusal refusal_of(CommitStatus status);

template <class Outcome>
class CommandOf : public Command {
 public:
  using OutcomeType = Outcome;
  using Done = std::move_only_function<void(Result<Outcome>)>;
  explicit CommandOf(Done done) : done_(std::move(done)) {}

  void complete(CommitStatus status) final {
    if (status != CommitStatus::committed) outcome_ = std::unexpected(refusal_of(status));
    observe(outcome_);
    done_(std::move(outcome_));
  }

 protected:
  // Gets the final outcome before the caller does: for metrics.
  virtual void observe(const Result<Outcome>&) {}
  Verdict decided(Result<Outcome> outcome) {
    outcome_ = std::move(outcome);
    return Verdict::decided;
  }

 private:
  Result<Outcome> outcome_ = std::unexpected(Refusal{.code = ErrorCode::store_unavailable});
  Done done_;
};

// The record of the first request with this key, if that has run; refuses IDEMPOTENCY_KEY_REUSED if that was another
// request.
Result<const IdempotencyRecord*> find_replay(const WorkingSet& set, const std::optional<Idempotent>& idempotent);

}  // namespace frontrow
