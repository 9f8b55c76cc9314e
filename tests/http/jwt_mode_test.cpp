// auth-mode jwt: the user is the token's, other users' objects look absent, and a ticket works only for its owner.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/clients/bearer_token.hpp"
#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

constexpr std::string_view kKey = "a secret of more than thirty-two bytes";

HttpRequest as_user(HttpRequest request, std::int64_t user) {
  return request.with("Authorization", "Bearer " + hs256_token(kKey, user));
}

Settings jwt_settings() {
  Settings settings = test_settings();
  settings.auth_mode = Settings::AuthMode::jwt;
  settings.jwt_key.emplace(std::string{kKey});
  settings.charge_by = Settings::ChargeBy::user;
  return settings;
}

class JwtMode : public testing::Test {
 protected:
  HttpClient& http() { return sale_.http(); }
  TestSale sale_{jwt_settings()};
  NewConcert concert_ = sale_.add_concert({.price = 1'000});
};

TEST_F(JwtMode, TheUserIsTheBearers) {
  auto request = charge(1, 5'000);
  request.body = R"({"amount":5000})";
  EXPECT_EQ(http().send(as_user(request, 7)).integer("userId"), 7);
  EXPECT_EQ(http().send(as_user(charge(7, 1), 7)).integer("balance"), 5'001);
  EXPECT_EQ(http().send(as_user(charge(8, 1), 7)).code(), "FORBIDDEN");
  EXPECT_EQ(http().send(charge(7, 1)).code(), "UNAUTHORIZED");
  EXPECT_EQ(http().send(as_user({.target = "/api/v1/points"}, 7)).integer("balance"), 5'001);
  EXPECT_EQ(http().send(as_user({.target = "/api/v1/points?userId=8"}, 7)).code(), "FORBIDDEN");
}

TEST_F(JwtMode, ABadTokenIsUnauthorized) {
  const std::string good = signed_with(kKey, kHs256Header, claims_of(7));
  std::string flipped = good;
  flipped[good.size() / 2] = flipped[good.size() / 2] == 'A' ? 'B' : 'A';
  const std::string unsigned_one = base64url(R"({"alg":"none"})") + "." + base64url(claims_of(7)) + ".";
  for (const std::string& token : {flipped,
                                   unsigned_one,
                                   signed_with("another secret of thirty-two bytes!!", kHs256Header, claims_of(7)),
                                   signed_with(kKey, R"({"alg":"HS512"})", claims_of(7)),
                                   signed_with(kKey, R"({"alg":"none"})", claims_of(7)),
                                   signed_with(kKey, kHs256Header, claims_of(7, -3'600)),
                                   signed_with(kKey, kHs256Header, R"({"sub":"7"})"),
                                   signed_with(kKey, kHs256Header, claims_of(0)),
                                   good.substr(0, good.rfind('.')),
                                   std::string{"a.b.c"},
                                   std::string{}}) {
    const auto answer = http().send(HttpRequest{.target = "/api/v1/points"}.with("Authorization", "Bearer " + token));
    EXPECT_EQ(answer.status, 401) << answer;
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
  }
}

// RFC 9110, 11.1
TEST_F(JwtMode, TheSchemeIsSpelledAnyWay) {
  const std::string token = hs256_token(kKey, 7);
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER  "})
    EXPECT_EQ(http().send(HttpRequest{.target = "/api/v1/points"}.with("Authorization", scheme + token)).status, 200) << scheme;
  for (const char* scheme : {"Bearer", "Bearer,", "Basic ", "Token "})
    EXPECT_EQ(http().send(HttpRequest{.target = "/api/v1/points"}.with("Authorization", scheme + token)).status, 401) << scheme;
}

TEST_F(JwtMode, TimesMayHaveFractions) {
  const auto status_of = [&](const std::string& times) {
    const std::string token = signed_with(kKey, kHs256Header, R"({"sub":"7",)" + times + "}");
    return http().send(HttpRequest{.target = "/api/v1/points"}.with("Authorization", "Bearer " + token)).status;
  };
  const auto now = now_seconds();
  EXPECT_EQ(status_of(fmt::format(R"("exp":{}.5,"nbf":{}.25,"iat":{}.125)", now + 60, now - 5, now - 5)), 200);
  EXPECT_EQ(status_of(fmt::format(R"("exp":{}.5)", now - 3'600)), 401);
  EXPECT_EQ(status_of(fmt::format(R"("exp":{}.5,"nbf":{}.5)", now + 7'200, now + 3'600)), 401);
}

TEST_F(JwtMode, ATicketWorksOnlyInItsOwnersHands) {
  ASSERT_EQ(http().send(as_user(charge(7, 5'000), 7)).status, 201);
  const auto token = http().send(as_user(join(7, concert_.id), 7)).text("token");
  EXPECT_EQ(http().send(as_user(join(8, concert_.id), 7)).code(), "FORBIDDEN");
  const auto wish = hold(token, concert_, concert_.first_seat);
  EXPECT_EQ(http().send(wish).code(), "UNAUTHORIZED");
  EXPECT_EQ(http().send(as_user(wish, 8)).code(), "FORBIDDEN");
  const auto held = http().send(as_user(wish, 7));
  ASSERT_EQ(held.status, 201) << held;
  const auto reservation = held.integer("reservationId");
  EXPECT_EQ(http().send(pay(token, reservation)).code(), "UNAUTHORIZED");
  EXPECT_EQ(http().send(as_user(pay(token, reservation), 8)).code(), "FORBIDDEN");
  const auto other = http().send(as_user(join(8, concert_.id), 8)).text("token");
  EXPECT_EQ(http().send(as_user(pay(other, reservation), 8)).code(), "RESERVATION_NOT_FOUND");
  EXPECT_EQ(http().send(as_user(pay(token, reservation), 7)).status, 201);
}

TEST_F(JwtMode, LookingAndLeavingWantTheTicketsOwnerToo) {
  const auto token = http().send(as_user(join(7, concert_.id), 7)).text("token");
  for (const auto& request : {poll(token), seat_map(token, concert_), seat_map(token, concert_, "?since=0"), leave(token)}) {
    EXPECT_EQ(http().send(request).code(), "UNAUTHORIZED") << request.bytes();
    EXPECT_EQ(http().send(as_user(request, 8)).code(), "FORBIDDEN") << request.bytes();
    EXPECT_LT(http().send(as_user(request, 7)).status, 300) << request.bytes();
  }
}

TEST_F(JwtMode, OthersThingsDoNotExist) {
  const auto token = http().send(as_user(join(7, concert_.id), 7)).text("token");
  const auto id = http().send(as_user(hold(token, concert_, concert_.first_seat), 7)).integer("reservationId");
  const HttpRequest look{.target = fmt::format("/api/v1/reservations/{}", id)};
  HttpRequest give_back = look;
  give_back.method = "DELETE";
  EXPECT_EQ(http().send(as_user(look, 7)).status, 200);
  for (const auto& request : {look, give_back}) {
    EXPECT_EQ(http().send(as_user(request, 8)).code(), "RESERVATION_NOT_FOUND");
    EXPECT_EQ(http().send(request).code(), "UNAUTHORIZED");
  }
  EXPECT_TRUE(http().send(as_user({.target = "/api/v1/reservations"}, 8)).json().at("reservations").as_array().empty());
  EXPECT_EQ(http().send(as_user(give_back, 7)).status, 204);
}

}  // namespace
}  // namespace frontrow::test
