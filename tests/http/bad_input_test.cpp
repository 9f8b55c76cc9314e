// No bad input causes a 5xx. The answer is always a problem document with a listed code and its status, and nothing has
// changed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "http/bad_values.hpp"
#include "http/problem.hpp"
#include "support/processes/test_sale.hpp"
#include "support/rounds.hpp"
#include "support/text_file.hpp"

namespace frontrow::test {
namespace {

std::map<std::string, int, std::less<>> statuses_by_code() {
  std::map<std::string, int, std::less<>> all;
  for (int code = 0; code <= static_cast<int>(ErrorCode::outcome_unknown); ++code) {
    const auto kind = http::problem_kind(static_cast<ErrorCode>(code));
    all.emplace(kind.code, kind.status);
  }
  all.emplace(http::kPreconditionFailed.code, http::kPreconditionFailed.status);
  return all;
}

class BadInput : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(http().send(charge(1, 100'000)).status, 201);
    credentials_.admin = sale_.admin_token();
    credentials_.ticket = enter(http(), 1, concert_.id);
    held_ = http().send(hold(credentials_.ticket, concert_, concert_.first_seat)).integer("reservationId");
    const std::string& good = credentials_.ticket;
    std::string flipped = good;
    flipped[20] = flipped[20] == 'A' ? 'B' : 'A';
    TestSale elsewhere(test_settings(), false);  // a genuine ticket of a server with another key
    const std::string foreign = enter(elsewhere.http(), 1, elsewhere.add_concert().id);
    credentials_.bad_tickets = {"",
                                "x",
                                std::string(64, 'A'),
                                good.substr(1),
                                good + "A",
                                flipped,
                                foreign,
                                std::string(64, '!'),
                                std::string(5'000, 'x'),
                                "Bearer " + good,
                                good + "," + good};
  }

  HttpClient& http() { return sale_.http(); }

  // Everything that a request could have changed.
  std::string digest() {
    std::string text = http().get("/api/v1/points?userId=1").body + http().get("/api/v1/points?userId=77").body;
    text += http().send(seat_map(credentials_.ticket, concert_)).body;
    text += http().send(as_admin({.target = fmt::format("/api/v1/admin/concerts/{}/sales", concert_.id)}, credentials_.admin)).body;
    text += http().get("/api/v1/concerts?limit=100").body + http().get("/api/v1/reservations?userId=1").body;
    for (const auto& event : all_events(http(), credentials_.admin)) text += boost::json::serialize(event);
    return text;
  }

  void check(const HttpRequest& request, const HttpResponse& answer) {
    const auto shown = [&] { return request.method + " " + request.target.substr(0, 200) + " " + request.body.substr(0, 200); };
    if (answer.status < 400) {
      const bool is_question = request.method == "OPTIONS" && answer.status == 204 && !answer.header("Allow").empty();
      ASSERT_TRUE(answer.status == 200 || answer.status == 304 || is_question) << shown() << " → " << answer;
      return;
    }
    if (request.method == "HEAD") return;
    ASSERT_TRUE(answer.is_problem()) << shown() << " → " << answer;
    const auto known = statuses_.find(answer.code());
    ASSERT_NE(known, statuses_.end()) << answer;
    ASSERT_EQ(known->second, answer.status) << answer;
    ASSERT_EQ(answer.integer("status"), answer.status) << answer;
    ASSERT_TRUE(answer.status < 500 || (answer.status == 503 && !answer.header("Retry-After").empty()))
        << shown() << " → " << answer;
    ASSERT_EQ(answer.text("traceId").size(), 32U) << answer;
    ASSERT_NE(answer.header("traceparent").find(answer.text("traceId")), std::string::npos) << answer;
  }

  void ask(HttpClient& client, const HttpRequest& request) {
    HttpResponse answer;
    try {
      answer = client.send(request);
    } catch (const ConnectionLost& lost) {
      // The server may cut off a body that it does not need, and then the answer can be lost.
      ASSERT_GT(request.body.size(), 60'000U) << request.bytes().substr(0, 500) << lost.what();
      client.disconnect();
      return;
    }
    ++asked_;
    check(request, answer);
  }

  TestSale sale_;
  NewConcert concert_ = sale_.add_concert({.seats = 10, .price = 1'000});
  Credentials credentials_;
  std::int64_t held_ = 0;
  const std::map<std::string, int, std::less<>> statuses_ = statuses_by_code();
  int asked_ = 0;
};

TEST_F(BadInput, OfEveryKindAtEveryOperation) {
  const std::string before = digest();
  HttpClient client(sale_.port());
  for (const Operation& operation : all_operations()) {
    for (const HttpRequest& request : bad_requests(operation, credentials_)) {
      ask(client, request);
      if (HasFatalFailure()) return;
    }
    ASSERT_EQ(http().get("/actuator/health").status, 200);
  }
  EXPECT_EQ(digest(), before);
  std::printf("%d bad requests\n", asked_);
  expect_clean_audit(sale_);
}

// Two or three faults at once, and changed bytes: cases that a table does not list.
TEST_F(BadInput, AtRandom) {
  const std::string before = digest();
  const auto operations = all_operations();
  std::vector<std::vector<HttpRequest>> variations;
  for (const Operation& operation : operations) variations.push_back(bad_requests(operation, credentials_));
  std::mt19937 random(4711);
  HttpClient client(sale_.port());
  for (int i = 0; i < rounds(4'000, 20'000); ++i) {
    const auto& mine = variations[random() % variations.size()];
    HttpRequest request = mine[random() % mine.size()];
    const HttpRequest& other = mine[random() % mine.size()];
    if (other.body.size() < 50'000) request.body = other.body;
    if (random() % 2 == 0) request.target = other.target;
    if (random() % 4 == 0) request.content_type = other.content_type;
    if (request.body.size() > 50'000) request.body.resize(random() % 2'000);
    for (auto turns = random() % 4; turns > 0 && !request.body.empty(); --turns)
      request.body[random() % request.body.size()] = static_cast<char>(random());
    ask(client, request);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(digest(), before);
  expect_clean_audit(sale_);
}

}  // namespace
}  // namespace frontrow::test
