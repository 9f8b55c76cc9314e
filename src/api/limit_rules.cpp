#include "api/limit_rules.hpp"

#include <fmt/format.h>

#include <charconv>

namespace frontrow::http {

namespace {

using std::chrono::seconds;

struct Unit {
  std::string_view name;
  seconds per;
};
constexpr std::array<Unit, 3> kUnits{{{"second", seconds{1}}, {"minute", seconds{60}}, {"hour", seconds{3600}}}};
constexpr std::int64_t kMost = 100'000'000;

// A campus of 1,000 people behind one address: all join within a second, then each polls, looks and buys about three
// times a second at most.
constexpr std::array<LimitRow, kLimitRules> kTable{{
    {LimitRule::requests_by_address,
     "requests-by-address",
     {},
     Who::address,
     {.count = 3'000, .per = seconds{1}, .burst = 10'000},
     "Requests of all kinds from one address."},
    {LimitRule::joins_by_address,
     "joins-by-address",
     Traffic::join,
     Who::address,
     {.count = 2'000, .per = seconds{60}, .burst = 2'000},
     "People who join queues from one address."},
    {LimitRule::joins_by_user,
     "joins-by-user",
     Traffic::join,
     Who::user,
     {.count = 60, .per = seconds{60}, .burst = 20},
     "Joins of one user, over all concerts."},
    {LimitRule::polls_by_user,
     "polls-by-user",
     Traffic::poll,
     Who::user,
     {.count = 5, .per = seconds{1}, .burst = 20},
     "Questions of one user for the place in a queue; `pollAfterMs` asks for one in a second at most."},
    {LimitRule::looks_by_user,
     "looks-by-user",
     Traffic::look,
     Who::user,
     {.count = 20, .per = seconds{1}, .burst = 60},
     "Seat maps, reservations, balance and history of one user."},
    {LimitRule::holds_by_user,
     "holds-by-user",
     Traffic::hold,
     Who::user,
     {.count = 10, .per = seconds{1}, .burst = 40},
     "Holding and giving back of one user, and leaving the queue."},
    {LimitRule::payments_by_user,
     "payments-by-user",
     Traffic::pay,
     Who::user,
     {.count = 10, .per = seconds{1}, .burst = 100},
     "Payments of one user."},
    {LimitRule::charges_by_user,
     "charges-by-user",
     Traffic::charge,
     Who::user,
     {.count = 10, .per = seconds{1}, .burst = 100},
     "Charges of points of one user."},
    {LimitRule::failed_sign_ins_by_address,
     "failed-sign-ins-by-address",
     Traffic::failed_sign_in,
     Who::address,
     {.count = 30, .per = seconds{60}, .burst = 30},
     "Operators' tokens from one address that belong to no account."},
}};

std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 1 || value > kMost) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take_text(std::string_view& text, std::string_view wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(wanted.size());
  return true;
}

}  // namespace

std::string_view name_of(Traffic traffic) {
  switch (traffic) {
    case Traffic::read: return "read";
    case Traffic::free: return "free";
    case Traffic::join: return "join";
    case Traffic::poll: return "poll";
    case Traffic::look: return "look";
    case Traffic::hold: return "hold";
    case Traffic::pay: return "pay";
    case Traffic::charge: return "charge";
    case Traffic::failed_sign_in: return "failed-sign-in";
  }
  return "";
}

bool is_command(Traffic traffic) {
  return traffic == Traffic::join || traffic == Traffic::hold || traffic == Traffic::pay || traffic == Traffic::charge;
}

std::span<const LimitRow, kLimitRules> limit_table() { return kTable; }

LimitRates usual_rates() {
  LimitRates rates;
  for (const LimitRow& row : kTable) rates[static_cast<std::size_t>(row.rule)] = row.usual;
  return rates;
}

std::string show_rate(const Rate& rate) {
  if (!rate.is_limited()) return "off";
  for (const Unit& unit : kUnits)
    if (unit.per == rate.per) return fmt::format("{}/{}, burst {}", rate.count, unit.name, rate.burst);
  return "";
}

std::optional<Rate> parse_rate(std::string_view text) {
  if (text == "off") return Rate{};
  const auto count = take_number(text);
  if (!count || !take_text(text, "/")) return {};
  for (const Unit& unit : kUnits) {
    if (!take_text(text, unit.name)) continue;
    if (!take_text(text, ", burst ")) return {};
    const auto burst = take_number(text);
    if (!burst || !text.empty()) return {};
    return Rate{.count = *count, .per = unit.per, .burst = *burst};
  }
  return {};
}

}  // namespace frontrow::http
