// auth-mode jwt with subjects of any kind: a person has one user id, however the first requests come.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "domain/subject.hpp"
#include "support/clients/bearer_token.hpp"
#include "support/clients/crowd.hpp"
#include "support/clients/raw_client.hpp"
#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

constexpr std::string_view kKey = "a secret of more than thirty-two bytes";

std::string token_of(std::string_view subject, std::string_view more = "") {
  return signed_with(kKey, kHs256Header, fmt::format(R"({{"sub":"{}","exp":{}{}}})", subject, now_seconds() + 600, more));
}

HttpRequest as(HttpRequest request, std::string_view subject, std::string_view more = "") {
  return request.with("Authorization", "Bearer " + token_of(subject, more));
}

HttpRequest points() { return {.target = "/api/v1/points"}; }
HttpRequest charge_of(int amount) {
  return {.method = "POST", .target = "/api/v1/points/charge", .body = fmt::format(R"({{"amount":{}}})", amount)};
}

Settings any_subject(int known = 1'000'000) {
  Settings settings = test_settings();
  settings.auth_mode = Settings::AuthMode::jwt;
  settings.jwt_key.emplace(std::string{kKey});
  settings.jwt_subjects = http::JwtSubjects::any;
  settings.charge_by = Settings::ChargeBy::user;
  settings.jwt_known_subjects = known;
  settings.commands_under_way_per_user = 0;
  return settings;
}

class Subjects : public testing::Test {
 protected:
  HttpClient& http() { return sale_.http(); }
  std::int64_t user_of(std::string_view subject, std::string_view more = "") {
    return http().send(as(points(), subject, more)).integer("userId");
  }
  TestSale sale_{any_subject()};
};

TEST_F(Subjects, OfAnyKindHaveAUserEach) {
  std::set<std::int64_t> users;
  for (const char* subject : {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                              "auth0|507f1f77bcf86cd799439020",
                              "KxW4nFbEnTbWFC8pzqXZqKGZ5pA2",
                              "118203904729340723472",
                              "9007199254740993",
                              "4503599627370496",
                              "042",
                              "42 ",
                              "ann@example.com",
                              "홍길동"}) {
    const std::int64_t user = user_of(subject);
    EXPECT_GE(user, kFirstMappedUser) << subject;
    EXPECT_TRUE(users.insert(user).second) << subject;
    EXPECT_EQ(user_of(subject), user) << subject;
  }
}

TEST_F(Subjects, NumbersAreThemselvesAsBefore) {
  EXPECT_EQ(user_of("42"), 42);
  EXPECT_EQ(user_of("4503599627370495"), kFirstMappedUser - 1);
}

