// Holds that end unpaid again and again, over HTTP: a limit an hour, and a cool-down of the seat.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/clients/crowd.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

Settings limited(int unpaid_holds, std::chrono::seconds cool_down) {
  Settings settings = test_settings();
  settings.unpaid_holds_per_hour = unpaid_holds;
  settings.seat_cool_down = cool_down;
  return settings;
}

HttpResponse hold_and_give_back(HttpClient& http, const std::string& token, const NewConcert& concert, std::int64_t seat) {
  const auto held = http.send(hold(token, concert, seat));
  if (held.status == 201) {
    EXPECT_EQ(http.send(cancel(token, held.integer("reservationId"))).status, 204);
  }
  return held;
}

TEST(Hoarding, SoManyHoldsMayEndUnpaidInAnHour) {
  TestSale sale(limited(3, {}));
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert(), other = sale.add_concert();
  const std::string token = enter(http, 1, concert.id);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(hold_and_give_back(http, token, concert, concert.first_seat + i).status, 201);
  const auto refused = http.send(hold(token, concert, concert.first_seat + 5));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "TOO_MANY_UNPAID_HOLDS");
  EXPECT_GT(std::stoi("0" + refused.header("Retry-After")), 3'500);
  EXPECT_EQ(http.send(hold(enter(http, 1, other.id), other, other.first_seat)).status, 201) << "a concert of its own";
  EXPECT_EQ(http.send(hold(enter(http, 2, concert.id), concert, concert.first_seat)).status, 201) << "for others nothing changes";
  expect_clean_audit(sale);
}

TEST(Hoarding, WhatIsHeldIsPaidAndAskedForAgainAllTheSame) {
  TestSale sale(limited(1, {}));
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert({.price = 10});
  ASSERT_EQ(http.send(charge(1, 10)).status, 201);
  const std::string token = enter(http, 1, concert.id);
  const auto live = http.send(hold(token, concert, concert.first_seat, "live"));
  hold_and_give_back(http, token, concert, concert.first_seat + 1);
  EXPECT_EQ(http.send(hold(token, concert, concert.first_seat)).status, 200) << "the live hold of these seats";
  EXPECT_EQ(http.send(hold(token, concert, concert.first_seat, "live")).status, 201) << "a replay";
  EXPECT_EQ(http.send(hold(token, concert, concert.first_seat + 2)).code(), "TOO_MANY_UNPAID_HOLDS");
  EXPECT_EQ(http.send(pay(token, live.integer("reservationId"))).status, 201);
}

TEST(Hoarding, ASeatIsHeldAgainOnceAndThenCoolsDown) {
  TestSale sale(limited(0, std::chrono::seconds{60}));
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const std::string token = enter(http, 1, concert.id);
  EXPECT_EQ(hold_and_give_back(http, token, concert, concert.first_seat).status, 201);
  EXPECT_EQ(hold_and_give_back(http, token, concert, concert.first_seat).status, 201) << "a change of mind";
  const std::int64_t both[] = {concert.first_seat + 1, concert.first_seat};
  const auto refused = http.send(hold(token, concert, both));
  EXPECT_EQ(refused.code(), "SEAT_COOLING_DOWN") << refused;
  EXPECT_EQ(boost::json::serialize(refused.json().at("seatIds")), fmt::format("[{}]", concert.first_seat));
  EXPECT_EQ(http.send(hold(enter(http, 2, concert.id), concert, concert.first_seat)).status, 201);
  EXPECT_EQ(http.send(hold(token, concert, concert.first_seat + 1)).status, 201);
}

TEST(Hoarding, AHoldThatRanOutCounts) {
  Settings settings = limited(1, {});
  settings.hold = std::chrono::seconds{1};
  TestSale sale(settings);
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const std::string token = enter(http, 1, concert.id);
  ASSERT_EQ(http.send(hold(token, concert, concert.first_seat)).status, 201);
  EXPECT_TRUE(eventually([&] { return http.send(hold(token, concert, concert.first_seat)).code() == "TOO_MANY_UNPAID_HOLDS"; }));
}

// One packet with a give-back and a new hold was how 89 of 91 holds were renewed.
TEST(Hoarding, RenewingEndsAtTheSecondTimeHoweverItIsSent) {
  TestSale sale(limited(0, std::chrono::seconds{60}));
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const std::string token = enter(http, 1, concert.id);
  auto held = http.send(hold(token, concert, concert.first_seat));
  int renewals = 0;
  while (held.status == 201 && renewals < 10) {
    http.start(cancel(token, held.integer("reservationId")));
    http.start(hold(token, concert, concert.first_seat));
    EXPECT_EQ(http.finish().status, 204);
    held = http.finish();
    renewals += held.status == 201;
  }
  EXPECT_EQ(renewals, 1);
  EXPECT_EQ(held.code(), "SEAT_COOLING_DOWN");
}

// The limit is decided under the user's lock: together, requests pass it no further than one after another.
TEST(Hoarding, ParallelRequestsDoNotPassTheLimitTogether) {
  TestSale sale(limited(2, {}));
  HttpClient& http = sale.http();
  const NewConcert concert = sale.add_concert();
  const std::string token = enter(http, 1, concert.id);
  hold_and_give_back(http, token, concert, concert.first_seat);
  hold_and_give_back(http, token, concert, concert.first_seat + 1);
  Crowd crowd(sale.port());
  std::vector<HttpRequest> holds;
  for (int i = 0; i < 32; ++i) holds.push_back(hold(token, concert, concert.first_seat + i));
  const auto answers = crowd.send(holds);
  EXPECT_EQ(std::ranges::count(answers, std::string("TOO_MANY_UNPAID_HOLDS"), &HttpResponse::code), 32);
  expect_clean_audit(sale);
}

}  // namespace
}  // namespace frontrow::test
