// Finds the operator of a request: an account, by the hash of its token in memory (app/live/operators), or the owner that the
// admin token stands for.
//
// Tokens of accounts are made by us, 256 bits and random: they are looked up however many tokens have failed, because nobody
// guesses one. The admin token may be anything an operator has thought of. While too many tokens from an address have failed, it
// is not compared: guessing it has a pace.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/live/operators.hpp"
#include "base/log_budget.hpp"
#include "domain/deed.hpp"
#include "domain/operator.hpp"
#include "http/request.hpp"

namespace frontrow::http {

class ClientLimits;

struct SignedIn {
  Actor actor;
  Role role = Role::viewer;
  std::optional<TimePoint> expires_at = {};
};

// "fro_" and 64 hexadecimal digits: 256 random bits. The beginning is there for programs that look for leaked secrets.
std::string new_operator_token();

class SignIns {
 public:
  // `limits`: null for none.
  SignIns(const Operators& operators, std::string_view admin_token, ClientLimits* limits);

  // UNAUTHORIZED without a token, TOO_MANY_REQUESTS, FORBIDDEN when the token is nobody's, or its account has been revoked or
  // has expired, ROLE_REQUIRED when the route wants more. Failures are logged, sparingly. Thread safe.
  Result<SignedIn> judge(const Request& request, TimePoint now);
  // The same without a trace: for a request that was judged already.
  Result<SignedIn> find(const Request& request, TimePoint now) const;

 private:
  Refusal fail(const Request& request, std::string_view name, std::string_view reason);
  std::optional<SignedIn> with_admin_token(const Request& request, const Sha256& token) const;

  const Operators& operators_;
  const Sha256 admin_token_;
  ClientLimits* const limits_;
  LogBudget log_;
};

}  // namespace frontrow::http
