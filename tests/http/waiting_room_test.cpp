// The queue as its people see it: over HTTP, through restarts, and in the order of their joining.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

class PublicQueue : public testing::Test {
 protected:
  int close_booking(const std::string& at) {
    const HttpRequest request{.method = "PATCH",
                              .target = fmt::format("/api/v1/admin/concerts/{}", concert_.id),
                              .body = fmt::format(R"({{"bookingClosesAt":{}}})", at)};
    return http().send(as_admin(request, sale_.admin_token())).status;
  }
  HttpClient& http() { return sale_.http(); }
  HttpResponse join_as(std::int64_t user) { return http().send(join(user, concert_.id)); }
  bool comes_in(const std::string& token) {
    return eventually([&] { return http().send(poll(token)).text("status") == "ACTIVE"; });
  }
  TestSale sale_;
  NewConcert concert_ = sale_.add_concert({.seats = 5, .price = 10, .max_active = 2, .admissions_per_second = 100});
};

TEST_F(PublicQueue, PositionsCountThePeopleAhead) {
  EXPECT_EQ(join_as(1).text("status"), "ACTIVE");
  EXPECT_EQ(join_as(2).integer("position"), 0);
  for (int i = 1; i <= 5; ++i) {
    const auto joined = join_as(2 + i);
    EXPECT_EQ(joined.status, 201);
    EXPECT_EQ(joined.text("status"), "WAITING");
    EXPECT_EQ(joined.integer("position"), i);
    EXPECT_TRUE(joined.json().at("expiresAt").is_null());
    EXPECT_GE(joined.integer("pollAfterMs"), 700);
    if (!tests_the_cluster()) {
      EXPECT_TRUE(joined.json().at("estimatedWait").is_null()) << "nobody has left, so nothing can be told";
      EXPECT_TRUE(joined.json().at("estimatedWaitSeconds").is_null());
    }
    EXPECT_EQ(joined.integer("availableSeats"), 5);
    EXPECT_EQ(joined.header("Cache-Control"), "no-store");
    const auto again = join_as(2 + i);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.text("token"), joined.text("token"));
    EXPECT_EQ(again.integer("position"), i);
  }
}

TEST_F(PublicQueue, WhoWaitsMayNeitherLookNorHold) {
  join_as(1), join_as(2);
  const std::string token = join_as(3).text("token");
  for (const auto& request : {seat_map(token, concert_), hold(token, concert_, concert_.first_seat)}) {
    const auto answer = http().send(request);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "QUEUE_TOKEN_NOT_ACTIVE");
    EXPECT_EQ(answer.integer("position"), 1);
    EXPECT_GE(std::stoi(answer.header("Retry-After")), 1);
  }
}

TEST_F(PublicQueue, LeavingAndPayingLetTheNextOneIn) {
  const std::string one = join_as(1).text("token"), two = join_as(2).text("token");
  const std::string three = join_as(3).text("token"), four = join_as(4).text("token"), five = join_as(5).text("token");
  EXPECT_EQ(http().send(leave(one)).status, 204);
  EXPECT_TRUE(comes_in(three));
  EXPECT_EQ(http().send(poll(four)).integer("position"), 1);
  ASSERT_EQ(http().send(charge(2, 100)).status, 201);
  const auto held = http().send(hold(two, concert_, concert_.first_seat)).integer("reservationId");
  ASSERT_EQ(http().send(pay(two, held)).status, 201);
  EXPECT_TRUE(eventually([&] { return http().send(poll(two)).text("status") == "COMPLETED"; }));
  EXPECT_TRUE(comes_in(four));
  EXPECT_EQ(http().send(poll(five)).text("status"), "WAITING");
  EXPECT_EQ(http().send(poll(one)).text("status"), "EXPIRED");
  EXPECT_EQ(http().send(hold(one, concert_, concert_.first_seat + 1)).code(), "QUEUE_TOKEN_EXPIRED");
  const auto back = join_as(1);
  EXPECT_EQ(back.status, 201) << "who left joins anew, at the tail";
  EXPECT_NE(back.text("token"), one);
  EXPECT_EQ(back.integer("position"), 2);
  expect_clean_audit(sale_);
}