TEST_F(Subjects, OfTwoIssuersAreTwoPeople) {
  const std::int64_t one = user_of("ann", R"(,"iss":"https://id.example")");
  EXPECT_NE(user_of("ann", R"(,"iss":"https://other.example")"), one);
  EXPECT_NE(user_of("ann"), one);
  EXPECT_EQ(user_of("ann", R"(,"iss":"https://id.example")"), one);
}

TEST_F(Subjects, ThatCannotBeStoredAreRefused) {
  for (const std::string& subject : {std::string(), std::string(256, 'x')})
    EXPECT_EQ(http().send(as(points(), subject)).status, 401) << subject.size();
  EXPECT_EQ(http().send(as(points(), std::string(255, 'x'))).status, 200);
}

TEST_F(Subjects, APersonMayBuy) {
  const NewConcert concert = sale_.add_concert({.price = 1'000});
  ASSERT_EQ(http().send(as(charge_of(5'000), "ann")).status, 201);
  const HttpRequest joining{
      .method = "POST", .target = "/api/v1/queue/token", .body = fmt::format(R"({{"concertId":{}}})", concert.id)};
  const auto ticket = http().send(as(joining, "ann")).text("token");
  const auto wish = hold(ticket, concert, concert.first_seat);
  EXPECT_EQ(http().send(as(wish, "ben")).code(), "FORBIDDEN");
  const auto held = http().send(as(wish, "ann"));
  ASSERT_EQ(held.status, 201) << held;
  EXPECT_EQ(http().send(as(pay(ticket, held.integer("reservationId")), "ann")).status, 201);
  EXPECT_EQ(http().send(as(points(), "ann")).integer("balance"), 4'000);
}

TEST_F(Subjects, ManyFirstRequestsOfOnePersonAtOnceMakeOneUser) {
  constexpr int kRequests = 64;
  const auto other = tests_the_cluster() ? sale_.another_pod() : nullptr;
  for (int round = 0; round < 5; ++round) {
    const std::string person = "person " + std::to_string(round);
    const std::vector<HttpRequest> requests(kRequests, as(charge_of(10), person));
    std::vector<std::vector<HttpResponse>> answers(2);
    all_at_once(2, [&](int pod) {
      Crowd crowd(pod == 1 && other ? other->port() : sale_.port());
      answers[static_cast<std::size_t>(pod)] = crowd.send(requests);
    });
    std::set<std::int64_t> users;
    for (const auto& of_pod : answers)
      for (const HttpResponse& answer : of_pod) {
        ASSERT_EQ(answer.status, 201) << answer;
        users.insert(answer.integer("userId"));
      }
    EXPECT_EQ(users.size(), 1U) << round;
    EXPECT_EQ(http().send(as(points(), person)).integer("balance"), 2 * kRequests * 10);
  }
}

TEST_F(Subjects, ManyNewPeopleAtOnceAreAllServed) {
  constexpr int kPeople = 500;
  std::vector<HttpRequest> requests;
  for (int i = 0; i < kPeople; ++i) requests.push_back(as(charge_of(1 + i), fmt::format("crowd {}", i)));
  Crowd crowd(sale_.port());
  std::set<std::int64_t> users;
  int at = 0;
  for (const HttpResponse& answer : crowd.send(requests)) {
    ASSERT_EQ(answer.status, 201) << answer;
    EXPECT_EQ(answer.integer("balance"), 1 + at++) << "with its own body";
    users.insert(answer.integer("userId"));
  }
  EXPECT_EQ(users.size(), std::size_t{kPeople});
}

// The first request waits for its user; those behind it wait for their turn, and are not lost.
TEST_F(Subjects, RequestsBehindOneThatWaitsAreAnsweredInTheirOrder) {
  RawClient client(sale_.port());
  std::string bytes;
  for (int i = 0; i < 20; ++i) {
    bytes += as(charge_of(100 + i), fmt::format("pipelined {}", i / 2)).bytes();
    bytes += as(points(), fmt::format("pipelined {}", i / 2)).bytes();
  }
  ASSERT_TRUE(client.send(bytes));
  for (int i = 0; i < 20; ++i) {
    const RawResponse charged = client.receive();
    ASSERT_EQ(charged.status, 201) << i << charged.body;
    EXPECT_TRUE(charged.body.contains(fmt::format(R"("amount":{},)", 100 + i))) << charged.body;
    EXPECT_EQ(client.receive().status, 200) << i;
  }
}

TEST_F(Subjects, AClientThatLeavesWhileItsUserIsLookedUpDoesNoHarm) {
  for (int i = 0; i < 50; ++i) {
    RawClient client(sale_.port());
    ASSERT_TRUE(client.send(as(charge_of(1), fmt::format("leaver {}", i)).bytes()));
  }
  EXPECT_EQ(http().send(as(points(), "somebody who stays")).status, 200);
}

TEST_F(Subjects, OtherRefusalsComeFirst) {
  HttpRequest bad = charge_of(0);
  EXPECT_EQ(http().send(as(bad, "new one")).code(), "VALIDATION_FAILED");
  EXPECT_EQ(http().send(as(points(), "new one", R"(,"nbf":99999999999)")).code(), "UNAUTHORIZED");
  EXPECT_EQ(http().send(as({.target = "/api/v1/points?userId=7"}, "new one")).code(), "FORBIDDEN");
}

HttpRequest joining(const NewConcert& concert) {
  return {.method = "POST", .target = "/api/v1/queue/token", .body = fmt::format(R"({{"concertId":{}}})", concert.id)};
}

// A payment service and a gateway of passes name a person as the API does: by the user's id, not by `sub`.
TEST(SubjectsOfServices, AreNamedByTheirUser) {
  constexpr std::string_view kService = "the payment service's token, 32 bytes or more";
  constexpr std::string_view kGateway = "the gateway's secret of more than thirty-two bytes";
  Settings settings = any_subject();
  settings.charge_by = Settings::ChargeBy::service;
  settings.charge_token.emplace(std::string{kService});
  settings.join_pass = Settings::JoinPass::always;
  settings.join_pass_key.emplace(std::string{kGateway});
  TestSale sale(settings);
  HttpClient& http = sale.http();
  const std::int64_t ann = http.send(as(points(), "ann")).integer("userId");
  const HttpRequest paid{
      .method = "POST", .target = "/api/v1/points/charge", .body = fmt::format(R"({{"userId":{},"amount":500}})", ann)};
  EXPECT_EQ(http.send(as(charge_of(500), "ann")).code(), "FORBIDDEN");
  EXPECT_EQ(http.send(HttpRequest{paid}.with("Authorization", fmt::format("Bearer {}", kService))).integer("balance"), 500);
  EXPECT_EQ(http.send(as(points(), "ann")).integer("balance"), 500);
  const NewConcert concert = sale.add_concert();
  const auto pass = [&](std::string_view id, std::string_view more) {
    return signed_with(kGateway, kHs256Header, fmt::format(R"({{"jti":"{}","exp":{}{}}})", id, now_seconds() + 100, more));
  };
  const auto joined = [&](std::string_view subject, const std::string& shown) {
    return http.send(as(joining(concert), subject).with("X-Join-Pass", shown));
  };
  EXPECT_EQ(joined("ben", pass("a", "")).status, 201) << "at first sight";
  EXPECT_EQ(joined("ann", pass("b", R"(,"sub":"ann")")).code(), "JOIN_PASS_INVALID");
  EXPECT_EQ(joined("ann", pass("c", fmt::format(R"(,"sub":"{}")", ann))).status, 201);
}

// More people than memory knows: the store is asked again, and says the same.
TEST(SubjectsBeyondMemory, KeepTheirUsers) {
  TestSale sale(any_subject(64));
  const auto users_now = [&] {
    std::vector<HttpRequest> requests;
    for (int i = 0; i < 300; ++i) requests.push_back(as(points(), fmt::format("person {}", i)));
    Crowd crowd(sale.port());
    std::vector<std::int64_t> users;
    for (const HttpResponse& answer : crowd.send(requests)) users.push_back(answer.status == 200 ? answer.integer("userId") : 0);
    return users;
  };
  const auto first = users_now();
  EXPECT_EQ(std::set(first.begin(), first.end()).size(), 300U);
  EXPECT_EQ(users_now(), first);
}

}  // namespace
}  // namespace frontrow::test
