// A command that a test writes in place.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "ports/command.hpp"

namespace frontrow {

class LambdaCommand final : public Command {
 public:
  using Declare = std::function<void(Keys&)>;
  using Decide = std::function<Verdict(WorkingSet&)>;
  LambdaCommand(Declare declare, Decide decide) : declare_(std::move(declare)), decide_(std::move(decide)) {}

  void declare(Keys& keys) const override { declare_(keys); }
  Verdict decide(WorkingSet& set) override { return decide_(set); }
  void complete(CommitStatus status) override { completed_as = status; }

  std::optional<CommitStatus> completed_as;

 private:
  const Declare declare_;
  const Decide decide_;
};

}  // namespace frontrow
