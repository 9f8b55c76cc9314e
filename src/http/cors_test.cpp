#include "http/cors.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

TEST(Origin, IsWhatABrowserWrites) {
  for (const char* good : {"https://shop.example", "http://localhost", "http://localhost:5173", "https://a.b-c.example:8443",
                           "http://127.0.0.1:3000", "http://[::1]:8080", "https://[2001:db8::1]", "https://xn--3e0b707e.example"}) {
    EXPECT_TRUE(is_origin(good)) << good;
  }
  for (const char* bad : {"", "*", "null", "shop.example", "https://", "https://Shop.example", "https://shop.example/",
                          "https://shop.example:443", "http://shop.example:80", "https://shop.example:0", "https://shop.example:65536",
                          "https://shop.example:", "https://*.shop.example", "ftp://shop.example", "https://u@shop.example",
                          "https://shop.example?x", "https://shop.example#x", "https://a b", "http://[::1", "http://[]", "http://[", "HTTPS://a",
                          "https://shop.example\r\nX: y"}) {
    EXPECT_FALSE(is_origin(bad)) << bad;
  }
}

TEST(Cors, SaysNothingWhileItIsOff) {
  const Cors off;
  EXPECT_FALSE(off.is_on());
  EXPECT_EQ(off.lines_for("https://shop.example"), "");
  EXPECT_EQ(off.preflight_lines("https://shop.example", "GET"), "");
}

TEST(Cors, AllowsTheNamedOriginsExactly) {
  const Cors cors{{"https://shop.example", "http://localhost:5173"}};
  const std::string lines{cors.lines_for("http://localhost:5173")};
  EXPECT_TRUE(lines.starts_with("Access-Control-Allow-Origin: http://localhost:5173\r\nAccess-Control-Expose-Headers: ETag, ")) << lines;
  EXPECT_TRUE(lines.ends_with("\r\nVary: Origin\r\n")) << lines;
  for (const char* other : {"https://shop.example.evil", "http://shop.example", "https://SHOP.example", "null", "", "https://shop.exampl"}) {
    EXPECT_EQ(cors.lines_for(other), "Vary: Origin\r\n") << other;
    EXPECT_EQ(cors.preflight_lines(other, "GET"), "") << other;
  }
  EXPECT_EQ(cors.lines_for({}), "Vary: Origin\r\n");
}

TEST(Cors, AnswersAPreflightWithThePathsMethods) {
  const Cors cors{{"https://shop.example"}};
  const std::string lines = cors.preflight_lines("https://shop.example", "GET, HEAD, DELETE, OPTIONS");
  EXPECT_NE(lines.find("Access-Control-Allow-Methods: GET, HEAD, DELETE, OPTIONS\r\n"), std::string::npos) << lines;
  EXPECT_NE(lines.find("Idempotency-Key"), std::string::npos) << lines;
  EXPECT_NE(lines.find("X-Queue-Token"), std::string::npos) << lines;
  EXPECT_NE(lines.find("Access-Control-Max-Age: "), std::string::npos) << lines;
}

}  // namespace
}  // namespace frontrow::http