// Here the sale ends by its window; the unit tests have the end by the last date. An hour after the end the tickets are
// gone.
TEST_F(PublicQueue, EndsWithTheSale) {
  if (tests_the_cluster()) GTEST_SKIP() << "of the embedded profile";
  const std::string inside = join_as(1).text("token");
  join_as(2);
  const std::string waiting = join_as(3).text("token");
  const auto counts = [&](const char* figure) {
    return http().get("/actuator/prometheus").body.find(fmt::format("\n{} 0\n", figure)) != std::string::npos;
  };
  EXPECT_TRUE(eventually([&] { return !counts("queue_waiting"); })) << "somebody waits";
  const TimePoint now = *parse_iso8601(http().get("/api/v1/time").text("now"));
  ASSERT_EQ(close_booking(fmt::format(R"("{}")", iso8601(now - std::chrono::hours{2}))), 200);
  EXPECT_TRUE(eventually([&] { return counts("queue_waiting") && counts("queue_active"); }));
  for (const std::string& token : {inside, waiting}) EXPECT_EQ(http().send(poll(token)).text("status"), "EXPIRED");
  EXPECT_EQ(join_as(4).code(), "BOOKING_NOT_OPEN");
}

TEST_F(PublicQueue, KeepsEverybodysPlaceWhenASaleIsStoppedAndGoesOn) {
  if (tests_the_cluster()) GTEST_SKIP() << "of the embedded profile";
  const std::string inside = join_as(1).text("token");
  join_as(2);
  const std::string waiting = join_as(3).text("token");
  const std::int64_t position = http().send(poll(waiting)).integer("position");
  const TimePoint now = *parse_iso8601(http().get("/api/v1/time").text("now"));
  ASSERT_EQ(close_booking(fmt::format(R"("{}")", iso8601(now - Duration{1}))), 200);
  EXPECT_TRUE(eventually([&] { return http().send(poll(waiting)).text("status") == "EXPIRED"; })) << "as long as it is stopped";
  ASSERT_EQ(close_booking("null"), 200);
  EXPECT_EQ(http().send(poll(inside)).text("status"), "ACTIVE");
  EXPECT_EQ(http().send(poll(waiting)).text("status"), "WAITING");
  EXPECT_LE(http().send(poll(waiting)).integer("position"), position);
}

