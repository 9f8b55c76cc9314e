// The rules of api/limit_rules.hpp at work. They count in this server's memory: they keep a sale usable, and protect no
// seat. What protects seats is decided in the store's transaction. Thread safe.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "api/limit_rules.hpp"
#include "base/clock.hpp"
#include "base/log_budget.hpp"
#include "base/tally.hpp"
#include "domain/error.hpp"
#include "domain/ids.hpp"
#include "http/network.hpp"
#include "metrics/metrics.hpp"
#include "ports/idempotency.hpp"

namespace frontrow::http {

struct LimitSettings {
  LimitRates rates = usual_rates();
  std::uint32_t commands_under_way = 32;    // of a user; 0: no limit
  std::int64_t failed_signature_cost = 20;  // requests of its address
};

class ClientLimits {
 public:
  using Time = RateLimiter::Time;

  ClientLimits(const LimitSettings& settings, Metrics& metrics);

  // Before anything of a request is done but its head. `client`: none is not limited.
  std::optional<Refusal> refuse_address(Traffic traffic, const std::optional<IpAddress>& client, Time now = steady_now());
  // A signature cost us much more than its client: its address pays.
  void charge_failed_signature(const std::optional<IpAddress>& client);

  // TOO_MANY_REQUESTS if too many operators' tokens from this address were wrong. `where` is the client's address. It is the peer's
  // if clients are not told apart.
  std::optional<Refusal> refuse_sign_in(const IpAddress& where);
  void note_failed_sign_in(const IpAddress& where);

  // A request keeps this until it is answered. Null: it keeps nothing.
  using Luggage = std::shared_ptr<const void>;
  // Before a request of a known user does anything. A repetition of a request that is still under way, with the same
  // Idempotency-Key, costs nothing: its client could not know better.
  Result<Luggage> admit_user(Traffic traffic, UserId user, const std::optional<IdempotencyKey>& key, Time now = steady_now());

 private:
  struct UnderWay {
    Tally::Hold of_key, of_user;
  };
  // Those that count one use of the server, as the table has them.
  struct Rules {
    std::vector<LimitRule> of_address;
    std::optional<LimitRule> of_user;
  };

  const Rate& rate_of(LimitRule rule) const { return settings_.rates[static_cast<std::size_t>(rule)]; }
  Refusal refusal(LimitRule rule, std::chrono::nanoseconds wait);
  Refusal too_many_under_way(std::string_view which, std::uint32_t most);
  void note(std::string_view name);

  const LimitSettings settings_;
  std::array<Rules, kTraffics> rules_;
  Metrics& metrics_;
  LogBudget log_;
  RateLimiter addresses_, users_;
  Tally users_under_way_, keys_under_way_;
};

}  // namespace frontrow::http
