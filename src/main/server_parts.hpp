// The parts that both profiles build from the same settings.
#pragma once

#include "api/client_limits.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/sale.hpp"
#include "base/log_budget.hpp"
#include "http/server.hpp"
#include "main/settings.hpp"
#include "workers/forgetting.hpp"

namespace frontrow {

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
