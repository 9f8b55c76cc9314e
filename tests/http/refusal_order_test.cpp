// A request with everything wrong is refused for one thing at a time, in a fixed order: who asks, how the body is written, what it
// says, whose it is, what it is about, and last the Idempotency-Key. Each line mends the thing that the line before was refused
// for.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

struct Mended {
  const char* refused_for;  // a code, and the field where there is one
  std::function<void(HttpRequest&)> mend = {};
};

std::string refusal_of(const HttpResponse& answer) {
  const auto json = answer.json();
  if (!json.contains("errors")) return answer.code();
  return answer.code() + " " + std::string(json.at("errors").at(0).at("field").as_string());
}

auto header(std::string name, std::string value) {
  return [=](HttpRequest& request) {
    std::erase_if(request.headers, [&](const auto& one) { return one.first == name; });
    request = request.with(name, value);
  };
}
auto body(std::string text) {
  return [=](HttpRequest& request) { request.body = text; };
}
auto target(std::string text) {
  return [=](HttpRequest& request) { request.target = text; };
}
void as_json(HttpRequest& request) { request.content_type = "application/json"; }

class RefusalOrder : public testing::Test {
 protected:
  // `wrong` is refused for the first thing, and every mended request for the next.
  void expect_order(HttpRequest wrong, const std::vector<Mended>& steps) {
    for (const Mended& step : steps) {
      const auto answer = sale_.http().send(wrong);
      ASSERT_EQ(answer.status >= 400 ? refusal_of(answer) : std::to_string(answer.status), step.refused_for) << wrong.bytes();
      if (step.mend) step.mend(wrong);
    }
  }

  TestSale sale_;
  const NewConcert concert_ = sale_.add_concert({.seats = 5});
  const NewConcert other_ = sale_.add_concert({.seats = 5});
  const std::string token_ = enter(sale_.http(), 1, concert_.id);
  const std::string key_ = std::string(256, 'k');  // too long
  // A pod of the cluster may not know a concert yet that a ticket of a moment ago names, and asks for patience that long.
  const char* const unknown_ = tests_the_cluster() ? "OVERLOADED" : "CONCERT_NOT_FOUND";
};

TEST_F(RefusalOrder, OfAHold) {
  const auto holds = [](std::int64_t concert) { return fmt::format("/api/v1/concerts/{}/reservations", concert); };
  const auto wants = [&](std::int64_t user, std::int64_t seat) {
    return body(fmt::format(R"({{"userId":{},"scheduleId":{},"seatId":{}}})", user, concert_.schedule, seat));
  };
  HttpRequest wrong{.method = "POST", .target = holds(999), .body = "{", .headers = {{"Idempotency-Key", key_}}};
  wrong.content_type = "text/plain";
  expect_order(wrong,
               {{"QUEUE_TOKEN_REQUIRED", header("X-Queue-Token", "forged")},
                {"QUEUE_TOKEN_INVALID", header("X-Queue-Token", token_)},
                {"UNSUPPORTED_MEDIA_TYPE", as_json},
                {"MALFORMED_JSON", body("[]")},
                {"VALIDATION_FAILED body", wants(2, 0)},
                {"VALIDATION_FAILED seatId", wants(2, 999)},
                {"FORBIDDEN", wants(1, 999)},
                {unknown_, target(holds(other_.id))},
                {"QUEUE_TOKEN_INVALID", target(holds(concert_.id))},
                {"VALIDATION_FAILED Idempotency-Key", header("Idempotency-Key", "one")},
                {"SEAT_NOT_FOUND", wants(1, concert_.first_seat)},
                {"201"}});
}

TEST_F(RefusalOrder, OfAPayment) {
  const auto held = sale_.http().send(hold(token_, concert_, concert_.first_seat)).integer("reservationId");
  const auto wants = [](std::int64_t user, std::int64_t reservation) {
    return body(fmt::format(R"({{"userId":{},"reservationId":{}}})", user, reservation));
  };
  expect_order({.method = "POST", .target = "/api/v1/payments", .body = "{", .headers = {{"Idempotency-Key", key_}}},
               {{"QUEUE_TOKEN_REQUIRED", header("X-Queue-Token", token_)},
                {"MALFORMED_JSON", body("{}")},
                {"VALIDATION_FAILED reservationId", wants(2, 999)},
                {"FORBIDDEN", wants(1, 999)},
                {"VALIDATION_FAILED Idempotency-Key", header("Idempotency-Key", "one")},
                {"RESERVATION_NOT_FOUND", wants(1, held)},
                {"INSUFFICIENT_POINTS"}});
}

