// Limits of clients over HTTP: who is refused, who is not, and what the refused are told.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "support/clients/raw_client.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

using http::LimitRule;

Settings usual_limits() {
  Settings settings = test_settings();
  settings.limits = http::usual_rates();
  return settings;
}

Settings behind_a_proxy() {
  Settings settings = usual_limits();
  settings.trusted_proxies = {"127.0.0.0/8"};
  return settings;
}

void set_rate(Settings& settings, LimitRule rule, Rate rate) { settings.limits[static_cast<std::size_t>(rule)] = rate; }
constexpr Rate kFiveForEver{.count = 1, .per = std::chrono::hours{1}, .burst = 5};

HttpRequest from(HttpRequest request, const std::string& address) { return request.with("X-Forwarded-For", address); }

std::map<int, int> by_status(const std::vector<HttpResponse>& answers) {
  std::map<int, int> counts;
  for (const auto& answer : answers) ++counts[answer.status];
  return counts;
}

// A server that is behind says so and lets nothing happen: such a request is asked again.
void ask_again(Crowd& crowd, const std::vector<HttpRequest>& requests, std::vector<HttpResponse>& answers) {
  EXPECT_TRUE(eventually([&] {
    std::vector<std::size_t> late;
    std::vector<HttpRequest> again;
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (answers[i].status == 503) late.push_back(i), again.push_back(requests[i]);
    if (again.empty()) return true;
    auto later = crowd.send(again);
    for (std::size_t i = 0; i < late.size(); ++i) answers[late[i]] = std::move(later[i]);
    return by_status(answers)[503] == 0;
  }));
}

