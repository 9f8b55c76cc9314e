#include "domain/point.hpp"

namespace frontrow {

std::optional<Refusal> refuse_spending(const Account& account, Points amount) {
  if (amount <= account.balance) return {};
  return Refusal{.code = ErrorCode::insufficient_points, .balance = account.balance.value, .amount = amount.value};
}

std::optional<Refusal> refuse_charging(const Account& account, Points amount) {
  if (amount <= kMaxBalance - account.balance) return {};
  return Refusal{.code = ErrorCode::balance_limit_exceeded, .balance = account.balance.value, .amount = amount.value};
}

}  // namespace frontrow
