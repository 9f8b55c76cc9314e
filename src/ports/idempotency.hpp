// One effect per (owner, operation, Idempotency-Key). The record suffices to render the first answer again: the id of
// the result and a few integers. The key itself and the request are stored as hashes only.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace frontrow {

// `use_pass`: not of a client. The one use of a join pass (api/join_pass.hpp) is remembered like a key, without an owner: a pass
// used by one user is used for all.
enum class Operation : std::uint8_t { join, hold, pay, charge, create_concert, add_schedules, use_pass };

struct IdempotencyKey {
  UserId owner;  // none: the administrator, or a pass
  Operation operation;
  std::array<std::byte, 16> hash;  // of the key as the client sent it
  friend auto operator<=>(const IdempotencyKey&, const IdempotencyKey&) = default;
};

// The key and fingerprint of a request with an Idempotency-Key.
struct Idempotent {
  IdempotencyKey key;
  std::int64_t fingerprint = 0;
};

struct IdempotencyRecord {
  IdempotencyKey key;
  std::int64_t fingerprint = 0;  // hash of the parsed request
  std::int64_t result = 0;       // id of the new object: reservation (for a payment, too), ledger entry, concert …
  std::array<std::int64_t, 3> values{};
  TimePoint created_at;
};

}  // namespace frontrow
