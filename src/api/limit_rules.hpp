// The one table of limits: which use of the server, counted for whom, how often. Each rule is a setting;
// docs/reference/limits.md is generated from this table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/rate_limiter.hpp"

namespace frontrow::http {

// The use of a route. A route without a line of its own has `read`; `free` is never limited.
// `failed_sign_in` is no route's: an operator's token that no account has.
enum class Traffic : std::uint8_t { read, free, join, poll, look, hold, pay, charge, failed_sign_in };
inline constexpr std::size_t kTraffics = 9;

std::string_view name_of(Traffic traffic);
// True if a request waits in a queue for its answer, where requests of others wait, too.
bool is_command(Traffic traffic);

enum class Who : std::uint8_t { address, user };

enum class LimitRule : std::uint8_t {
  requests_by_address,
  joins_by_address,
  joins_by_user,
  polls_by_user,
  looks_by_user,
  holds_by_user,
  payments_by_user,
  charges_by_user,
  failed_sign_ins_by_address,
};
inline constexpr std::size_t kLimitRules = 9;

struct LimitRow {
  LimitRule rule;
  std::string_view name;           // as a setting: limit-<name>
  std::optional<Traffic> traffic;  // none: all but `free`
  Who who;
  Rate usual;
  std::string_view meaning;
};
std::span<const LimitRow, kLimitRules> limit_table();
inline const LimitRow& row_of(LimitRule rule) { return limit_table()[static_cast<std::size_t>(rule)]; }

using LimitRates = std::array<Rate, kLimitRules>;
LimitRates usual_rates();

// "30/minute, burst 10", or "off".
std::string show_rate(const Rate& rate);
std::optional<Rate> parse_rate(std::string_view text);

}  // namespace frontrow::http
