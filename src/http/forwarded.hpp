// The client behind proxies: what they say about it in headers, or at the beginning of a connection. Pure functions over
// bytes that an attacker may have written; they decide nothing about trust.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string_view>

#include "http/network.hpp"

namespace frontrow::http {

// Called with each hop's address, the nearest first; nothing for one that is hidden or cannot be read. False ends.
using OnHop = std::function<bool(std::optional<IpAddress>)>;

// One line of X-Forwarded-For: "203.0.113.7, 10.1.2.3"; ports and brackets are read over. False if `on_hop` has ended it.
bool read_x_forwarded_for(std::string_view line, const OnHop& on_hop);
// One line of Forwarded (RFC 7239): `for="[2001:db8::7]:4711";proto=https, for=10.1.2.3`.
bool read_forwarded(std::string_view line, const OnHop& on_hop);

// The header of the PROXY protocol, version 2, at the beginning of a connection.
struct ProxyHeader {
  std::size_t size = 0;                  // 0: it has not arrived whole
  std::optional<IpAddress> source = {};  // none: the proxy itself asks (LOCAL), or it does not say for whom
};
// Why there is none: the bytes are something else, or the header is longer than kLongestProxyHeader.
struct NoProxyHeader {};
inline constexpr std::size_t kLongestProxyHeader = 536;
std::expected<ProxyHeader, NoProxyHeader> read_proxy_header(std::string_view bytes);

}  // namespace frontrow::http
