// The settings that bound what one client may use. The rates come from the table of limits.
#include "http/clients.hpp"
#include "main/setting_kinds.hpp"

namespace frontrow {

namespace {

using S = Settings;
constexpr std::string_view kGroup = "Limits of clients";

bool is_network(std::string_view text) { return http::Network::parse(text).has_value(); }

Setting rate(const http::LimitRow& row, std::string_view name) {
  const auto at = static_cast<std::size_t>(row.rule);
  const auto store = [at](Settings& settings, std::string_view text) -> Stored {
    const auto rate = http::parse_rate(text);
    if (!rate)
      return refused(fmt::format("\"{}\" is no rate, wanted is \"30/minute, burst 10\" (second, minute, hour) or \"off\"", text));
    settings.limits[at] = *rate;
    return {};
  };
  return {.group = kGroup,
          .name = name,
          .kind = ConfigKind::text,
          .allowed = "N/second, N/minute or N/hour, then `, burst N`; off",
          .meaning = row.meaning,
          .store = store,
          .show = [at](const Settings& settings) { return http::show_rate(settings.limits[at]); }};
}

}  // namespace

std::vector<Setting> limit_settings() {
  static const auto names = [] {
    std::vector<std::string> all;
    for (const http::LimitRow& row : http::limit_table()) all.push_back("limit-" + std::string(row.name));
    return all;
  }();
  std::vector<Setting> all{
      choice<http::AddressLimits>(
          {kGroup, "address-limits"},
          &S::address_limits,
          {{"auto", http::AddressLimits::automatic}, {"on", http::AddressLimits::on}, {"off", http::AddressLimits::off}},
          "Limits by address: auto leaves them out for peers that may be proxies, which are private addresses as long as there are "
          "few and trusted-proxies names none; off leaves them out, for load tests."),
      list({kGroup, "trusted-proxies"},
           &S::trusted_proxies,
           100,
           is_network,
           "an address or a network like 10.0.0.0/8, …",
           "Proxies whose word about the client's address counts."),
      choice<http::ToldBy>(
          {kGroup, "client-address-from"},
          &S::client_address_from,
          {{"x-forwarded-for", http::ToldBy::x_forwarded_for},
           {"forwarded", http::ToldBy::forwarded},
           {"proxy-protocol", http::ToldBy::proxy_protocol}},
          "Where trusted proxies say it: the header that they write, or version 2 of the PROXY protocol, with which "
          "their connections have to begin then."),
      number({kGroup, "connections-per-address"},
             &S::connections_per_address,
             0,
             1'000'000,
             "Open connections of one address (IPv4) or /64 (IPv6) at most; 0 is a quarter of max-connections."),
      number({kGroup, "commands-under-way-per-user"},
             &S::commands_under_way_per_user,
             0,
             100'000,
             "Joins, holds, payments and charges of one user that wait for their answer at once; 0 is no limit."),
      number({kGroup, "failed-signature-cost"},
             &S::failed_signature_cost,
             1,
             100'000,
             "A bearer token whose signature is wrong costs its address as much as so many requests."),
  };
  for (std::size_t i = 0; i < names.size(); ++i) all.push_back(rate(http::limit_table()[i], names[i]));
  return all;
}

}  // namespace frontrow
