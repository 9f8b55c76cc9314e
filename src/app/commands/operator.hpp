// Use cases of the owner: make accounts for the people who run the sale, and revoke them. All accounts are read under one lock,
// so that a name is given once.
#pragma once

#include <string>
#include <variant>

#include "app/commit/command_of.hpp"
#include "domain/operator.hpp"

namespace frontrow {

struct NewOperator {
  std::string name;
  Role role = Role::viewer;
  std::optional<TimePoint> expires_at = {};
  Sha256 token{};  // its hash
};

// Refuses, in this order: VALIDATION_FAILED for a reserved name, an end in the past or too many accounts; OPERATOR_EXISTS.
class AddOperator final : public CommandOf<Operator> {
 public:
  AddOperator(NewOperator wanted, Done done);
  void declare(Keys& keys) const override { keys.operators = true; }
  Verdict decide(WorkingSet& set) override;

 private:
  const NewOperator wanted_;
};

// Of a live account, its name will do.
using OperatorKey = std::variant<OperatorId, std::string>;

// Revoking a revoked account changes nothing. Refuses OPERATOR_NOT_FOUND.
class RevokeOperator final : public CommandOf<Operator> {
 public:
  RevokeOperator(OperatorKey whom, Done done);
  void declare(Keys& keys) const override { keys.operators = true; }
  Verdict decide(WorkingSet& set) override;

 private:
  const OperatorKey whom_;
};

}  // namespace frontrow
