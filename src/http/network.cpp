#include "http/network.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace frontrow::http {

namespace {

namespace ip = boost::asio::ip;
constexpr std::size_t kLongest = 45;  // characters of an address
constexpr unsigned kMappedBits = 96;  // before an IPv4 address

std::array<std::uint8_t, 16> bytes_of(const IpAddress& address) {
  return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes() : address.to_v6().to_bytes();
}

std::uint64_t word(const std::array<std::uint8_t, 16>& bytes, std::size_t from) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[from + i];
  return value;
}

// True if the first `bits` are equal.
bool agree(const std::array<std::uint8_t, 16>& one, const std::array<std::uint8_t, 16>& other, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) return false;
  return bits % 8 == 0 || ((one[whole] ^ other[whole]) >> (8 - bits % 8)) == 0;
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.empty() || text.size() > kLongest || text.contains('%')) return {};
  char terminated[kLongest + 1];
  std::ranges::copy(text, terminated);
  terminated[text.size()] = '\0';
  if (std::strlen(terminated) != text.size()) return {};
  boost::system::error_code ec;
  const IpAddress address = ip::make_address(terminated, ec);
  if (ec) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return {};
  Network network;
  network.bytes_ = bytes_of(*address);
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return {};
  if (bits > (address->is_v4() ? 32U : 128U)) return {};
  network.bits_ = address->is_v4() ? kMappedBits + bits : bits;
  auto rest = network.bytes_;
  for (unsigned bit = 0; bit < network.bits_; ++bit) rest[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
  if (std::ranges::any_of(rest, [](std::uint8_t byte) { return byte != 0; })) return {};
  return network;
}

bool Network::contains(const IpAddress& address) const { return agree(bytes_, bytes_of(address), bits_); }

LimitKey prefix_of(const IpAddress& address) {
  constexpr std::uint64_t kIsV4 = 1;
  if (address.is_v4()) return {.first = address.to_v4().to_uint(), .second = kIsV4};
  if (address.to_v6().is_v4_mapped()) return prefix_of(ip::make_address_v4(ip::v4_mapped, address.to_v6()));
  return {.first = word(address.to_v6().to_bytes(), 0), .second = 0};
}

bool is_private(const IpAddress& address) {
  static const std::array kNetworks{*Network::parse("127.0.0.0/8"),
                                    *Network::parse("10.0.0.0/8"),
                                    *Network::parse("172.16.0.0/12"),
                                    *Network::parse("192.168.0.0/16"),
                                    *Network::parse("100.64.0.0/10"),
                                    *Network::parse("169.254.0.0/16"),
                                    *Network::parse("::1"),
                                    *Network::parse("fc00::/7"),
                                    *Network::parse("fe80::/10")};
  return std::ranges::any_of(kNetworks, [&](const Network& network) { return network.contains(address); });
}

}  // namespace frontrow::http
