// Accounts of operators and their deeds over HTTP, and by the program beside a running server.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/log.hpp"
#include "domain/deed.hpp"
#include "domain/operator.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

namespace json = boost::json;

struct Account {
  std::int64_t id = 0;
  std::string token;
};

class OperatorsOfASale : public testing::Test {
 protected:
  explicit OperatorsOfASale(const Settings& settings = test_settings()) : sale_(settings) {}
  HttpResponse ask(const std::string& token, std::string method, const std::string& target, std::string body = {}) {
    return sale_.http().send(
        as_admin({.method = std::move(method), .target = "/api/v1/admin/" + target, .body = std::move(body)}, token));
  }
  HttpResponse as_owner(std::string method, const std::string& target, std::string body = {}) {
    return ask(sale_.admin_token(), std::move(method), target, std::move(body));
  }
  Account add(const std::string& name, const std::string& role) {
    const auto made = as_owner("POST", "operators", fmt::format(R"({{"name":"{}","role":"{}"}})", name, role));
    EXPECT_EQ(made.status, 201) << made;
    return {made.json().at("operator").at("id").as_int64(), made.text("token")};
  }
  json::array deeds(const std::string& query = "limit=1000") {
    return as_owner("GET", "deeds?" + query).json().at("deeds").as_array();
  }
  TestSale sale_;
};

TEST_F(OperatorsOfASale, AnAccountIsGoodUntilItIsRevoked) {
  const Account ann = add("앤", "MANAGER");
  EXPECT_TRUE(ann.token.starts_with("fro_"));
  EXPECT_EQ(ann.token.size(), 4U + 64U);
  const auto me = ask(ann.token, "GET", "me").json();
  EXPECT_EQ(me.at("name"), "앤");
  EXPECT_EQ(me.at("role"), "MANAGER");
  EXPECT_EQ(me.at("id"), ann.id);
  EXPECT_TRUE(as_owner("GET", "me").json().at("id").is_null());
  EXPECT_EQ(as_owner("GET", "me").text("role"), "OWNER");
  const auto list = as_owner("GET", "operators");
  EXPECT_EQ(list.body.find(ann.token), std::string::npos) << "shown once";
  EXPECT_EQ(list.body.find(hexadecimal(sha256(ann.token))), std::string::npos);
  EXPECT_EQ(as_owner("POST", "operators", R"({"name":" 앤 ","role":"VIEWER"})").code(), "OPERATOR_EXISTS")
      << "the same in its one form";
  EXPECT_EQ(as_owner("DELETE", fmt::format("operators/{}", ann.id)).status, 204);
  EXPECT_EQ(ask(ann.token, "GET", "me").code(), "FORBIDDEN") << "at once";
  EXPECT_EQ(as_owner("DELETE", fmt::format("operators/{}", ann.id)).status, 204);
  EXPECT_EQ(as_owner("DELETE", "operators/77").code(), "OPERATOR_NOT_FOUND");
  EXPECT_NE(add("앤", "VIEWER").id, ann.id);
  expect_clean_audit(sale_);
}

TEST_F(OperatorsOfASale, AnAccountIsNotMadeOfAnything) {
  for (const char* body : {R"({})",
                           R"({"name":"a"})",
                           R"({"name":"a","role":"KING"})",
                           R"({"name":"a","role":"owner"})",
                           R"({"name":"","role":"OWNER"})",
                           R"({"name":"admin token","role":"OWNER"})",
                           R"({"name":"a","role":"OWNER","expiresAt":"2020-01-01T00:00:00Z"})"})
    EXPECT_EQ(as_owner("POST", "operators", body).code(), "VALIDATION_FAILED") << body;
  EXPECT_TRUE(deeds().empty());
}

