#include "api/sign_in.hpp"

#include <openssl/crypto.h>

#include "api/api.hpp"
#include "api/client_limits.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace frontrow::http {

namespace {

constexpr int kLinesASecond = 1;

IpAddress address_of(const Request& request) { return request.client().value_or(request.peer()); }

SignedIn signed_in(const Operator& account, const Request& request) {
  return {.actor = {.account = account.id, .name = account.name, .address = address_of(request).to_string()},
          .role = account.role,
          .expires_at = account.expires_at};
}

Result<SignedIn> with_role(SignedIn who, const Request& request) {
  const Role wanted = request.route().role;
  if (who.role >= wanted) return who;
  return refuse(
      ErrorCode::role_required,
      "This needs the role " + std::string{name_of(wanted)} + "; your account's is " + std::string{name_of(who.role)} + ".");
}

constexpr std::string_view kNobodys = "it is nobody's token";
constexpr std::string_view kRevoked = "the account has been revoked";
constexpr std::string_view kExpired = "the account has expired";

// Empty if the account is good.
std::string_view fault_of(const Operator* account, TimePoint now) {
  if (account == nullptr) return kNobodys;
  if (account->is_revoked()) return kRevoked;
  return account->has_expired(now) ? kExpired : std::string_view{};
}

}  // namespace

std::string new_operator_token() {
  Sha256 bytes{};
  fill_secret(bytes);
  return "fro_" + hexadecimal(bytes);
}

SignIns::SignIns(const Operators& operators, std::string_view admin_token, ClientLimits* limits)
    : operators_(operators), admin_token_(sha256(admin_token)), limits_(limits), log_(kLinesASecond) {}

// In constant time, though a digest of a wrong guess says nothing about the token.
std::optional<SignedIn> SignIns::with_admin_token(const Request& request, const Sha256& token) const {
  if (CRYPTO_memcmp(token.data(), admin_token_.data(), token.size()) != 0) return {};
  return SignedIn{.actor = {.name = std::string{kAdminTokenName}, .address = address_of(request).to_string()}, .role = Role::owner};
}

Result<SignedIn> SignIns::judge(const Request& request, TimePoint now) {
  const auto text = bearer(request);
  if (!text) return refuse(ErrorCode::unauthorized);
  const Sha256 token = sha256(*text);
  const auto account = operators_.find(token);
  const std::string_view fault = fault_of(account.get(), now);
  if (fault.empty()) return with_role(signed_in(*account, request), request);
  if (limits_ != nullptr)
    if (auto refusal = limits_->refuse_sign_in(address_of(request))) return refuse(std::move(*refusal));
  if (auto owner = with_admin_token(request, token)) return with_role(std::move(*owner), request);
  return refuse(fail(request, account == nullptr ? std::string_view{} : std::string_view{account->name}, fault));
}

Result<SignedIn> SignIns::find(const Request& request, TimePoint now) const {
  const auto text = bearer(request);
  if (!text) return refuse(ErrorCode::unauthorized);
  const Sha256 token = sha256(*text);
  const auto account = operators_.find(token);
  if (fault_of(account.get(), now).empty()) return with_role(signed_in(*account, request), request);
  if (auto owner = with_admin_token(request, token)) return with_role(std::move(*owner), request);
  return refuse(ErrorCode::forbidden);
}

Refusal SignIns::fail(const Request& request, std::string_view name, std::string_view reason) {
  const IpAddress where = address_of(request);
  if (limits_ != nullptr) {
    limits_->note_failed_sign_in(where);
    limits_->charge_failed_signature(request.client());
  }
  if (const auto left_out = log_.take(steady_now()))
    log_warn("an operator's sign-in failed",
             {{kTraceId, request.trace_id()},
              {"client", where.to_string()},
              {"route", request.route().pattern},
              {"operator", name},
              {"reason", reason},
              {"leftOut", *left_out}});
  if (reason == kNobodys) return {.code = ErrorCode::forbidden};
  return {.code = ErrorCode::forbidden, .detail = "This account has been revoked or has expired."};
}

}  // namespace frontrow::http