TEST_F(PublicQueue, LetsNobodyInWhileNoSeatIsFree) {
  if (tests_the_cluster()) GTEST_SKIP() << "of the embedded profile";
  const std::string one = join_as(1).text("token"), two = join_as(2).text("token");
  const std::vector<std::int64_t> four_seats = users_from(concert_.first_seat, 4);
  const auto held = http().send(hold(one, concert_, four_seats)).integer("reservationId");
  ASSERT_EQ(http().send(hold(two, concert_, concert_.first_seat + 4)).status, 201);
  const std::string three = join_as(3).text("token");
  const auto stands = [&] { return http().send(poll(three)); };
  EXPECT_EQ(stands().integer("availableSeats"), 0);
  EXPECT_TRUE(eventually([&] { return stands().integer("pollAfterMs") >= 3'000; })) << "the queue has seen that no seat is left";
  ASSERT_EQ(http().send(leave(two)).status, 204);
  EXPECT_EQ(stands().text("status"), "WAITING") << "there is room, and nothing to see";
  EXPECT_TRUE(stands().json().at("estimatedWait").is_null());
  ASSERT_EQ(http().send(cancel(one, held)).status, 204);
  EXPECT_TRUE(comes_in(three));
  EXPECT_EQ(stands().integer("availableSeats"), 4);
  expect_clean_audit(sale_);
}

TEST_F(PublicQueue, WhoLeavesFromTheMiddleMovesTheOthersUp) {
  join_as(1), join_as(2);
  const std::string three = join_as(3).text("token"), four = join_as(4).text("token");
  EXPECT_EQ(http().send(poll(four)).integer("position"), 2);
  EXPECT_EQ(http().send(leave(three)).status, 204);
  EXPECT_EQ(http().send(leave(three)).status, 204);
  EXPECT_EQ(http().send(poll(four)).integer("position"), 1);
}

TEST_F(PublicQueue, AHolderPaysWithAnyGenuineTicket) {
  const std::string token = join_as(1).text("token");
  ASSERT_EQ(http().send(charge(1, 100)).status, 201);
  const auto held = http().send(hold(token, concert_, concert_.first_seat)).integer("reservationId");
  EXPECT_EQ(http().send(leave(token)).status, 204);
  EXPECT_EQ(http().send(pay(token, held)).status, 201);
  EXPECT_EQ(http().send(pay(token, held)).status, 200);
}

TEST_F(PublicQueue, AForgedTicketIsInvalidEverywhere) {
  const std::string token = join_as(1).text("token");
  ASSERT_EQ(token.size(), 64U);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(http().send(poll(forged)).code(), "QUEUE_TOKEN_INVALID") << i;
  }
}

// The ticket's concert is a moment old, and the pod asks for new concerts once a second.
TEST(PublicQueueOfTwoPods, AGenuineTicketIsNeverCalledInvalid) {
  if (!tests_the_cluster()) GTEST_SKIP() << "of the cluster profile";
  TestSale sale;
  const auto other = sale.another_pod();
  HttpClient there(other->port());
  for (int round = 0; round < 3; ++round) {
    const NewConcert concert = sale.add_concert();
    const std::string token = enter(sale.http(), 1, concert.id);
    EXPECT_TRUE(eventually([&] {
      for (const auto& request : {poll(token), seat_map(token, concert)}) {
        const auto answer = there.send(request);
        EXPECT_TRUE(answer.status == 200 || (answer.status == 503 && answer.header("Retry-After") == "1")) << answer;
        if (answer.status != 200) return false;
      }
      return true;
    }));
  }
  other->stop();
}

TEST(WaitingRoomRestart, PositionsSurviveIt) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  HttpClient http(server.port());
  const NewConcert concert = add_concert(http, server.admin_token(), {.max_active = 3});
  std::vector<std::string> tokens;
  for (int user = 1; user <= 30; ++user) tokens.push_back(http.send(join(user, concert.id)).text("token"));
  const auto positions = [&](HttpClient& client) {
    std::vector<std::int64_t> all;
    for (const auto& token : tokens) all.push_back(client.send(poll(token)).integer("position"));
    return all;
  };
  const auto before = positions(http);
  EXPECT_EQ(before.back(), 27);
  for (const bool is_violent : {false, true}) {
    if (is_violent)
      server.kill();
    else
      EXPECT_EQ(server.stop(), 0);
    server.start();
    HttpClient again(server.port());
    EXPECT_EQ(positions(again), before);
    EXPECT_EQ(again.send(join(30, concert.id)).text("token"), tokens.back()) << "on any device, the same place";
    EXPECT_EQ(again.send(seat_map(tokens.front(), concert)).status, 200) << "who was in is in";
  }
  expect_clean_audit_by_program(server.data_dir());
}

// Tickets that have ended are not loaded: the store is asked when one is shown.
TEST(WaitingRoomRestart, ATicketSaysWhatItEndedAs) {
  TempDirectory dir;
  ServerProcess server(dir.path() / "data");
  server.start();
  HttpClient http(server.port());
  const NewConcert concert = add_concert(http, server.admin_token());
  const std::string paid = enter(http, 1, concert.id), left = enter(http, 2, concert.id);
  ASSERT_EQ(http.send(charge(1, 5'000)).status, 201);
  const auto held = http.send(hold(paid, concert, concert.first_seat)).integer("reservationId");
  ASSERT_EQ(http.send(pay(paid, held, "key")).status, 201);
  ASSERT_EQ(http.send(leave(left)).status, 204);
  server.kill();
  server.start();
  HttpClient again(server.port());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(again.send(poll(paid)).text("status"), "COMPLETED");
    EXPECT_EQ(again.send(poll(left)).text("status"), "EXPIRED");
    EXPECT_EQ(again.send(seat_map(paid, concert)).code(), "QUEUE_TOKEN_COMPLETED");
    EXPECT_EQ(again.send(hold(left, concert, concert.first_seat + 1)).code(), "QUEUE_TOKEN_EXPIRED");
  }
  EXPECT_EQ(again.send(pay(paid, held, "key")).status, 201) << "a replay";
  expect_clean_audit_by_program(server.data_dir());
}

}  // namespace
}  // namespace frontrow::test