// Each kind of change once, by one account.
TEST_F(OperatorsOfASale, EveryChangeHasItsDeed) {
  const Account ann = add("ann", "MANAGER");
  const auto made = ask(ann.token,
                        "POST",
                        "concerts",
                        R"({"title":"A","schedules":[{"startsAt":"2040-01-01T19:00:00Z","sections":[)"
                        R"({"name":"Floor","rows":1,"seatsPerRow":3,"price":500}]}]})");
  ASSERT_EQ(made.status, 201) << made;
  const std::int64_t concert = made.integer("id"), date = made.json().at("schedules").at(0).at("id").as_int64();
  const std::string at = fmt::format("concerts/{}", concert), on = fmt::format("{}/schedules/{}", at, date);
  const auto change = [&](std::string method, const std::string& target, std::string body, int status) {
    const auto answer = ask(ann.token, std::move(method), target, std::move(body));
    EXPECT_EQ(answer.status, status) << target << answer;
  };
  change("PATCH", at, R"({"title":"B"})", 200);
  change("PATCH", at, R"({"title":"B"})", 200);  // changes nothing
  change("PUT", at + "/queue", R"({"enabled":true,"maxActive":7,"admissionsPerSecond":3})", 200);
  change("POST", at + "/schedules", R"({"schedules":[{"startsAt":"2041-01-01T00:00:00Z","seats":{"count":7,"price":3}}]})", 201);
  change("PATCH", on, R"({"startsAt":"2040-01-02T19:00:00Z"})", 200);
  change("PATCH", on + "/seats", R"({"prices":[{"price":600}],"dryRun":true})", 200);  // only looks
  change("PATCH", on + "/seats", R"({"prices":[{"price":600}]})", 200);
  change("PATCH", on + "/sections", R"({"section":"Floor","name":"Parterre"})", 200);
  change("DELETE", at, "", 204);
  const json::array all = deeds();
  std::vector<std::string> what;
  for (const auto& deed : all) what.emplace_back(deed.at("what").as_string());
  EXPECT_THAT(what,
              testing::ElementsAre("operator.added",
                                   "concert.created",
                                   "concert.changed",
                                   "concert.changed",
                                   "schedules.added",
                                   "schedule.changed",
                                   "schedule.changed",
                                   "schedule.changed",
                                   "concert.deleted"));
  std::string before(64, '0');
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].at("previousHash").as_string(), before);
    before = all[i].at("hash").as_string().c_str();
    if (i == 0) continue;
    EXPECT_EQ(all[i].at("operatorName"), "ann");
    EXPECT_EQ(all[i].at("operatorId"), ann.id);
    EXPECT_EQ(all[i].at("address"), "127.0.0.1");
    EXPECT_EQ(all[i].at("concertId"), concert);
    EXPECT_EQ(all[i].at("concertVersion").as_int64(), static_cast<std::int64_t>(i) - 1);
  }
  EXPECT_EQ(all[0].at("operatorName"), "admin token");
  EXPECT_TRUE(all[0].at("operatorId").is_null());
  EXPECT_EQ(json::serialize(all[2].at("changes")), R"({"title":{"from":"A","to":"B"}})");
  EXPECT_EQ(all[6].at("changes").at("prices").at(0).at("to"), 600);
  EXPECT_EQ(as_owner("GET", "deeds?limit=1").json().at("end").at("hash").as_string(), before);
  EXPECT_EQ(deeds("after=7&limit=1").at(0).at("id"), 8);
  expect_clean_audit(sale_);
}

