#include "http/clients.hpp"

#include <gtest/gtest.h>

#include "http/forwarded.hpp"

namespace frontrow::http {
namespace {

IpAddress address(std::string_view text) { return parse_address(text).value(); }

ClientSettings behind(std::string_view trusted, ToldBy told_by = ToldBy::x_forwarded_for) {
  return {.trusted = {Network::parse(trusted).value()}, .told_by = told_by};
}

std::string asked(const ClientSettings& settings, std::string_view peer, std::vector<Header> headers) {
  const auto client = Clients(settings).of_request(address(peer), headers, {});
  return client ? client->to_string() : "-";
}

TEST(Network, Parses) {
  for (const char* good : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.7", "192.0.2.7/32", "2001:db8::/32", "::1", "::/0"})
    EXPECT_TRUE(Network::parse(good)) << good;
  for (const char* bad : {"",
                          "10.0.0.1/8",
                          "10.0.0.0/33",
                          "10.0.0.0/",
                          "10.0.0.0/8x",
                          "10.0.0/8",
                          "2001:db8::/129",
                          "fe80::1%eth0",
                          "localhost",
                          "10.0.0.0/-1",
                          " 10.0.0.0",
                          "/8"})
    EXPECT_FALSE(Network::parse(bad)) << bad;
}

TEST(Network, Contains) {
  EXPECT_TRUE(Network::parse("10.0.0.0/8")->contains(address("10.255.0.1")));
  EXPECT_FALSE(Network::parse("10.0.0.0/8")->contains(address("11.0.0.1")));
  EXPECT_TRUE(Network::parse("172.16.0.0/12")->contains(address("172.31.1.1")));
  EXPECT_FALSE(Network::parse("172.16.0.0/12")->contains(address("172.32.1.1")));
  EXPECT_TRUE(Network::parse("10.0.0.0/8")->contains(address("::ffff:10.1.1.1"))) << "IPv4 in IPv6's clothes";
  EXPECT_FALSE(Network::parse("0.0.0.0/0")->contains(address("2001:db8::1")));
  EXPECT_TRUE(Network::parse("2001:db8:8000::/33")->contains(address("2001:db8:8001::")));
  EXPECT_FALSE(Network::parse("2001:db8:8000::/33")->contains(address("2001:db8:7fff::")));
}

TEST(Network, PrefixesAreWhatOneCustomerHas) {
  const auto same = [](std::string_view one, std::string_view other) {
    const LimitKey a = prefix_of(address(one)), b = prefix_of(address(other));
    return a.first == b.first && a.second == b.second;
  };
  EXPECT_FALSE(same("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(same("192.0.2.1", "::ffff:192.0.2.1"));
  EXPECT_TRUE(same("2001:db8:0:1::1", "2001:db8:0:1:ffff::"));
  EXPECT_FALSE(same("2001:db8:0:1::1", "2001:db8:0:2::1"));
}

TEST(Clients, AreTakenFromTheLastAddressThatIsNoTrustedProxy) {
  struct Case {
    const char* line;
    const char* client;
  };
  for (const Case& each : std::initializer_list<Case>{{"203.0.113.7", "203.0.113.7"},
                                                      {"6.6.6.6, 203.0.113.7", "203.0.113.7"},
                                                      {"6.6.6.6, 203.0.113.7, 10.1.1.1", "203.0.113.7"},
                                                      {"203.0.113.7:4711", "203.0.113.7"},
                                                      {"[2001:db8::7]:4711", "2001:db8::7"},
                                                      {"2001:db8::7", "2001:db8::7"},
                                                      {"::ffff:203.0.113.7", "203.0.113.7"},
                                                      {"10.1.1.1, 10.1.1.2", "10.1.1.1"},
                                                      {"203.0.113.7, unknown", "-"},
                                                      {"203.0.113.7,,", "203.0.113.7"},
                                                      {"", "-"}})
    EXPECT_EQ(asked(behind("10.0.0.0/8"), "10.0.0.1", {{"x-forwarded-for", each.line}}), each.client) << each.line;
  EXPECT_EQ(asked(behind("10.0.0.0/8"), "10.0.0.1", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "203.0.113.7"}}),
            "203.0.113.7")
      << "a proxy may add a line";
}

TEST(Clients, AnUntrustedPeerIsTheClientWhateverItSays) {
  EXPECT_EQ(asked(behind("10.0.0.0/8"), "203.0.113.9", {{"X-Forwarded-For", "1.1.1.1"}}), "203.0.113.9");
  EXPECT_EQ(asked(behind("10.0.0.0/8"), "127.0.0.1", {{"X-Forwarded-For", "1.1.1.1"}}), "127.0.0.1");
}

TEST(Clients, OnlyTheNamedHeaderCounts) {
  EXPECT_EQ(asked(behind("10.0.0.0/8"), "10.0.0.1", {{"Forwarded", "for=1.1.1.1"}, {"X-Forwarded-For", "203.0.113.7"}}),
            "203.0.113.7");
  EXPECT_EQ(
      asked(
          behind("10.0.0.0/8", ToldBy::forwarded), "10.0.0.1", {{"Forwarded", "for=203.0.113.7"}, {"X-Forwarded-For", "1.1.1.1"}}),
      "203.0.113.7");
}

TEST(Clients, AreReadFromForwarded) {
  struct Case {
    const char* line;
    const char* client;
  };
  for (const Case& each : std::initializer_list<Case>{{"for=203.0.113.7", "203.0.113.7"},
                                                      {"For=\"[2001:db8::7]:4711\";proto=https", "2001:db8::7"},
                                                      {"by=10.0.0.9; for=203.0.113.7", "203.0.113.7"},
                                                      {"for=6.6.6.6, for=203.0.113.7;by=\"a,b;c\", for=10.1.1.1", "203.0.113.7"},
                                                      {"for=\"left open, for=203.0.113.7", "203.0.113.7"},
                                                      {"for=_hidden", "-"},
                                                      {"proto=https", "-"},
                                                      {"for=\"203.0.113.7", "-"}})
    EXPECT_EQ(asked(behind("10.0.0.0/8", ToldBy::forwarded), "10.0.0.1", {{"Forwarded", each.line}}), each.client) << each.line;
}

TEST(Clients, BehindUnknownProxiesAreNotLimitedByAddress) {
  Clients clients({});
  for (int i = 1; i <= 3; ++i) EXPECT_FALSE(clients.of_connection(address("10.0.0." + std::to_string(i))));
  EXPECT_FALSE(clients.of_request(address("10.0.0.1"), {}, {}));
  EXPECT_FALSE(clients.of_connection(address("127.0.0.1")));
  EXPECT_FALSE(clients.are_told_apart());
  EXPECT_TRUE(clients.of_connection(address("203.0.113.7"))) << "a public address is a client's, or a proxy that should be named";
  EXPECT_TRUE(clients.are_told_apart());
  EXPECT_FALSE(clients.of_request(address("10.0.0.1"), {}, {})) << "which does not make a proxy a client";
}

TEST(Clients, ManyPrivateAddressesAreClients) {
  Clients clients({});
  for (std::size_t i = 0; i <= Clients::kFew; ++i) clients.of_connection(address("10.0.1." + std::to_string(i)));
  EXPECT_TRUE(clients.of_request(address("10.0.1.1"), {}, {}));
  EXPECT_TRUE(clients.are_told_apart());
}

TEST(Clients, TheSettingDecides) {
  EXPECT_EQ(asked({.limits = AddressLimits::on, .trusted = {}}, "127.0.0.1", {}), "127.0.0.1");
  EXPECT_EQ(asked({.limits = AddressLimits::off, .trusted = {}}, "203.0.113.7", {}), "-");
  ClientSettings off = behind("10.0.0.0/8");
  off.limits = AddressLimits::off;
  EXPECT_EQ(asked(off, "10.0.0.1", {{"X-Forwarded-For", "203.0.113.7"}}), "-");
  Clients trusting(behind("10.0.0.0/8"));
  EXPECT_FALSE(trusting.of_connection(address("10.0.0.1"))) << "a proxy's connection carries many clients";
  EXPECT_TRUE(trusting.of_connection(address("127.0.0.1")));
}

// The PROXY protocol.

std::string proxied(char command, char family, std::string_view rest, std::size_t length) {
  std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
  bytes += command;
  bytes += family;
  bytes += static_cast<char>(length >> 8);
  bytes += static_cast<char>(length & 0xFF);
  return bytes += rest;
}
const std::string kFour("\xCB\x00\x71\x07\x0A\x00\x00\x01\x12\x34\x1F\x90", 12);  // 203.0.113.7 to 10.0.0.1

TEST(ProxyHeader, NamesTheSource) {
  const std::string bytes = proxied(0x21, 0x11, kFour, 12) + "GET / HTTP/1.1\r\n";
  const auto header = read_proxy_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->size, 28U);
  EXPECT_EQ(header->source.value().to_string(), "203.0.113.7");
  for (std::size_t size = 0; size < 28; ++size) {
    const auto part = read_proxy_header(std::string_view(bytes).substr(0, size));
    ASSERT_TRUE(part) << size;
    EXPECT_EQ(part->size, 0U) << size;
  }
}

TEST(ProxyHeader, OfIpv6AndWithMoreThanAddresses) {
  const std::string source("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
  const auto header = read_proxy_header(proxied(0x21, 0x21, source + source + std::string(4, '\1') + std::string(100, 'x'), 136));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->size, 152U);
  EXPECT_EQ(header->source.value().to_string(), "2001:db8::7");
}

TEST(ProxyHeader, OfAHealthCheckOrAnotherFamilyNamesNobody) {
  for (const auto& bytes : {proxied(0x20, 0x11, kFour, 12),
                            proxied(0x20, 0, "", 0),
                            proxied(0x21, 0, "", 0),
                            proxied(0x21, 0x31, std::string(216, 'u'), 216)}) {
    const auto header = read_proxy_header(bytes);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->size, bytes.size());
    EXPECT_FALSE(header->source);
  }
}

TEST(ProxyHeader, AnythingElseIsRefused) {
  for (const auto& bytes : {std::string("GET / HTTP/1.1\r\n"),
                            std::string("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n"),
                            std::string("\r\n\r\nG"),
                            proxied(0x11, 0x11, kFour, 12),
                            proxied(0x22, 0x11, kFour, 12),
                            proxied(0x21, 0x11, kFour, 11),
                            proxied(0x21, 0x21, kFour, 12),
                            proxied(0x21, 0x11, "", 65'535)})
    EXPECT_FALSE(read_proxy_header(bytes)) << bytes;
}

}  // namespace
}  // namespace frontrow::http
