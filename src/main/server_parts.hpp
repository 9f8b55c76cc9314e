// The parts that both profiles build from the same settings.
#pragma once

#include <optional>

#include "api/client_limits.hpp"
#include "api/jwt.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/sale.hpp"
#include "base/log_budget.hpp"
#include "http/server.hpp"
#include "main/settings.hpp"
#include "workers/forgetting.hpp"

namespace frontrow {

std::optional<http::JwtVerifier> jwt_verifier(const Settings& settings);
// Of the passes that joins show; none without a key.
std::optional<http::JwtVerifier> pass_verifier(const Settings& settings);
// After SIGHUP: reads the key that verifies bearer tokens from its file. If the file cannot be used, that is logged and
// the old key stays. Thread safe.
void read_keys_again(const Settings& settings, std::optional<http::JwtVerifier>& verifier);
http::ServerSettings server_settings(const Settings& settings);
// Of the operators' listener.
http::ServerSettings operators_settings(const Settings& settings);
http::LimitSettings client_limits(const Settings& settings);
QueueLimits queue_limits(const Settings& settings);
QueueSettings default_queue(const Settings& settings);
HoldLimits hold_limits(const Settings& settings);
KeepFor keep_for(const Settings& settings);
CommitQueueOptions commit_options(const Settings& settings);
Halls::Limits hall_limits(const Settings& settings);
// Failures and slow answers are logged for the operator; all others only at the level debug.
void log_answered(const http::Answered& answered, LogBudget& warnings);
inline constexpr int kWarningsASecond = 20;  // about answers: under overload nearly every answer is a failure, or slow

}  // namespace frontrow