// Made in slices, and told like a hall that one commit makes.
TEST_F(OperatorsOfASale, ALargeHallHasTheDeedsOfASmallOne) {
  const auto dates = [](int seats) {
    return fmt::format(R"("schedules":[{{"startsAt":"2040-01-01T19:00:00Z","seats":{{"count":{},"price":5}}}}])", seats);
  };
  std::vector<std::string> told;
  for (const int seats : {3, 9'000}) {
    const auto made = as_owner("POST", "concerts", fmt::format(R"({{"title":"A",{}}})", dates(seats)));
    ASSERT_EQ(made.status, 201) << made;
    const std::string at = fmt::format("concerts/{}", made.integer("id"));
    ASSERT_EQ(as_owner("POST", at + "/schedules", fmt::format("{{{}}}", dates(seats))).status, 201);
    const json::array two = deeds(fmt::format("after={}", told.size()));
    ASSERT_EQ(two.size(), 2U);
    for (const auto& deed : two) {
      EXPECT_EQ(deed.at("concertId"), made.integer("id"));
      EXPECT_EQ(deed.at("operatorName"), "admin token");
      told.push_back(fmt::format("{} {} {}",
                                 std::string{deed.at("what").as_string()},
                                 deed.at("concertVersion").as_int64(),
                                 deed.at("changes").as_object().contains("dates")));
    }
    EXPECT_EQ(json::serialize(two[1].at("changes")), R"({"dates":{"from":1,"to":2}})");
    EXPECT_EQ(two[0].at("changes").at("seats").at("to"), seats);
  }
  EXPECT_THAT(
      told,
      testing::ElementsAre("concert.created 0 true", "schedules.added 1 true", "concert.created 0 true", "schedules.added 1 true"));
  const json::value feed = as_owner("GET", "events").json();
  EXPECT_EQ(std::ranges::count(
                feed.at("events").as_array(), "concert.changed", [](const json::value& event) { return event.at("type"); }),
            2);
  expect_clean_audit(sale_);
}

TEST_F(OperatorsOfASale, WhatTheBoxOfficeEndsHasItsDeed) {
  const NewConcert concert = sale_.add_concert({.seats = 10, .price = 10});
  const std::size_t before = deeds().size();
  const std::string office = add("ben", "BOX_OFFICE").token, door = add("eva", "DOOR").token;
  const std::string token = enter(sale_.http(), 7, concert.id);
  const auto held = sale_.http().send(hold(token, concert, concert.first_seat)).integer("reservationId");
  const std::string of_hold = fmt::format("reservations/{}", held),
                    of_ticket = fmt::format("concerts/{}/tickets?userId=7", concert.id);
  for (const std::string& target : {of_hold, of_ticket}) {
    EXPECT_EQ(ask(door, "DELETE", target).code(), "ROLE_REQUIRED");
    for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(ask(office, "DELETE", target).status, 204);
  }
  const json::array all = deeds(fmt::format("after={}", before + 2));
  ASSERT_EQ(all.size(), 2U) << "a repetition changes nothing";
  EXPECT_EQ(all[0].at("what"), "reservation.cancelled");
  EXPECT_EQ(all[0].at("subjectId"), held);
  EXPECT_EQ(all[0].at("scheduleId"), concert.schedule);
  EXPECT_EQ(all[1].at("what"), "ticket.removed");
  EXPECT_EQ(all[1].at("subjectId"), 7);
  EXPECT_EQ(all[1].at("changes").at("concertId").at("from"), concert.id);
  for (const auto& deed : all) {
    EXPECT_EQ(deed.at("operatorName"), "ben");
    EXPECT_TRUE(deed.at("concertId").is_null());
  }
  expect_clean_audit(sale_);
}

// A repeated request has no effect, and no deed.
TEST_F(OperatorsOfASale, ARepeatedRequestIsOneDeed) {
  const HttpRequest create{
      .method = "POST",
      .target = "/api/v1/admin/concerts",
      .body = R"({"title":"A","schedules":[{"startsAt":"2040-01-01T19:00:00Z","seats":{"count":1,"price":5}}]})",
      .headers = {{"Idempotency-Key", "k"}}};
  for (int i = 0; i < 3; ++i) ASSERT_EQ(sale_.http().send(as_admin(create, sale_.admin_token())).status, 201);
  EXPECT_EQ(deeds().size(), 1U);
}

TEST_F(OperatorsOfASale, DeedsAreExportedAsLinesAndAsATable) {
  add("=1+1", "VIEWER");
  add("b,\\\"c", "VIEWER");
  const auto lines = as_owner("GET", "deeds?format=jsonl");
  EXPECT_EQ(lines.header("Content-Type"), "application/x-ndjson");
  std::istringstream text(lines.body);
  std::vector<json::value> read;
  for (std::string line; std::getline(text, line);) read.push_back(json::parse(line));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1], deeds().at(1));
  const auto table = as_owner("GET", "deeds?format=csv&after=0&limit=2");
  EXPECT_TRUE(table.header("Content-Type").starts_with("text/csv"));
  EXPECT_TRUE(table.body.starts_with("id,at,operatorId,"));
  EXPECT_EQ(std::ranges::count(table.body, '\n'), 3);
  EXPECT_EQ(table.body.find(",=1"), std::string::npos);
  EXPECT_EQ(as_owner("GET", "deeds?format=xml").code(), "VALIDATION_FAILED");
}

