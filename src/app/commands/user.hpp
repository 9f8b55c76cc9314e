// Use case: the user id of a person whom an issuer of tokens names. It is given at first sight, and stays.
#pragma once

#include "app/commit/command_of.hpp"
#include "domain/subject.hpp"

namespace frontrow {

// Refuses nothing. However often and wherever it runs, a subject has one id.
class IdentifyUser final : public CommandOf<UserId> {
 public:
  IdentifyUser(Subject subject, Done done);
  void declare(Keys& keys) const override;
  std::uint64_t shard() const override;
  Verdict decide(WorkingSet& set) override;

 private:
  const Subject subject_;
};

}  // namespace frontrow
