// A user's points. A balance is never negative, never above 2^53−1, and equals the sum of the user's ledger lines.
// Lines are only added, in pairs that sum to zero.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "domain/error.hpp"
#include "domain/ids.hpp"
#include "domain/money.hpp"

namespace frontrow {

struct Account {
  UserId user;
  Points balance;  // 0 for an unknown user
};

// The other side of every line: charges come from TOPUP, payments go to SALES. Both have lines only, no balance row.
enum class LedgerKind : std::uint8_t { charge, payment };

// One movement: `amount` (positive) for the user and its mirror for the other side; for a payment the reverse.
struct LedgerEntry {
  LedgerEntryId id;
  UserId user;
  LedgerKind kind;
  Points amount;                   // always positive
  ReservationId reservation = {};  // for a payment
  TimePoint at;
  Points signed_amount() const { return kind == LedgerKind::charge ? amount : -amount; }
};

struct Payment {
  PaymentId id;
  ReservationId reservation;
  UserId user;
  Points amount;
  Points balance;  // of the user, after the movement
  TimePoint paid_at;
};

// Refuses INSUFFICIENT_POINTS with balance and amount.
std::optional<Refusal> refuse_spending(const Account& account, Points amount);
// Refuses BALANCE_LIMIT_EXCEEDED with balance and amount.
std::optional<Refusal> refuse_charging(const Account& account, Points amount);

}  // namespace frontrow