TEST_F(OperatorsOfASale, TheBoxOfficeSeesADatesReservations) {
  const NewConcert concert = sale_.add_concert({.seats = 10, .price = 10});
  const std::string token = enter(sale_.http(), 1, concert.id);
  ASSERT_EQ(sale_.http().send(charge(1, 100)).status, 201);
  const auto sold = sale_.http().send(hold(token, concert, concert.first_seat)).integer("reservationId");
  ASSERT_EQ(sale_.http().send(pay(token, sold)).status, 201);
  const std::string other = enter(sale_.http(), 2, concert.id);
  const auto held = sale_.http().send(hold(other, concert, concert.first_seat + 1)).integer("reservationId");
  const std::string office = add("ben", "BOX_OFFICE").token;
  const std::string at = fmt::format("schedules/{}/reservations", concert.schedule);
  const auto page = ask(office, "GET", at).json();
  ASSERT_EQ(page.at("reservations").as_array().size(), 2U);
  EXPECT_EQ(page.at("reservations").at(0).at("reservationId"), std::min(sold, held));
  EXPECT_EQ(page.at("lastId"), std::max(sold, held));
  const auto rest = ask(office, "GET", fmt::format("{}?limit=1&after={}", at, std::min(sold, held))).json();
  EXPECT_EQ(rest.at("reservations").at(0).at("reservationId"), std::max(sold, held));
  EXPECT_EQ(ask(office, "GET", "schedules/999/reservations").code(), "SCHEDULE_NOT_FOUND");
  EXPECT_EQ(ask(add("eva", "VIEWER").token, "GET", at).code(), "ROLE_REQUIRED");
}

// Another pod knows within about two seconds.
TEST(OperatorsOfTwoPods, ARevocationCountsEverywhere) {
  if (!tests_the_cluster()) GTEST_SKIP() << "of the cluster profile";
  TestSale sale;
  const auto other = sale.another_pod();
  HttpClient there(other->port());
  const auto made = sale.http().send(as_admin(
      {.method = "POST", .target = "/api/v1/admin/operators", .body = R"({"name":"ann","role":"OWNER"})"}, sale.admin_token()));
  ASSERT_EQ(made.status, 201) << made;
  const auto status_there = [&] { return there.send(as_admin({.target = "/api/v1/admin/me"}, made.text("token"))).status; };
  EXPECT_TRUE(eventually([&] { return status_there() == 200; }));
  const std::string path = fmt::format("/api/v1/admin/operators/{}", made.json().at("operator").at("id").as_int64());
  ASSERT_EQ(sale.http().send(as_admin({.method = "DELETE", .target = path}, sale.admin_token())).status, 204);
  EXPECT_TRUE(eventually([&] { return status_there() == 403; }));
}

// With the usual limits.
class FailedSignIns : public OperatorsOfASale {
 protected:
  FailedSignIns() : OperatorsOfASale(usual()) { configure_log({.level = LogLevel::warn, .out = &log_}); }
  ~FailedSignIns() override { configure_log({}); }
  static Settings usual() {
    Settings settings = test_settings();
    settings.limits = http::usual_rates();
    return settings;
  }
  std::ostringstream log_;
};

