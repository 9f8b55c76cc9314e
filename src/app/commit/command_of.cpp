#include "app/commit/command_of.hpp"

namespace frontrow {

Refusal refusal_of(CommitStatus status) {
  switch (status) {
    case CommitStatus::committed: break;
    case CommitStatus::dropped: return {.code = ErrorCode::overloaded, .retry_after = std::chrono::seconds{1}};
    case CommitStatus::contended: return {.code = ErrorCode::seat_locked, .retry_after = std::chrono::seconds{1}};
    case CommitStatus::unavailable: return {.code = ErrorCode::store_unavailable, .retry_after = std::chrono::seconds{1}};
    case CommitStatus::unknown: return {.code = ErrorCode::outcome_unknown, .retry_after = std::chrono::seconds{1}};
  }
  CHECK(status != CommitStatus::committed);
  return {.code = ErrorCode::store_unavailable};
}

Result<const IdempotencyRecord*> find_replay(const WorkingSet& set, const std::optional<Idempotent>& idempotent) {
  if (!idempotent) return nullptr;
  const IdempotencyRecord* record = set.idempotency(idempotent->key);
  if (record != nullptr && record->fingerprint != idempotent->fingerprint) return refuse(ErrorCode::idempotency_key_reused);
  return record;
}

}  // namespace frontrow
