#include "api/client_limits.hpp"

#include <algorithm>
#include <cstring>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow::http {

namespace {

constexpr std::size_t kKeys = 1 << 17;      // 2 MiB for addresses, and as much for users
constexpr std::size_t kUnderWay = 1 << 16;  // several times the commands that all queues take
constexpr std::uint32_t kSameKey = 128;     // repetitions of one request under way
constexpr int kLinesASecond = 1;
constexpr Duration kLongestWait = std::chrono::hours{1};  // the longest Retry-After that a client is told
constexpr std::string_view kCommandsUnderWay = "commands-under-way-by-user";

// Rules share a table, so that a rule is a part of the key.
LimitKey key_of(LimitRule rule, LimitKey whom) {
  whom.second |= static_cast<std::uint64_t>(rule) << 8;
  return whom;
}
LimitKey key_of(LimitRule rule, UserId user) { return key_of(rule, {.first = static_cast<std::uint64_t>(user.value)}); }

LimitKey key_of(const IdempotencyKey& key) {
  LimitKey mixed;
  std::memcpy(&mixed.first, key.hash.data(), sizeof mixed.first);
  std::memcpy(&mixed.second, key.hash.data() + sizeof mixed.first, sizeof mixed.second);
  mixed.first ^= static_cast<std::uint64_t>(key.operation) << 56;
  mixed.second ^= static_cast<std::uint64_t>(key.owner.value);
  return mixed;
}

}  // namespace

ClientLimits::ClientLimits(const LimitSettings& settings, Metrics& metrics)
    : settings_(settings),
      metrics_(metrics),
      log_(kLinesASecond),
      addresses_(kKeys),
      users_(kKeys),
      users_under_way_(kUnderWay),
      keys_under_way_(kUnderWay) {
  for (std::size_t use = 0; use < kTraffics; ++use)
    for (const LimitRow& row : limit_table()) {
      if (use == static_cast<std::size_t>(Traffic::free) || (row.traffic && *row.traffic != static_cast<Traffic>(use))) continue;
      if (row.who == Who::address)
        rules_[use].of_address.push_back(row.rule);
      else
        rules_[use].of_user = row.rule;
    }
}

std::optional<Refusal> ClientLimits::refuse_address(Traffic traffic, const std::optional<IpAddress>& client, Time now) {
  if (!client) return {};
  const LimitKey prefix = prefix_of(*client);
  for (const LimitRule rule : rules_[static_cast<std::size_t>(traffic)].of_address) {
    const auto wait = addresses_.take(key_of(rule, prefix), rate_of(rule), now);
    if (wait.count() > 0) return refusal(rule, wait);
  }
  return {};
}

void ClientLimits::charge_failed_signature(const std::optional<IpAddress>& client) {
  if (!client) return;
  constexpr auto rule = LimitRule::requests_by_address;
  addresses_.charge(key_of(rule, prefix_of(*client)), rate_of(rule), steady_now(), settings_.failed_signature_cost);
}

std::optional<Refusal> ClientLimits::refuse_sign_in(const IpAddress& where) {
  constexpr auto rule = LimitRule::failed_sign_ins_by_address;
  constexpr std::int64_t kNothing = 0;  // it pays when it has failed
  const auto wait = addresses_.take(key_of(rule, prefix_of(where)), rate_of(rule), steady_now(), kNothing);
  return wait.count() > 0 ? std::optional{refusal(rule, wait)} : std::nullopt;
}

void ClientLimits::note_failed_sign_in(const IpAddress& where) {
  constexpr auto rule = LimitRule::failed_sign_ins_by_address;
  addresses_.charge(key_of(rule, prefix_of(where)), rate_of(rule), steady_now(), 1);
}

Result<ClientLimits::Luggage> ClientLimits::admit_user(Traffic traffic, UserId user, const std::optional<IdempotencyKey>& key,
                                                       Time now) {
  const auto rule = rules_[static_cast<std::size_t>(traffic)].of_user;
  if (!rule) return nullptr;
  std::shared_ptr<UnderWay> under_way;  // of a command, or of a request that can be repeated
  if (key || is_command(traffic)) under_way = std::make_shared<UnderWay>();
  if (key) {
    std::uint32_t before = 0;
    auto of_key = keys_under_way_.add(key_of(*key), kSameKey, &before);
    if (!of_key) return refuse(too_many_under_way(kCommandsUnderWay, kSameKey));
    under_way->of_key = std::move(*of_key);
    if (before > 0) return under_way;
  }
  if (is_command(traffic) && settings_.commands_under_way > 0) {
    auto of_user = users_under_way_.add({.first = static_cast<std::uint64_t>(user.value)}, settings_.commands_under_way);
    if (!of_user) return refuse(too_many_under_way(kCommandsUnderWay, settings_.commands_under_way));
    under_way->of_user = std::move(*of_user);
  }
  const auto wait = users_.take(key_of(*rule, user), rate_of(*rule), now);
  if (wait.count() > 0) return refuse(refusal(*rule, wait));
  if (!is_command(traffic)) return nullptr;
  return under_way;
}

Refusal ClientLimits::refusal(LimitRule rule, std::chrono::nanoseconds wait) {
  const LimitRow& row = row_of(rule);
  const Rate& rate = rate_of(rule);
  note(row.name);
  return {.code = ErrorCode::too_many_requests,
          .retry_after = std::min<Duration>(std::chrono::ceil<Duration>(wait), kLongestWait),
          .limit = LimitNote{.rule = row.name, .quota = rate.count, .window_seconds = rate.per.count()}};
}

Refusal ClientLimits::too_many_under_way(std::string_view which, std::uint32_t most) {
  note(which);
  return {.code = ErrorCode::too_many_requests,
          .detail = "Too many of your requests are under way; wait for their answers.",
          .retry_after = std::chrono::seconds{1},
          .limit = LimitNote{.rule = which, .quota = most, .window_seconds = 1}};
}

// The rule, and not the client: an address in a log is somebody's data, and thousands of them are no help.
void ClientLimits::note(std::string_view name) {
  metrics_.limited.Add({{"limit", std::string(name)}}).Increment();
  if (const auto left_out = log_.take(steady_now()))
    log_info("requests are over a limit", {{"limit", name}, {"leftOut", *left_out}});
}

}  // namespace frontrow::http