TEST_F(FailedSignIns, AreSlowedAndLeaveAFewLines) {
  const std::string ann = add("ann", "OWNER").token;
  int forbidden = 0, slowed = 0;
  for (int i = 0; i < 4'000; ++i) {
    const auto answer = ask(fmt::format("guess-{}", i), "GET", "concerts");
    forbidden += answer.code() == "FORBIDDEN";
    slowed += answer.code() == "TOO_MANY_REQUESTS";
    if (answer.status == 429) {
      EXPECT_FALSE(answer.header("Retry-After").empty());
    }
  }
  EXPECT_EQ(forbidden + slowed, 4'000);
  EXPECT_GE(forbidden, 30);
  EXPECT_LE(forbidden, 300);
  const std::string log = log_.str();
  const auto lines = std::ranges::count(log, '\n');
  EXPECT_GE(lines, 1);
  EXPECT_LE(lines, 200) << "one a second at most";
  EXPECT_NE(log.find("an operator's sign-in failed"), std::string::npos);
  EXPECT_NE(log.find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(log.find("guess-"), std::string::npos) << "a token may be a mistyped one";
  EXPECT_EQ(ask(ann, "GET", "me").status, 200) << "an account is not shut out";
  EXPECT_EQ(as_owner("GET", "me").status, 429) << "the admin token is not compared";
}

// The program works on the store, and the server learns of it.
class OperatorProgram : public testing::Test {
 protected:
  RunResult run(std::vector<std::string> words) {
    words.insert(words.end(), {"--data-dir", dir_.path().string() + "/data"});
    return run_frontrow(words);
  }
  static std::string token_in(const std::string& output) {
    const auto at = output.find("fro_");
    return at == std::string::npos ? "" : output.substr(at, 68);
  }
  TempDirectory dir_;
};

TEST_F(OperatorProgram, WorksBesideARunningServerAndWithoutOne) {
  // A token that the server does not know yet is asked about more often than a guesser may.
  ServerProcess server(dir_.path() / "data", {.flags = {"--limit-failed-sign-ins-by-address", "off"}});
  server.start();
  HttpClient http(server.port());
  const NewConcert concert = add_concert(http, server.admin_token(), {.seats = 50});
  const auto made = run({"operator", "add", "ann", "--role", "manager", "--days", "2"});
  ASSERT_EQ(made.code, 0) << made.output;
  const std::string ann = token_in(made.output);
  const auto status = [&](const std::string& token) { return http.send(as_admin({.target = "/api/v1/admin/me"}, token)).status; };
  EXPECT_TRUE(eventually([&] { return status(ann) == 200; }));
  const std::string ticket = enter(http, 1, concert.id);
  for (int i = 0; i < 5; ++i) {  // the server and the program write by turns
    ASSERT_EQ(http.send(hold(ticket, concert, concert.first_seat + i)).status, i < 4 ? 201 : 409);
    const std::string name = fmt::format("n{}", i);
    ASSERT_EQ(run({"operator", "add", name, "--role", "viewer"}).code, 0);
    const HttpRequest change{.method = "PATCH",
                             .target = fmt::format("/api/v1/admin/concerts/{}", concert.id),
                             .body = fmt::format(R"({{"title":"T{}"}})", i)};
    ASSERT_EQ(http.send(as_admin(change, server.admin_token())).status, 200);
  }
  EXPECT_EQ(run({"operator", "add", "ann", "--role", "viewer"}).code, 1) << "the name is taken";
  EXPECT_NE(run({"operator", "list"}).output.find("MANAGER"), std::string::npos);
  ASSERT_EQ(run({"operator", "revoke", "ann"}).code, 0);
  EXPECT_TRUE(eventually([&] { return status(ann) == 403; }));
  EXPECT_EQ(run({"operator", "revoke", "ann"}).code, 1);
  expect_clean_audit_by_program(server.data_dir());
  ASSERT_EQ(server.stop(), 0);
  const auto later = run({"operator", "add", "eva", "--role", "owner"});
  ASSERT_EQ(later.code, 0) << later.output;
  expect_clean_audit_by_program(server.data_dir());
  server.start();
  HttpClient again(server.port());
  EXPECT_EQ(again.send(as_admin({.target = "/api/v1/admin/me"}, token_in(later.output))).status, 200);
}

TEST_F(OperatorProgram, NeedsASale) {
  const auto refused = run({"operator", "list"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.output.find("there is no sale"), std::string::npos);
}

}  // namespace
}  // namespace frontrow::test
