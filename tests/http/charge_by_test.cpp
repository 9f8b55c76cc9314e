// Who may charge points: each user, or a payment service alone.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/all_routes.hpp"
#include "support/clients/bearer_token.hpp"
#include "support/processes/test_sale.hpp"
#include "support/text_file.hpp"

namespace frontrow::test {
namespace {

constexpr std::string_view kJwtKey = "a secret of more than thirty-two bytes";
constexpr std::string_view kToken = "the payment service of this test, 32 bytes and more";

HttpRequest with_bearer(const HttpRequest& request, std::string_view token) {
  return request.with("Authorization", fmt::format("Bearer {}", token));
}

Settings service_settings(Settings::AuthMode mode, Settings::ChargeBy charge_by) {
  Settings settings = test_settings();
  settings.auth_mode = mode;
  settings.charge_by = charge_by;
  if (mode == Settings::AuthMode::jwt) settings.jwt_key.emplace(std::string{kJwtKey});
  settings.charge_token.emplace(std::string{kToken});
  return settings;
}

TEST(ChargeByUser, IsTheDefaultInOpenModeAndASettingInJwtMode) {
  TestSale open{service_settings(Settings::AuthMode::open, Settings::ChargeBy::automatic)};
  EXPECT_EQ(open.http().send(charge(7, 5)).status, 201);
  EXPECT_EQ(open.http().get("/api/v1/info").text("chargeBy"), "user");
}

TEST(ChargeByUser, InJwtModeIsEachForThemselves) {
  TestSale sale{service_settings(Settings::AuthMode::jwt, Settings::ChargeBy::user)};
  const std::string buyer = hs256_token(kJwtKey, 7);
  EXPECT_EQ(sale.http().send(with_bearer(charge(7, 5), buyer)).status, 201);
  EXPECT_EQ(sale.http().send(with_bearer(charge(8, 5), buyer)).code(), "FORBIDDEN");
  EXPECT_EQ(sale.http().send(with_bearer(charge(8, 5), kToken)).status, 401) << "the service's token is no user's";
}

TEST(ChargeByService, IsTheDefaultInJwtModeAndABuyerMintsNothing) {
  TestSale sale{service_settings(Settings::AuthMode::jwt, Settings::ChargeBy::automatic)};
  HttpClient& http = sale.http();
  EXPECT_EQ(http.get("/api/v1/info").text("chargeBy"), "service");
  const std::string buyer = hs256_token(kJwtKey, 7);
  EXPECT_EQ(http.send(charge(7, 5)).code(), "UNAUTHORIZED");
  EXPECT_EQ(http.send(with_bearer(charge(7, 10'000'000), buyer)).code(), "FORBIDDEN");
  EXPECT_EQ(http.send(with_bearer(charge(7, 5), sale.admin_token())).code(), "FORBIDDEN") << "nor does the operator";
  for (const std::string& wrong : {std::string{kToken.substr(1)}, std::string{kToken} + "x"})
    EXPECT_EQ(http.send(with_bearer(charge(7, 5), wrong)).code(), "FORBIDDEN");
  EXPECT_EQ(http.send(with_bearer(charge(7, 5), kToken)).integer("balance"), 5);
  EXPECT_EQ(http.send(with_bearer({.target = "/api/v1/points"}, buyer)).integer("balance"), 5);
}

TEST(ChargeByService, WantsAUserAndKeepsOneEffectAKey) {
  TestSale sale{service_settings(Settings::AuthMode::jwt, Settings::ChargeBy::service)};
  HttpClient& http = sale.http();
  HttpRequest nobody = with_bearer(charge(7, 5), kToken);
  nobody.body = R"({"amount":5})";
  EXPECT_EQ(http.send(nobody).code(), "VALIDATION_FAILED");
  const auto paid = with_bearer(charge(7, 500).with("Idempotency-Key", "evt_1"), kToken);
  EXPECT_EQ(http.send(paid).integer("balance"), 500);
  EXPECT_EQ(http.send(paid).integer("balance"), 500) << "a webhook that is delivered twice charges once";
  EXPECT_EQ(http.send(with_bearer(charge(7, 600).with("Idempotency-Key", "evt_1"), kToken)).code(), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(http.send(with_bearer(charge(8, 300).with("Idempotency-Key", "evt_1"), kToken)).integer("balance"), 300)
      << "a key is of one user";
}

// The credential opens one route of all.
TEST(ChargeByService, TheCredentialCanDoNothingElse) {
  TestSale sale{service_settings(Settings::AuthMode::jwt, Settings::ChargeBy::service)};
  const NewConcert concert = sale.add_concert();
  HttpClient& http = sale.http();
  const std::string buyer = hs256_token(kJwtKey, 7);
  const std::string ticket = http.send(with_bearer(join(7, concert.id), buyer)).text("token");
  for (const RouteRow& row : all_route_rows()) {
    if (row.needs == "service" || (row.needs == "-" && !row.pattern.starts_with("/api/"))) continue;
    std::string target = row.pattern;
    for (auto open = target.find('{'); open != std::string::npos; open = target.find('{'))
      target.replace(open, target.find('}') - open + 1, fmt::format("{}", concert.id));
    HttpRequest request{.method = row.method, .target = target};
    if (row.method == "POST" || row.method == "PUT" || row.method == "PATCH")
      request.body = fmt::format(R"({{"concertId":{},"userId":7}})", concert.id);
    if (row.needs == "ticket") request = request.with("X-Queue-Token", ticket);
    const auto without = http.send(request);
    const auto with_it = http.send(with_bearer(request, kToken));
    const bool is_free = without.status != 401;  // of routes that want nobody at all
    EXPECT_EQ(with_it.status, is_free ? without.status : row.needs == "admin" ? 403 : 401) << row.method << " " << row.pattern;
  }
}

TEST(ChargeByService, TheWholePurchaseGoesOn) {
  TestSale sale{service_settings(Settings::AuthMode::jwt, Settings::ChargeBy::automatic)};
  const NewConcert concert = sale.add_concert({.price = 1'000});
  HttpClient& http = sale.http();
  const std::string buyer = hs256_token(kJwtKey, 7);
  ASSERT_EQ(http.send(with_bearer(charge(7, 1'000).with("Idempotency-Key", "evt"), kToken)).status, 201);
  const std::string ticket = http.send(with_bearer(join(7, concert.id), buyer)).text("token");
  const auto held = http.send(with_bearer(hold(ticket, concert, concert.first_seat), buyer));
  ASSERT_EQ(held.status, 201) << held;
  EXPECT_EQ(http.send(with_bearer(pay(ticket, held.integer("reservationId")), buyer)).status, 201);
  expect_clean_audit(sale);
}

TEST(ChargeByService, TheEmbeddedProfileMakesATokenOfItsOwn) {
  if (tests_the_cluster()) GTEST_SKIP() << "pods are given theirs";
  Settings settings = service_settings(Settings::AuthMode::open, Settings::ChargeBy::service);
  settings.charge_token.reset();
  TestSale sale{settings};
  EXPECT_EQ(sale.http().send(charge(7, 5)).code(), "UNAUTHORIZED");
  const std::string made = read_line(sale.data_dir() / "charge.token");
  EXPECT_EQ(made.size(), 64U);
  EXPECT_EQ(sale.http().send(with_bearer(charge(7, 5), made)).status, 201);
}

// The service may come from inside, where buyers' limits by address do not count.
TEST(ChargeByService, IsServedToTheOperatorsNetworkToo) {
  Settings settings = service_settings(Settings::AuthMode::open, Settings::ChargeBy::service);
  settings.admin_host = "127.0.0.1";
  settings.admin_port = 0;
  TestSale sale{settings};
  HttpClient inside(sale.server().admin_port());
  EXPECT_EQ(inside.send(with_bearer(charge(7, 5), kToken)).status, 201);
  EXPECT_EQ(inside.send(charge(7, 5)).code(), "UNAUTHORIZED");
  EXPECT_EQ(inside.send({.target = "/api/v1/points?userId=7"}).status, 404);
  EXPECT_EQ(sale.http().send(with_bearer(charge(7, 5), kToken)).status, 201);
}

}  // namespace
}  // namespace frontrow::test
