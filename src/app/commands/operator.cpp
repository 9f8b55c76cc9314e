#include "app/commands/operator.hpp"

#include <algorithm>

#include "app/commands/change_json.hpp"
#include "domain/deed.hpp"

namespace frontrow {

namespace {

const Operator* find_live(const WorkingSet& set, const std::string& name) {
  const auto found = std::ranges::find_if(
      set.operators, [&](const auto& entry) { return !entry.second.is_revoked() && entry.second.name == name; });
  return found == set.operators.end() ? nullptr : &found->second;
}

const Operator* find(const WorkingSet& set, const OperatorKey& whom) {
  if (const auto* name = std::get_if<std::string>(&whom)) return find_live(set, *name);
  const auto at = set.operators.find(std::get<OperatorId>(whom));
  return at == set.operators.end() ? nullptr : &at->second;
}

std::optional<Refusal> refuse(const WorkingSet& set, const NewOperator& wanted) {
  Refusal refusal{.code = ErrorCode::validation_failed};
  if (is_reserved_name(wanted.name)) refusal.errors.push_back({"name", "is the name of nobody's account"});
  if (wanted.expires_at && *wanted.expires_at <= set.now) refusal.errors.push_back({"expiresAt", "must be in the future"});
  const auto live = std::ranges::count_if(set.operators, [](const auto& entry) { return !entry.second.is_revoked(); });
  if (live >= static_cast<std::ptrdiff_t>(kMaxOperators))
    refusal.errors.push_back({"name", "there are " + std::to_string(kMaxOperators) + " accounts already; revoke some"});
  if (!refusal.errors.empty()) return refusal;
  if (find_live(set, wanted.name) != nullptr) return Refusal{.code = ErrorCode::operator_exists};
  return {};
}

}  // namespace

AddOperator::AddOperator(NewOperator wanted, Done done) : CommandOf(std::move(done)), wanted_(std::move(wanted)) {}

Verdict AddOperator::decide(WorkingSet& set) {
  if (auto refusal = refuse(set, wanted_)) return decided(std::unexpected(std::move(*refusal)));
  const Operator account{.id = {set.operators.empty() ? 1 : set.operators.rbegin()->first.value + 1},
                         .name = wanted_.name,
                         .role = wanted_.role,
                         .token = wanted_.token,
                         .made_at = set.now,
                         .expires_at = wanted_.expires_at};
  set.add_operator(account, changes_of_making(account));
  return decided(account);
}

RevokeOperator::RevokeOperator(OperatorKey whom, Done done) : CommandOf(std::move(done)), whom_(std::move(whom)) {}

Verdict RevokeOperator::decide(WorkingSet& set) {
  const Operator* account = find(set, whom_);
  if (account == nullptr) return decided(frontrow::refuse(ErrorCode::operator_not_found));
  if (!account->is_revoked()) set.revoke_operator(account->id, changes_of_revoking(*account));
  return decided(Operator{*account});
}

}  // namespace frontrow
