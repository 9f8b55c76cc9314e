// The address only; what is fetched with it is in tests/http/oidc_test.py.
#include "api/https_get.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(HttpsUrl, HasHostPortAndTarget) {
  const auto plain = parse_https_url("https://id.example/realms/shop/certs?x=1").value();
  EXPECT_EQ(plain.host, "id.example");
  EXPECT_EQ(plain.port, 443);
  EXPECT_EQ(plain.target, "/realms/shop/certs?x=1");
  const auto v6 = parse_https_url("HTTPS://[::1]:8443").value();
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, 8443);
  EXPECT_EQ(v6.target, "/");
  EXPECT_EQ(parse_https_url("https://a.example?x").value().target, "/?x");
}

TEST(HttpsUrl, RefusesAllElse) {
  for (const char* text : {"",
                           "https://",
                           "http://id.example/",
                           "id.example",
                           "file:///etc/passwd",
                           "https:/id.example",
                           "https://user@id.example/",
                           "https://user:secret@id.example/",
                           "https://id.example:0/",
                           "https://id.example:65536/",
                           "https://id.example:443x/",
                           "https://id.example:/",
                           "https://id.example/#keys",
                           "https://id.example/a b",
                           "https://id.example/\r\nX: y",
                           "https://id.example\\@evil.example/",
                           "https://[::1/",
                           "https://[::1]x/",
                           "https://[id.example]/",
                           "https://:443/",
                           "https://\xed\x95\x9c.example/"})
    EXPECT_FALSE(parse_https_url(text).has_value()) << text;
}

}  // namespace
}  // namespace frontrow::http
