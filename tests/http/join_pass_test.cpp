// Joins that cost a pass: a short-lived JWT of a party that has looked whether the user is a person, good for one place.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/clients/bearer_token.hpp"
#include "support/clients/crowd.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

constexpr std::string_view kKey = "the gateway's secret of more than thirty-two bytes";

// `more`: further claims, with a comma before each.
std::string pass(std::string_view id, std::string_view more = "", std::int64_t seconds_left = 300) {
  return signed_with(kKey, kHs256Header, fmt::format(R"({{"jti":"{}","exp":{}{}}})", id, now_seconds() + seconds_left, more));
}

HttpRequest join_with(std::int64_t user, const NewConcert& concert, const std::string& pass, std::string key = {}) {
  return join(user, concert.id, std::move(key)).with("X-Join-Pass", pass);
}

Settings always() {
  Settings settings = test_settings();
  settings.join_pass = Settings::JoinPass::always;
  settings.join_pass_key.emplace(std::string{kKey});
  return settings;
}

TEST(JoinPass, IsGoodForOnePlaceOfAll) {
  TestSale sale(always());
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert(), other = sale.add_concert();
  EXPECT_EQ(http.send(join(1, concert.id)).code(), "JOIN_PASS_REQUIRED");
  const auto joined = http.send(join_with(1, concert, pass("a")));
  EXPECT_EQ(joined.status, 201);
  EXPECT_EQ(http.send(join_with(2, concert, pass("a"))).code(), "JOIN_PASS_USED");
  EXPECT_EQ(http.send(join_with(1, other, pass("a"))).code(), "JOIN_PASS_USED");
  EXPECT_EQ(http.send(join_with(2, concert, pass("b"))).status, 201);
  expect_clean_audit(sale);
}

TEST(JoinPass, APlaceIsFoundAgainWithoutOne) {
  TestSale sale(always());
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const std::string token = http.send(join_with(1, concert, pass("a"), "key")).text("token");
  EXPECT_EQ(http.send(join(1, concert.id)).text("token"), token);
  EXPECT_EQ(http.send(join_with(1, concert, "no pass")).text("token"), token);
  EXPECT_EQ(http.send(join(1, concert.id, "key")).text("token"), token) << "a repeat is answered before any gate";
  EXPECT_EQ(http.send(join_with(1, concert, pass("b"))).text("token"), token);
  EXPECT_EQ(http.send(join_with(2, concert, pass("b"))).status, 201) << "a pass that gave no place is not used";
  ASSERT_EQ(http.send(leave(token)).status, 204);
  EXPECT_EQ(http.send(join_with(1, concert, pass("a"))).code(), "JOIN_PASS_USED") << "a new place costs a new pass";
  EXPECT_EQ(http.send(join_with(1, concert, pass("c"))).status, 201);
}

TEST(JoinPass, WhatIsWrongWithItIsSaid) {
  TestSale sale(always());
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const auto said = [&](const std::string& token) {
    const auto answer = http.send(join_with(7, concert, token));
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "JOIN_PASS_INVALID") << answer;
    return std::string(answer.json().at("detail").as_string());
  };
  EXPECT_EQ(said(signed_with("another secret of thirty-two bytes!!", kHs256Header, R"({"jti":"a","exp":4102444800})")),
            "The token is not signed by the right key.");
  EXPECT_EQ(said(signed_with(kKey, R"({"alg":"none"})", R"({"jti":"a","exp":4102444800})")),
            "The token is not signed with the algorithm of this server.");
  EXPECT_EQ(said("a.b"), "The token is malformed.");
  EXPECT_EQ(said(pass("a", "", -100)), "The token has expired.");
  EXPECT_EQ(said(pass("a", "", 700)), "The pass is good for too long.");
  EXPECT_EQ(said(signed_with(kKey, kHs256Header, R"({"jti":"a"})")), "The token has no expiry.");
  EXPECT_EQ(said(signed_with(kKey, kHs256Header, fmt::format(R"({{"exp":{}}})", now_seconds() + 60))), "The pass has no id (jti).");
  EXPECT_EQ(said(pass("")), "The pass has no id (jti).");
  EXPECT_EQ(said(pass(std::string(256, 'a'))), "The pass has no id (jti).");
  EXPECT_EQ(said(pass("a", R"(,"sub":"8")")), "The pass is another user's.");
  EXPECT_EQ(said(pass("a", R"(,"sub":7)")), "The pass is another user's.") << "a number is no subject";
  EXPECT_EQ(said(pass("a", fmt::format(R"(,"concertId":{})", concert.id + 1))), "The pass is for another concert.");
  EXPECT_EQ(said(pass("a", fmt::format(R"(,"concertId":"{}")", concert.id))), "The pass is for another concert.");
  const std::string bound = pass("a", fmt::format(R"(,"sub":"7","concertId":{})", concert.id));
  EXPECT_EQ(http.send(join_with(7, concert, bound)).status, 201) << "nothing of that has used it";
}

