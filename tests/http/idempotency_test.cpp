// Every POST with an Idempotency-Key: the same request again changes nothing, has the first status, says that it is a
// replay, and gives the object as it is now. Another request with the key is refused, and a refusal does not use the
// key up.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

class Idempotency : public testing::Test {
 protected:
  HttpClient& http() { return sale_.http(); }
  // The same status and the same object, marked as a replay, however often.
  HttpResponse expect_replay(const HttpRequest& request, int status = 201) {
    const auto first = http().send(request);
    EXPECT_EQ(first.status, status) << first;
    EXPECT_EQ(first.json().at("replayed"), false) << first;
    for (int i = 0; i < 2; ++i) {
      const auto again = http().send(request);
      EXPECT_EQ(again.status, first.status) << again;
      auto json = again.json();
      EXPECT_EQ(json.at("replayed"), true) << again;
      json["replayed"] = false;
      EXPECT_EQ(json, first.json());
    }
    return first;
  }
  void expect_reused(HttpRequest request) {
    const auto answer = http().send(request);
    EXPECT_EQ(answer.status, 422) << answer;
    EXPECT_EQ(answer.code(), "IDEMPOTENCY_KEY_REUSED");
  }
  void TearDown() override { expect_clean_audit(sale_); }

  TestSale sale_;
  NewConcert concert_ = sale_.add_concert({.seats = 10, .price = 1'000});
};

TEST_F(Idempotency, OfAHold) {
  const std::string token = enter(http(), 1, concert_.id);
  const auto held = expect_replay(hold(token, concert_, concert_.first_seat, "k"));
  expect_reused(hold(token, concert_, concert_.first_seat + 1, "k"));
  // In another spelling it is still the same request.
  auto spaced = hold(token, concert_, concert_.first_seat, "k");
  spaced.body = fmt::format(R"( {{ "seatId" : {}, "unknown": [1], "scheduleId":{} }} )", concert_.first_seat, concert_.schedule);
  EXPECT_EQ(http().send(spaced).integer("reservationId"), held.integer("reservationId"));
  // The answer outlives the hold and the ticket.
  ASSERT_EQ(http().send(charge(1, 1'000)).status, 201);
  ASSERT_EQ(http().send(pay(token, held.integer("reservationId"))).status, 201);
  const auto later = http().send(hold(token, concert_, concert_.first_seat, "k"));
  EXPECT_EQ(later.status, 201);
  EXPECT_EQ(later.integer("reservationId"), held.integer("reservationId"));
  EXPECT_EQ(later.text("status"), "CONFIRMED") << "no hold of the past";
  EXPECT_EQ(later.json().at("replayed"), true);
}

TEST_F(Idempotency, AReplayOfWhatHasChangedSinceGivesItAsItIsNow) {
  const std::string token = enter(http(), 1, concert_.id);
  ASSERT_EQ(http().send(charge(1, 5'000, "c")).status, 201);
  const auto held = http().send(hold(token, concert_, concert_.first_seat, "h"));
  ASSERT_EQ(http().send(cancel(token, held.integer("reservationId"))).status, 204);
  const auto given_back = http().send(hold(token, concert_, concert_.first_seat, "h"));
  EXPECT_EQ(given_back.status, 201);
  EXPECT_EQ(given_back.text("status"), "CANCELLED");
  EXPECT_EQ(given_back.integer("seatsLeftForUser"), held.integer("seatsLeftForUser") + 1);
  const auto other = http().send(hold(token, concert_, concert_.first_seat + 1, "i")).integer("reservationId");
  const auto paid = http().send(pay(token, other, "p"));
  EXPECT_EQ(paid.integer("balance"), 4'000);
  ASSERT_EQ(http().send(charge(1, 100)).status, 201);
  EXPECT_EQ(http().send(pay(token, other, "p")).integer("balance"), 4'100);
  const auto charged = http().send(charge(1, 5'000, "c"));
  EXPECT_EQ(charged.integer("balance"), 4'100);
  EXPECT_EQ(charged.integer("amount"), 5'000);
  const auto joined = http().send(join(2, concert_.id, "j"));
  ASSERT_EQ(http()
                .send({.method = "DELETE",
                       .target = "/api/v1/queue/token",
                       .body = {},
                       .headers = {{"X-Queue-Token", joined.text("token")}}})
                .status,
            204);
  const auto left = http().send(join(2, concert_.id, "j"));
  EXPECT_EQ(left.status, 201);
  EXPECT_EQ(left.text("token"), joined.text("token"));
  EXPECT_EQ(left.text("status"), "EXPIRED");
  EXPECT_EQ(left.json().at("replayed"), true);
}

TEST_F(Idempotency, AKeyInTheQuotesOfTheDraftIsTheSameKey) {
  const auto first = http().send(charge(1, 500, "8e03978e-40d5-43dd-bc93-6894a57f9324"));
  const auto again = http().send(charge(1, 500, "\"8e03978e-40d5-43dd-bc93-6894a57f9324\""));
  EXPECT_EQ(again.integer("balance"), first.integer("balance"));
  EXPECT_EQ(again.json().at("replayed"), true);
}

TEST_F(Idempotency, OfAPayment) {
  const std::string token = enter(http(), 1, concert_.id);
  const auto held = http().send(hold(token, concert_, concert_.first_seat)).integer("reservationId");
  const auto refused = http().send(pay(token, held, "k"));
  EXPECT_EQ(refused.code(), "INSUFFICIENT_POINTS");
  ASSERT_EQ(http().send(charge(1, 5'000)).status, 201);
  expect_replay(pay(token, held, "k"));  // the refusal stored no key
  expect_reused(pay(token, held + 1, "k"));
  EXPECT_EQ(balance_of(http(), 1), 4'000);
}

TEST_F(Idempotency, OfACharge) {
  expect_replay(charge(1, 500, "k"));
  expect_reused(charge(1, 501, "k"));
  EXPECT_EQ(balance_of(http(), 1), 500);
  // A key belongs to one user and one operation.
  EXPECT_EQ(http().send(charge(2, 777, "k")).integer("balance"), 777);
  const auto first = http().send(charge(1, 1));
  const auto second = http().send(charge(1, 1));
  EXPECT_EQ(second.integer("balance"), first.integer("balance") + 1) << "without a key every charge counts";
}

TEST_F(Idempotency, OfAJoin) {
  const auto joined = expect_replay(join(1, concert_.id, "k"));
  expect_reused(join(1, sale_.add_concert().id, "k"));
  EXPECT_EQ(http().send(join(1, concert_.id, "other")).status, 200);
  EXPECT_EQ(http().send(join(1, concert_.id)).text("token"), joined.text("token"));
}

TEST_F(Idempotency, OfWhatTheAdministratorMakes) {
  const auto request = [&](std::string target, std::string body) {
    return as_admin({.method = "POST", .target = std::move(target), .body = std::move(body), .headers = {{"Idempotency-Key", "k"}}},
                    sale_.admin_token());
  };
  const std::string plan = R"("schedules":[{"startsAt":"2040-01-01T19:00:00Z","seats":{"count":5,"price":10}}])";
  const auto made = expect_replay(request("/api/v1/admin/concerts", R"({"title":"A",)" + plan + "}"));
  expect_reused(request("/api/v1/admin/concerts", R"({"title":"B",)" + plan + "}"));
  const std::string schedules = fmt::format("/api/v1/admin/concerts/{}/schedules", made.integer("id"));
  expect_replay(request(schedules, "{" + plan + "}"));
  const auto concert = http().get(fmt::format("/api/v1/concerts/{}", made.integer("id")));
  EXPECT_EQ(concert.integer("scheduleCount"), 2);
}

TEST_F(Idempotency, RefusalsLeaveNoKey) {
  const std::string winner = enter(http(), 1, concert_.id), loser = enter(http(), 2, concert_.id);
  const auto held = http().send(hold(winner, concert_, concert_.first_seat)).integer("reservationId");
  EXPECT_EQ(http().send(hold(loser, concert_, concert_.first_seat, "k")).code(), "SEAT_ALREADY_RESERVED");
  EXPECT_EQ(http().send(hold(loser, concert_, 999'999, "k")).code(), "SEAT_NOT_FOUND");
  ASSERT_EQ(http().send(cancel(winner, held)).status, 204);
  EXPECT_EQ(http().send(hold(loser, concert_, concert_.first_seat, "k")).status, 201);
}

TEST_F(Idempotency, AKeyIsOneTo255PrintableCharacters) {
  for (const std::string& key : {std::string(255, 'x'), std::string{"a b"}, std::string{"~"}})
    EXPECT_EQ(http().send(charge(1, 1, key)).status, 201) << key;
  for (const std::string& key : {std::string(256, 'x'), std::string{"caf\xc3\xa9"}, std::string{"a\tb"}})
    EXPECT_EQ(http().send(charge(1, 1, key)).code(), "VALIDATION_FAILED") << key;
}

}  // namespace
}  // namespace frontrow::test
