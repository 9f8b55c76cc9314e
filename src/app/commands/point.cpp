#include "app/commands/point.hpp"

namespace frontrow {

ChargePoints::ChargePoints(UserId user, Points amount, std::optional<Idempotent> idempotent, Done done)
    : CommandOf(std::move(done)), user_(user), amount_(amount), idempotent_(std::move(idempotent)) {}

void ChargePoints::declare(Keys& keys) const {
  keys.accounts.push_back(user_);
  if (idempotent_) keys.idempotency.push_back(idempotent_->key);
  ++keys.new_ids[static_cast<std::size_t>(IdKind::ledger_entry)];
}

Verdict ChargePoints::decide(WorkingSet& set) {
  const auto replay = find_replay(set, idempotent_);
  if (!replay) return decided(std::unexpected(replay.error()));
  if (const IdempotencyRecord* first = *replay)
    return decided(ChargeOutcome{
        .user = user_, .amount = {first->values[0]}, .balance = set.account(user_).balance, .is_replay = true});
  if (auto refusal = refuse_charging(set.account(user_), amount_)) return decided(std::unexpected(std::move(*refusal)));

  const LedgerEntryId id{set.take_id(IdKind::ledger_entry)};
  set.add_ledger_entry({.id = id, .user = user_, .kind = LedgerKind::charge, .amount = amount_, .at = set.now});
  const Points balance = set.account(user_).balance;
  if (idempotent_)
    set.add_idempotency({.key = idempotent_->key,
                         .fingerprint = idempotent_->fingerprint,
                         .result = id.value,
                         .values = {amount_.value, balance.value, 0},
                         .created_at = set.now});
  return decided(ChargeOutcome{.user = user_, .amount = amount_, .balance = balance});
}

}  // namespace frontrow
