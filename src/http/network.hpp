// IP networks and the prefixes by which clients are counted. An IPv4 address in IPv6's clothes (::ffff:192.0.2.1) is
// IPv4.
#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/key_hash.hpp"

namespace frontrow::http {

using IpAddress = boost::asio::ip::address;

// "192.0.2.1" or "2001:db8::1", without port, brackets and zone; nothing else.
std::optional<IpAddress> parse_address(std::string_view text);

class Network {
 public:
  // "10.0.0.0/8", "2001:db8::/32", or a lone address. Nothing if bits are set behind the prefix.
  static std::optional<Network> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 as ::ffff:…
  unsigned bits_ = 128;
};

// Whole IPv4 addresses, and /64 of IPv6: what one customer of a provider has.
LimitKey prefix_of(const IpAddress& address);

// Loopback, link-local, or for use inside one network: RFC 1918, 6598 and 4193.
bool is_private(const IpAddress& address);

}  // namespace frontrow::http