TEST_F(RefusalOrder, OfAJoinAndACharge) {
  const auto joins = [](std::string user, std::int64_t concert) {
    return body(fmt::format(R"({{{}"concertId":{}}})", user, concert));
  };
  expect_order(
      {.method = "POST", .target = "/api/v1/queue/token", .body = R"({"userId":0})", .headers = {{"Idempotency-Key", key_}}},
      {{"VALIDATION_FAILED userId", joins("", 0)},
       {"VALIDATION_FAILED concertId", joins("", 999)},
       {"VALIDATION_FAILED userId", joins(R"("userId":7,)", 999)},
       {"CONCERT_NOT_FOUND", joins(R"("userId":7,)", concert_.id)},
       {"VALIDATION_FAILED Idempotency-Key", header("Idempotency-Key", "one")},
       {"201"}});
  expect_order(
      {.method = "POST", .target = "/api/v1/points/charge", .body = R"({"amount":0})", .headers = {{"Idempotency-Key", key_}}},
      {{"VALIDATION_FAILED amount", body(R"({"amount":1})")},
       {"VALIDATION_FAILED userId", body(R"({"amount":1,"userId":7})")},
       {"VALIDATION_FAILED Idempotency-Key", header("Idempotency-Key", "one")},
       {"201"}});
}

TEST_F(RefusalOrder, OfWhatIsLookedAt) {
  const auto seats = [](std::int64_t concert, std::int64_t schedule, std::string query = {}) {
    return target(fmt::format("/api/v1/concerts/{}/schedules/{}/seats{}", concert, schedule, query));
  };
  expect_order({.target = fmt::format("/api/v1/concerts/999/schedules/999/seats?since=x")},
               {{"QUEUE_TOKEN_REQUIRED", header("X-Queue-Token", token_)},
                {"VALIDATION_FAILED since", seats(999, 999)},
                {unknown_, seats(other_.id, 999)},
                {"QUEUE_TOKEN_INVALID", seats(concert_.id, 999)},
                {"SCHEDULE_NOT_FOUND", seats(concert_.id, concert_.schedule)},
                {"200"}});
  expect_order({.target = "/api/v1/reservations?limit=0&cursor=x"},
               {{"VALIDATION_FAILED limit", target("/api/v1/reservations?cursor=x")},
                {"VALIDATION_FAILED cursor", target("/api/v1/reservations")},
                {"VALIDATION_FAILED userId", target("/api/v1/reservations?userId=2")},
                {"200", header("X-Queue-Token", token_)},
                {"FORBIDDEN", target("/api/v1/reservations?userId=1")},
                {"200"}});
}

TEST_F(RefusalOrder, OfAnOperatorsChange) {
  const auto date = [](std::int64_t concert, std::int64_t schedule) {
    return target(fmt::format("/api/v1/admin/concerts/{}/schedules/{}/seats", concert, schedule));
  };
  HttpRequest wrong{.method = "PATCH", .target = "/api/v1/admin/concerts/999/schedules/999/seats", .body = "{"};
  expect_order(wrong,
               {{"UNAUTHORIZED", header("Authorization", "Bearer wrong")},
                {"FORBIDDEN", header("Authorization", "Bearer " + sale_.admin_token())},
                {"MALFORMED_JSON", body("{}")},
                {"VALIDATION_FAILED prices", body(R"({"prices":[{"section":"none","price":1}]})")},
                {"CONCERT_NOT_FOUND", date(concert_.id, 999)},
                {"SCHEDULE_NOT_FOUND", date(concert_.id, concert_.schedule)},
                {"VALIDATION_FAILED prices[0].section", body(R"({"prices":[{"price":1}]})")},
                {"200"}});
}

}  // namespace
}  // namespace frontrow::test