// What a person does from joining to paying; each step for all people at once. Returns the requests answered with 429.
int buy_for_all(TestSale& sale, const NewConcert& concert, int people, const std::function<std::string(int)>& address_of) {
  Crowd crowd(sale.port());
  int refused = 0;
  const auto all = [&](const std::function<HttpRequest(int)>& request) {
    std::vector<HttpRequest> requests;
    for (int i = 0; i < people; ++i) requests.push_back(from(request(i), address_of(i)));
    auto answers = crowd.send(requests);
    ask_again(crowd, requests, answers);
    refused += by_status(answers)[429];
    return answers;
  };
  const auto user = [](int i) { return std::int64_t{1'000} + i; };
  const auto tickets = all([&](int i) { return join(user(i), concert.id); });
  std::vector<std::string> tokens;
  for (const auto& ticket : tickets) tokens.push_back(ticket.status < 300 ? ticket.text("token") : "");
  all([&](int i) { return poll(tokens[static_cast<std::size_t>(i)]); });
  all([&](int i) { return seat_map(tokens[static_cast<std::size_t>(i)], concert, "?since=0"); });
  const auto holds = all([&](int i) { return hold(tokens[static_cast<std::size_t>(i)], concert, concert.first_seat + i); });
  all([&](int i) { return charge(user(i), 1'000'000); });
  std::vector<std::int64_t> held;
  for (const auto& answer : holds) held.push_back(answer.status == 201 ? answer.integer("reservationId") : 1);
  const auto paid = all([&](int i) { return pay(tokens[static_cast<std::size_t>(i)], held[static_cast<std::size_t>(i)]); });
  EXPECT_EQ(by_status(paid)[201], people);
  return refused;
}

TEST(Limits, ACampusBehindOneAddressBuysUnhindered) {
  TestSale sale(behind_a_proxy());
  const NewConcert concert = sale.add_concert({.seats = 1'000});
  EXPECT_EQ(buy_for_all(sale, concert, 1'000, [](int) { return "203.0.113.7"; }), 0);
}

TEST(Limits, TwoThousandPeopleBehindAProxyBuyUnhindered) {
  TestSale sale(behind_a_proxy());
  const NewConcert concert = sale.add_concert({.seats = 2'000});
  EXPECT_EQ(buy_for_all(sale, concert, 2'000, [](int i) { return fmt::format("198.51.{}.{}", i / 250, i % 250); }), 0);
}

TEST(Limits, AFloodOfJoinsFromOneAddressStopsAtItsLimitAndNobodyElses) {
  TestSale sale(behind_a_proxy());
  const NewConcert concert = sale.add_concert();
  Crowd crowd(sale.port());
  std::map<int, int> counts;
  const auto begun = std::chrono::steady_clock::now();
  for (int part = 0; part < 12; ++part) {
    std::vector<HttpRequest> joins;
    for (int i = 0; i < 1'000; ++i) joins.push_back(from(join(10'000 + part * 1'000 + i, concert.id), "203.0.113.7"));
    for (const auto& [status, count] : by_status(crowd.send(joins))) counts[status] += count;
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begun).count();
  EXPECT_EQ(counts[201] + counts[429], 12'000);
  EXPECT_GE(counts[201], 2'000);
  EXPECT_LE(counts[201], 2'000 + 34 * seconds) << "2,000 at once and 2,000 a minute";
  EXPECT_EQ(sale.http().send(from(join(1, concert.id), "203.0.113.8")).status, 201);
}

TEST(Limits, ARefusalSaysWhenToComeBack) {
  Settings settings = behind_a_proxy();
  set_rate(settings, LimitRule::joins_by_address, kFiveForEver);
  TestSale sale(settings);
  const NewConcert concert = sale.add_concert();
  for (int i = 1; i <= 5; ++i) ASSERT_EQ(sale.http().send(from(join(i, concert.id), "203.0.113.7")).status, 201);
  const auto answer = sale.http().send(from(join(6, concert.id), "203.0.113.7"));
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.code(), "TOO_MANY_REQUESTS");
  EXPECT_EQ(answer.text("limit"), "joins-by-address");
  EXPECT_GT(std::stoi(answer.header("Retry-After")), 3'500);
  EXPECT_EQ(answer.header("RateLimit-Policy"), R"("joins-by-address";q=1;w=3600)");
  EXPECT_TRUE(answer.header("RateLimit").starts_with(R"("joins-by-address";r=0;t=)")) << answer.header("RateLimit");
  const std::string metrics = sale.http().get("/actuator/prometheus").body;
  EXPECT_NE(metrics.find("limited_requests_total{limit=\"joins-by-address\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("address_limits_on 1"), std::string::npos);
}

// Each rule of users, through its route: five pass, the sixth is told which limit it is over, another user passes.
TEST(Limits, EachRuleOfUsersHoldsOnItsRoutes) {
  Settings settings = usual_limits();
  for (const auto rule : {LimitRule::joins_by_user,
                          LimitRule::polls_by_user,
                          LimitRule::looks_by_user,
                          LimitRule::holds_by_user,
                          LimitRule::payments_by_user,
                          LimitRule::charges_by_user})
    set_rate(settings, rule, kFiveForEver);
  TestSale sale(settings);
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const auto token_of = [&](std::int64_t user) { return http.send(join(user, concert.id)).text("token"); };
  const std::string mine = token_of(1), others = token_of(2);
  struct Case {
    const char* limit;
    std::function<HttpRequest(std::int64_t, const std::string&)> request;
    int spent;  // of the five, by tokens above
  };
  const std::vector<Case> cases{
      {"joins-by-user", [&](auto user, auto&) { return join(user, concert.id); }, 1},
      {"polls-by-user", [](auto, auto& token) { return poll(token); }, 0},
      {"looks-by-user", [&](auto, auto& token) { return seat_map(token, concert); }, 0},
      {"holds-by-user", [&](auto, auto& token) { return cancel(token, 999); }, 0},
      {"payments-by-user", [](auto, auto& token) { return pay(token, 999); }, 0},
      {"charges-by-user", [](auto user, auto&) { return charge(user, 1); }, 0},
  };
  for (const Case& each : cases) {
    for (int i = each.spent; i < 5; ++i) EXPECT_NE(http.send(each.request(1, mine)).status, 429) << each.limit << " " << i;
    const auto over = http.send(each.request(1, mine));
    EXPECT_EQ(over.code(), "TOO_MANY_REQUESTS") << each.limit;
    EXPECT_EQ(over.text("limit"), each.limit);
    EXPECT_NE(http.send(each.request(2, others)).status, 429) << each.limit << ": another user";
  }
  EXPECT_EQ(http.send({.target = "/api/v1/points?userId=1"}).code(), "TOO_MANY_REQUESTS") << "looks count together";
  EXPECT_EQ(http.send(hold(mine, concert, concert.first_seat)).code(), "TOO_MANY_REQUESTS") << "holds too";
  EXPECT_EQ(http.get("/api/v1/concerts").status, 200);
  EXPECT_EQ(http.get("/actuator/health").status, 200);
}

TEST(Limits, WithoutANamedProxyLoopbackIsNotLimitedAndHealthSaysSo) {
  Settings settings = usual_limits();
  set_rate(settings, LimitRule::requests_by_address, kFiveForEver);
  TestSale sale(settings);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(sale.http().get("/api/v1/concerts").status, 200);
  const auto health = sale.http().get("/actuator/health").json();
  const auto& part = health.at("components").at("addressLimits").as_object();
  EXPECT_EQ(part.at("status"), "UP");
  EXPECT_NE(std::string(part.at("detail").as_string()).find("trusted-proxies"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return sale.http().get("/actuator/health").json().at("status") == "UP"; }));
  EXPECT_TRUE(eventually([&] { return sale.http().get("/actuator/prometheus").body.contains("\naddress_limits_on 0"); }));
}

TEST(Limits, HealthIsFree) {
  Settings settings = usual_limits();
  settings.address_limits = http::AddressLimits::on;
  set_rate(settings, LimitRule::requests_by_address, kFiveForEver);
  TestSale sale(settings);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sale.http().get("/api/v1/concerts").status, 200);
  EXPECT_EQ(sale.http().get("/api/v1/concerts").status, 429);
  for (const char* path : {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    EXPECT_EQ(sale.http().get(path).status, 200) << path;
}

// 64 at once with one key are one request; with keys of their own they are 64, of which a part is told to wait.
TEST(Limits, RepetitionsUnderWayCountOnce) {
  Settings settings = usual_limits();
  settings.commands_under_way_per_user = 4;
  set_rate(settings, LimitRule::charges_by_user, {.count = 1, .per = std::chrono::hours{1}, .burst = 64});
  TestSale sale(settings);
  Crowd crowd(sale.port());
  const auto same = crowd.send(std::vector<HttpRequest>(64, charge(1, 100, "one key")));
  for (const auto& answer : same) EXPECT_TRUE(answer.status == 201 || answer.code() == "REQUEST_IN_PROGRESS") << answer;
  EXPECT_EQ(balance_of(sale.http(), 1), 100);
  std::vector<HttpRequest> different;
  for (int i = 0; i < 64; ++i) different.push_back(charge(2, 100, fmt::format("key {}", i)));
  int charged = 0;
  while (!different.empty()) {
    const auto answers = crowd.send(different);
    std::vector<HttpRequest> again;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      ASSERT_TRUE(answers[i].status == 201 || answers[i].status == 429) << answers[i];
      if (answers[i].status == 429) again.push_back(different[i]);
      charged += answers[i].status == 201 ? 1 : 0;
    }
    ASSERT_LT(again.size(), different.size()) << "four at least go on each time";
    different = std::move(again);
  }
  EXPECT_EQ(charged, 64);
  EXPECT_EQ(balance_of(sale.http(), 2), 6'400);
}

TEST(Limits, AForgedBearerTokenCostsItsAddress) {
  Settings settings = behind_a_proxy();
  settings.auth_mode = Settings::AuthMode::jwt;
  settings.jwt_key.emplace("a secret of more than thirty-two bytes");
  set_rate(settings, LimitRule::requests_by_address, {.count = 1, .per = std::chrono::hours{1}, .burst = 50});
  TestSale sale(settings);
  const auto look = [&](const std::string& token, const std::string& address) {
    return sale.http().send(from(HttpRequest{.target = "/api/v1/points"}.with("Authorization", "Bearer " + token), address)).status;
  };
  const std::string forged = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_EQ(look(forged, "203.0.113.7"), 401);
  EXPECT_EQ(look(forged, "203.0.113.7"), 401);
  EXPECT_EQ(look(forged, "203.0.113.7"), 401);
  EXPECT_EQ(look(forged, "203.0.113.7"), 429) << "three cost more than fifty";
  EXPECT_EQ(look("a.b.c", "203.0.113.8"), 401);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(look("a.b.c", "203.0.113.8"), 401) << "what is no token costs as much as any request";
}

}  // namespace
}  // namespace frontrow::test