TEST(JoinPass, AConcertsQueueMayWantOne) {
  Settings settings = test_settings();
  settings.join_pass_key.emplace(std::string{kKey});
  TestSale sale(settings);
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert(), free = sale.add_concert();
  const auto set = [&](std::string_view more) {
    return http.send(as_admin({.method = "PUT",
                               .target = fmt::format("/api/v1/admin/concerts/{}/queue", concert.id),
                               .body = fmt::format(R"({{"enabled":true,"maxActive":1000,"admissionsPerSecond":1000{}}})", more)},
                              sale.admin_token()));
  };
  EXPECT_EQ(set(R"(,"passRequired":true)").json().at("passRequired"), true);
  EXPECT_EQ(http.send(join(1, concert.id)).code(), "JOIN_PASS_REQUIRED");
  EXPECT_EQ(http.send(join(1, free.id)).status, 201);
  EXPECT_EQ(set("").json().at("passRequired"), true) << "what is not named stays";
  EXPECT_EQ(http.send(join_with(1, concert, pass("a"))).status, 201);
  EXPECT_EQ(set(R"(,"passRequired":false)").json().at("passRequired"), false);
  EXPECT_EQ(http.send(join(2, concert.id)).status, 201);
}

TEST(JoinPass, AServerWithoutAKeyOffersNone) {
  TestSale sale;
  const NewConcert concert = sale.add_concert();
  const auto answer =
      sale.http().send(as_admin({.method = "PUT",
                                 .target = fmt::format("/api/v1/admin/concerts/{}/queue", concert.id),
                                 .body = R"({"enabled":true,"maxActive":1,"admissionsPerSecond":1,"passRequired":true})"},
                                sale.admin_token()));
  EXPECT_EQ(answer.code(), "VALIDATION_FAILED");
  EXPECT_EQ(sale.http().send(join_with(1, concert, "no pass")).status, 201) << "nobody looks at it";
}

// One pass, 64 people at the same moment, at two pods in the cluster profile: one place.
TEST(JoinPass, OnePassMakesOneTicketHoweverManyUseItAtOnce) {
  TestSale sale(always());
  const NewConcert concert = sale.add_concert();
  std::unique_ptr<SaleServer> other = tests_the_cluster() ? sale.another_pod() : nullptr;
  if (other != nullptr) {
    HttpClient there(other->port());
    ASSERT_TRUE(eventually([&] { return there.get(fmt::format("/api/v1/concerts/{}", concert.id)).status == 200; }));
  }
  Crowd here(sale.port()), there(other != nullptr ? other->port() : sale.port());
  for (int round = 0; round < 5; ++round) {
    std::vector<HttpRequest> half[2];
    for (int i = 0; i < 64; ++i) half[i % 2].push_back(join_with(1'000 * round + i + 1, concert, pass(fmt::format("p{}", round))));
    std::vector<HttpResponse> answers[2];
    std::jthread elsewhere([&] { answers[1] = there.send(half[1]); });
    answers[0] = here.send(half[0]);
    elsewhere.join();
    int joined = 0;
    for (const auto& each : answers)
      for (const HttpResponse& answer : each) {
        joined += answer.status == 201;
        EXPECT_TRUE(answer.status == 201 || answer.code() == "JOIN_PASS_USED") << answer;
      }
    EXPECT_EQ(joined, 1);
  }
  expect_clean_audit(sale);
}

}  // namespace
}  // namespace frontrow::test
