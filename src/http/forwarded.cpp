#include "http/forwarded.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "http/text.hpp"

namespace frontrow::http {

namespace {

namespace ip = boost::asio::ip;

// "192.0.2.7", "192.0.2.7:80", "[2001:db8::7]:80", "2001:db8::7"; an unknown or hidden one is nothing.
std::optional<IpAddress> read_node(std::string_view node) {
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    return end == std::string_view::npos ? std::nullopt : parse_address(node.substr(1, end - 1));
  }
  if (std::ranges::count(node, ':') == 1) node = node.substr(0, node.find(':'));
  return parse_address(node);
}

// The value of for= in one element of Forwarded.
std::string_view for_of(std::string_view element) {
  while (!element.empty()) {
    std::size_t end = 0;
    for (bool quoted = false; end < element.size() && (quoted || element[end] != ';'); ++end)
      if (element[end] == '"') quoted = !quoted;
    const std::string_view pair = trim(element.substr(0, end));
    element.remove_prefix(std::min(end + 1, element.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !equals_ignoring_case(pair.substr(0, equals), "for")) continue;
    std::string_view value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

// The elements of a list, from the last to the first; commas in quotes do not separate where `quotes` count. Quotes are
// matched from the end, too: one that a client has left open cannot swallow what its proxy wrote behind it.
template <class F>
bool from_last(std::string_view line, bool quotes, F fn) {
  while (true) {
    std::size_t begin = line.size();
    for (bool quoted = false; begin > 0 && (quoted || line[begin - 1] != ','); --begin)
      if (quotes && line[begin - 1] == '"') quoted = !quoted;
    const std::string_view element = trim(line.substr(begin));
    if (!element.empty() && !fn(element)) return false;
    if (begin == 0) return true;
    line = line.substr(0, begin - 1);
  }
}

constexpr std::string_view kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t kFixed = 16;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

template <class Address>
Address address_at(std::string_view bytes, std::size_t at) {
  typename Address::bytes_type raw{};
  std::ranges::transform(bytes.substr(at, raw.size()), raw.begin(), [](char c) { return static_cast<unsigned char>(c); });
  return Address(raw);
}

}  // namespace

bool read_x_forwarded_for(std::string_view line, const OnHop& on_hop) {
  return from_last(line, false, [&](std::string_view element) { return on_hop(read_node(element)); });
}

bool read_forwarded(std::string_view line, const OnHop& on_hop) {
  return from_last(line, true, [&](std::string_view element) { return on_hop(read_node(for_of(element))); });
}

std::expected<ProxyHeader, NoProxyHeader> read_proxy_header(std::string_view bytes) {
  const std::size_t seen = std::min(bytes.size(), kSignature.size());
  if (bytes.substr(0, seen) != kSignature.substr(0, seen)) return std::unexpected(NoProxyHeader{});
  if (bytes.size() < kFixed) return ProxyHeader{};
  const std::uint8_t command = byte_at(bytes, 12), family = byte_at(bytes, 13);
  constexpr std::uint8_t kLocal = 0x20, kProxy = 0x21, kTcp4 = 0x11, kTcp6 = 0x21;
  constexpr std::size_t kLength4 = 12, kLength6 = 36;
  const std::size_t length = static_cast<std::size_t>(byte_at(bytes, 14)) << 8 | byte_at(bytes, 15);
  if ((command != kLocal && command != kProxy) || kFixed + length > kLongestProxyHeader) return std::unexpected(NoProxyHeader{});
  if (bytes.size() < kFixed + length) return ProxyHeader{};
  ProxyHeader header{.size = kFixed + length};
  if (command == kLocal) return header;
  if ((family == kTcp4 && length < kLength4) || (family == kTcp6 && length < kLength6)) return std::unexpected(NoProxyHeader{});
  if (family == kTcp4) header.source = address_at<ip::address_v4>(bytes, kFixed);
  if (family == kTcp6) {
    const auto source = address_at<ip::address_v6>(bytes, kFixed);
    header.source = source.is_v4_mapped() ? IpAddress(ip::make_address_v4(ip::v4_mapped, source)) : IpAddress(source);
  }
  return header;
}

}  // namespace frontrow::http
