// The administrator's routes: make concerts, change them, limit their queue, watch them; and lists that come in pages.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

class AdminRoutes : public testing::Test {
 protected:
  HttpClient& http() { return sale_.http(); }
  HttpResponse ask(std::string method, std::string target, std::string body = {}) {
    return http().send(as_admin({.method = std::move(method), .target = "/api/v1/admin/concerts" + target, .body = std::move(body)},
                                sale_.admin_token()));
  }
  TestSale sale_;
};

constexpr const char* kTwoSections =
    R"({"title":"Big","artist":"A","venue":"V","schedules":[{"startsAt":"2040-01-01T19:00:00+09:00","sections":[)"
    R"({"name":"Floor","rows":2,"seatsPerRow":3,"price":500},{"name":"Balcony","rows":1,"seatsPerRow":4,"price":200}]}]})";

TEST_F(AdminRoutes, AConcertWithSectionsHasItsSeatsInOrder) {
  const auto made = ask("POST", "", kTwoSections);
  ASSERT_EQ(made.status, 201) << made;
  const auto schedule = made.json().at("schedules").at(0).as_object();
  EXPECT_EQ(schedule.at("totalSeats"), 10);
  EXPECT_EQ(schedule.at("startsAt"), "2040-01-01T10:00:00.000Z");
  const NewConcert concert{made.integer("id"), schedule.at("id").as_int64(), schedule.at("firstSeatId").as_int64()};
  const auto seats = http().send(seat_map(enter(http(), 1, concert.id), concert)).json().at("seats").as_array();
  ASSERT_EQ(seats.size(), 10U);
  for (std::size_t i = 0; i < seats.size(); ++i)
    EXPECT_EQ(seats[i].at("id").as_int64(), concert.first_seat + static_cast<std::int64_t>(i));
  EXPECT_EQ(seats[4].at("section"), "Floor");
  EXPECT_EQ(seats[4].at("row"), 2);
  EXPECT_EQ(seats[4].at("number"), 2);
  EXPECT_EQ(seats[9].at("section"), "Balcony");
  EXPECT_EQ(seats[9].at("price"), 200);
}

TEST_F(AdminRoutes, ChangingAConcertKeepsWhatIsNotNamed) {
  const auto id = ask("POST", "", kTwoSections).integer("id");
  const auto changed =
      ask("PATCH", fmt::format("/{}", id), R"({"title":"Bigger","artist":null,"bookingOpensAt":"2030-01-01T00:00:00Z"})");
  ASSERT_EQ(changed.status, 200) << changed;
  const auto json = changed.json();
  EXPECT_EQ(json.at("title"), "Bigger");
  EXPECT_TRUE(json.at("artist").is_null());
  EXPECT_EQ(json.at("venue"), "V");
  EXPECT_EQ(json.at("bookingOpensAt"), "2030-01-01T00:00:00.000Z");
  EXPECT_EQ(http().get(fmt::format("/api/v1/concerts/{}", id)).json(), json);
  // Not open yet: people get tickets, but nobody gets in.
  const auto joined = http().send(join(1, id));
  EXPECT_EQ(joined.text("status"), "WAITING");
  EXPECT_EQ(ask("PATCH", fmt::format("/{}", id), R"({"bookingClosesAt":"2029-01-01T00:00:00Z"})").code(), "VALIDATION_FAILED");
  EXPECT_EQ(ask("PATCH", fmt::format("/{}", id), R"({"bookingOpensAt":null})").status, 200);
  EXPECT_EQ(enter(http(), 1, id), joined.text("token"));
}

TEST_F(AdminRoutes, CountersAreWhatADashboardDrawsAndNoMore) {
  const NewConcert concert = sale_.add_concert({.seats = 5, .price = 100});
  const auto counters = [&] {
    return http().send(as_admin({.method = "GET", .target = "/api/v1/admin/counters"}, sale_.admin_token()));
  };
  const auto before = counters();
  ASSERT_EQ(before.status, 200) << before;
  const std::string ann = enter(http(), 1, concert.id), bob = enter(http(), 2, concert.id);
  ASSERT_EQ(http().send(hold(ann, concert, std::vector{concert.first_seat})).status, 201);
  ASSERT_EQ(http().send(hold(bob, concert, std::vector{concert.first_seat})).code(), "SEAT_ALREADY_RESERVED");
  const auto after = counters();
  EXPECT_EQ(after.integer("holds"), before.integer("holds") + 1);
  EXPECT_EQ(after.integer("admissions"), before.integer("admissions") + 2);
  EXPECT_EQ(after.text("startedAt"), before.text("startedAt"));
  bool is_counted = false;
  const auto shown = after.json();
  for (const auto& refusal : shown.at("refusals").as_array())
    is_counted |= refusal.at("code") == "SEAT_ALREADY_RESERVED" && refusal.at("count") == 1;
  EXPECT_TRUE(is_counted) << after;
  const auto& times = shown.at("answerTimes").as_array();
  ASSERT_GT(times.size(), 1U);
  EXPECT_TRUE(times.back().at("upToMicroseconds").is_null());
  EXPECT_GE(times.back().at("count").as_int64(), 5);
  EXPECT_LT(after.body.size(), 4'000U) << "an operator's phone asks every two seconds";
}

TEST_F(AdminRoutes, AddingSchedulesGivesThemTheirSeats) {
  const NewConcert concert = sale_.add_concert({.seats = 5});
  const auto added = ask("POST",
                         fmt::format("/{}/schedules", concert.id),
                         R"({"schedules":[{"startsAt":"2041-01-01T00:00:00Z","seats":{"count":7,"price":3}}]})");
  ASSERT_EQ(added.status, 201) << added;
  const auto list = http().get(fmt::format("/api/v1/concerts/{}/schedules", concert.id)).json();
  EXPECT_EQ(list.at("schedules").as_array().size(), 2U);
  EXPECT_EQ(list.at("schedules").at(1).at("totalSeats"), 7);
}

// The pod does not know the concert yet: it asks for new ones once a second.
TEST(AdminRoutesOfTwoPods, DatesOfAConcertThatIsAMomentOldAreAnsweredWhole) {
  if (!tests_the_cluster()) GTEST_SKIP() << "of the cluster profile";
  TestSale sale;
  const auto other = sale.another_pod();
  HttpClient there(other->port());
  for (int round = 0; round < 3; ++round) {
    const NewConcert concert = sale.add_concert({.seats = 5});
    const HttpRequest two_dates{.method = "POST",
                                .target = fmt::format("/api/v1/admin/concerts/{}/schedules", concert.id),
                                .body = R"({"schedules":[{"startsAt":"2041-01-01T00:00:00Z","seats":{"count":7,"price":3}},)"
                                        R"({"startsAt":"2041-01-02T00:00:00Z","seats":{"count":2,"price":3}}]})"};
    const auto added = there.send(as_admin(two_dates, sale.admin_token()));
    ASSERT_EQ(added.status, 201) << added;
    const auto body = added.json();
    const auto& first = body.at("schedules").at(0).as_object();
    const auto& second = body.at("schedules").at(1).as_object();
    ASSERT_TRUE(first.contains("firstSeatId") && second.contains("firstSeatId")) << added;
    EXPECT_EQ(first.at("totalSeats"), 7);
    EXPECT_EQ(second.at("startsAt"), "2041-01-02T00:00:00.000Z");
    EXPECT_EQ(second.at("firstSeatId").to_number<int>(), first.at("firstSeatId").to_number<int>() + 7);
  }
  other->stop();
}

TEST_F(AdminRoutes, AConcertHasAtMostAHundredDatesAndARepeatIsAnsweredAllTheSame) {
  const NewConcert concert = sale_.add_concert({.seats = 1});
  const auto add = [&](int count, std::string key) {
    std::string dates;
    for (int i = 0; i < count; ++i)
      dates += fmt::format(R"({}{{"startsAt":"2041-01-01T00:00:00Z","seats":{{"count":1,"price":3}}}})", i > 0 ? "," : "");
    const HttpRequest request{.method = "POST",
                              .target = fmt::format("/api/v1/admin/concerts/{}/schedules", concert.id),
                              .body = fmt::format(R"({{"schedules":[{}]}})", dates)};
    return http().send(as_admin(request.with("Idempotency-Key", std::move(key)), sale_.admin_token()));
  };
  const auto full = add(99, "the-rest");
  ASSERT_EQ(full.status, 201) << full;
  EXPECT_EQ(said_once(add(99, "the-rest")), said_once(full)) << "a repeat adds nothing, so no limit is in its way";
  const auto refused = add(1, "one-more");
  EXPECT_EQ(refused.code(), "VALIDATION_FAILED") << refused;
  EXPECT_EQ(refused.json().at("errors").at(0).at("field"), "schedules");
  EXPECT_EQ(http().get(fmt::format("/api/v1/concerts/{}", concert.id)).integer("scheduleCount"), 100);
}

// A generated client sends an empty array for a field that its caller has left out.
TEST_F(AdminRoutes, ARequestForMoreThanAHundredThousandSeatsIsRefusedByName) {
  const std::string date = R"({"startsAt":"2040-01-01T10:00:00Z","seats":{"count":50001,"price":1}})";
  const auto id = ask("POST", "", kTwoSections).integer("id");
  const std::string two = date + "," + date;
  for (const HttpResponse& refused : {ask("POST", "", R"({"title":"Huge","schedules":[)" + two + "]}"),
                                      ask("POST", fmt::format("/{}/schedules", id), R"({"schedules":[)" + two + "]}")}) {
    ASSERT_EQ(refused.status, 400) << refused;
    EXPECT_EQ(refused.code(), "VALIDATION_FAILED");
    const auto json = refused.json();
    const auto& error = json.at("errors").at(0);
    EXPECT_EQ(error.at("field"), "schedules");
    EXPECT_NE(std::string(error.at("reason").as_string()).find("100002"), std::string::npos) << refused;
  }
  const auto listed = http().get(fmt::format("/api/v1/concerts/{}/schedules", id)).json();
  EXPECT_EQ(listed.at("schedules").as_array().size(), 1U);
}

TEST_F(AdminRoutes, AnEmptyArrayBesideTheOtherFieldIsNone) {
  const auto add = [&](const NewConcert& concert, const std::string& plan) {
    return ask(
        "POST", fmt::format("/{}/schedules", concert.id), R"({"schedules":[{"startsAt":"2041-01-01T00:00:00Z",)" + plan + "}]}");
  };
  const NewConcert concert = sale_.add_concert({.seats = 5});
  EXPECT_EQ(add(concert, R"("seats":{"count":7,"price":3},"sections":[])").status, 201);
  EXPECT_EQ(add(concert, R"("sections":[])").code(), "VALIDATION_FAILED");
  const std::string token = enter(http(), 1, concert.id);
  const auto hold_with = [&](const std::string& seats) {
    auto request = hold(token, concert, concert.first_seat);
    request.body = fmt::format(R"({{"scheduleId":{},{}}})", concert.schedule, seats);
    return http().send(request);
  };
  EXPECT_EQ(hold_with(fmt::format(R"("seatId":{},"seatIds":[])", concert.first_seat)).status, 201);
  EXPECT_EQ(hold_with(R"("seatIds":[])").code(), "VALIDATION_FAILED");
  EXPECT_EQ(hold_with(R"("seatId":null,"seatIds":[])").code(), "VALIDATION_FAILED");
  EXPECT_EQ(hold_with(fmt::format(R"("seatId":{},"seatIds":[{}])", concert.first_seat, concert.first_seat + 1)).code(),
            "VALIDATION_FAILED");
}

TEST_F(AdminRoutes, AMovedDateIsShownEverywhere) {
  const NewConcert concert = sale_.add_concert({.seats = 5});
  const std::string token = enter(http(), 1, concert.id);
  const auto before = http().send(seat_map(token, concert)).integer("version");
  const std::string target = fmt::format("/{}/schedules/{}", concert.id, concert.schedule);
  const auto moved = ask("PATCH", target, R"({"startsAt":"2041-02-03T20:00:00+09:00"})");
  ASSERT_EQ(moved.status, 200) << moved;
  EXPECT_EQ(moved.text("startsAt"), "2041-02-03T11:00:00.000Z");
  const auto list = http().get(fmt::format("/api/v1/concerts/{}/schedules", concert.id)).json();
  EXPECT_EQ(list.at("schedules").at(0), moved.json());
  const auto since = http().send(seat_map(token, concert, fmt::format("?since={}", before)));
  EXPECT_EQ(since.text("startsAt"), "2041-02-03T11:00:00.000Z") << "whoever follows the seats is told";
  EXPECT_EQ(since.integer("version"), before + 1);
  EXPECT_TRUE(since.json().at("seats").as_array().empty());
  EXPECT_EQ(ask("PATCH", target, "{}").json(), moved.json()) << "what is not named stays";
  EXPECT_EQ(ask("PATCH", target, R"({"startsAt":null})").code(), "VALIDATION_FAILED");
  EXPECT_EQ(http().send(seat_map(token, concert)).integer("version"), before + 1);
  expect_clean_audit(sale_);
}

TEST_F(AdminRoutes, ANewPriceIsForLaterHoldsOnly) {
  const auto made = ask("POST", "", kTwoSections).json();
  const NewConcert concert{made.at("id").as_int64(),
                           made.at("schedules").at(0).at("id").as_int64(),
                           made.at("schedules").at(0).at("firstSeatId").as_int64()};
  ASSERT_EQ(http().send(charge(1, 10'000)).status, 201);
  ASSERT_EQ(http().send(charge(2, 10'000)).status, 201);
  const std::string ann = enter(http(), 1, concert.id), bob = enter(http(), 2, concert.id);
  const auto promised = http().send(hold(ann, concert, std::vector{concert.first_seat, concert.first_seat + 1}));
  ASSERT_EQ(promised.integer("amount"), 1'000);
  const auto seen = http().send(seat_map(ann, concert));

  const std::string target = fmt::format("/{}/schedules/{}/seats", concert.id, concert.schedule);
  const auto changed = ask(
      "PATCH", target, R"({"prices":[{"section":"Floor","price":700},{"section":"Floor","rows":[2],"numbers":[3],"price":900}]})");
  ASSERT_EQ(changed.status, 200) << changed;
  EXPECT_EQ(changed.integer("seats"), 6);
  EXPECT_EQ(changed.integer("changedSeats"), 6);

  // Both kinds of seat map show it, and the old ETag does not match any more.
  const auto since = http().send(seat_map(ann, concert, fmt::format("?since={}", seen.integer("version"))));
  EXPECT_EQ(since.json().at("seats").as_array().size(), 6U);
  EXPECT_EQ(since.integer("version"), changed.integer("version"));
  auto map = http().send(seat_map(ann, concert).with("If-None-Match", seen.header("ETag")));
  ASSERT_EQ(map.status, 200);
  const auto seats = map.json().at("seats").as_array();
  EXPECT_EQ(seats[0].at("price"), 700);
  EXPECT_EQ(seats[0].at("status"), "TEMPORARILY_RESERVED");
  EXPECT_EQ(seats[5].at("price"), 900);
  EXPECT_EQ(seats[6].at("price"), 200) << "of the balcony nobody said anything";

  // A hold pays its own price; a later hold costs more.
  EXPECT_EQ(http().send(hold(ann, concert, std::vector{concert.first_seat, concert.first_seat + 1})).integer("amount"), 1'000);
  EXPECT_EQ(http().send(pay(ann, promised.integer("reservationId"))).integer("balance"), 9'000);
  const auto later = http().send(hold(bob, concert, std::vector{concert.first_seat + 2, concert.first_seat + 5}));
  EXPECT_EQ(later.integer("amount"), 1'600);
  EXPECT_EQ(http().send(pay(bob, later.integer("reservationId"))).integer("balance"), 8'400);
  EXPECT_EQ(ask("GET", fmt::format("/{}/sales", concert.id)).integer("revenue"), 2'600);
  expect_clean_audit(sale_);
}

TEST_F(AdminRoutes, PricesAreChangedAllOrNone) {
  const NewConcert concert = sale_.add_concert({.seats = 5, .price = 100}), other = sale_.add_concert({.seats = 5});
  const auto prices = [&](std::string lines) {
    return ask(
        "PATCH", fmt::format("/{}/schedules/{}/seats", concert.id, concert.schedule), fmt::format(R"({{"prices":[{}]}})", lines));
  };
  EXPECT_EQ(prices(R"({"price":200},{"section":"Floor","price":300})").code(), "VALIDATION_FAILED");
  EXPECT_EQ(prices(fmt::format(R"({{"price":200}},{{"seatIds":[{}],"price":300}})", other.first_seat)).code(), "SEAT_NOT_FOUND");
  EXPECT_EQ(prices(R"({"price":200},{"numbers":[1],"price":0})").code(), "VALIDATION_FAILED");
  const auto refused = prices(R"({"numbers":[1,9],"rows":[1],"price":1},{"price":"x"})").json();
  ASSERT_EQ(refused.at("errors").as_array().size(), 1U) << "what a line says is looked at when every line can be read";
  EXPECT_EQ(refused.at("errors").at(0).at("field"), "prices[1].price");
  EXPECT_EQ(prices(R"({"numbers":[1,9],"price":1})").json().at("errors").at(0).at("field"), "prices[0].numbers[1]");
  const std::string token = enter(http(), 1, concert.id);
  const auto map = http().send(seat_map(token, concert));
  EXPECT_EQ(map.integer("version"), 0);
  EXPECT_EQ(map.json().at("seats").at(0).at("price"), 100);
  EXPECT_EQ(prices(fmt::format(R"({{"seatIds":[{0},{0}],"price":150}},{{"numbers":[5],"price":100}})", concert.first_seat))
                .integer("changedSeats"),
            1);
}

TEST_F(AdminRoutes, SalesCountWhatHappened) {
  const NewConcert concert = sale_.add_concert({.seats = 10, .price = 1'000});
  ASSERT_EQ(http().send(charge(1, 5'000)).status, 201);
  const std::string one = enter(http(), 1, concert.id), two = enter(http(), 2, concert.id);
  const auto paid =
      http().send(hold(one, concert, std::vector{concert.first_seat, concert.first_seat + 1})).integer("reservationId");
  const auto given_back = http().send(hold(two, concert, concert.first_seat + 2)).integer("reservationId");
  ASSERT_EQ(http().send(hold(two, concert, concert.first_seat + 3)).status, 201);
  ASSERT_EQ(http().send(pay(one, paid)).status, 201);
  ASSERT_EQ(http().send(cancel(two, given_back)).status, 204);
  boost::json::value sales;
  EXPECT_TRUE(eventually([&] {
    sales = ask("GET", fmt::format("/{}/sales", concert.id)).json();
    return sales.at("queue").at("active") == 1;
  })) << "one has paid and is out";
  for (const auto& [name, count] : std::initializer_list<std::pair<const char*, int>>{{"seats", 10},
                                                                                      {"held", 1},
                                                                                      {"sold", 2},
                                                                                      {"reservations", 3},
                                                                                      {"confirmed", 1},
                                                                                      {"expired", 0},
                                                                                      {"cancelled", 1},
                                                                                      {"revenue", 2'000}})
    EXPECT_EQ(sales.at(name), count) << name;
}

TEST_F(AdminRoutes, ThrottlingAQueueCountsFromNowOn) {
  const NewConcert concert = sale_.add_concert({.max_active = 1});
  enter(http(), 1, concert.id);
  const auto waiting = http().send(join(2, concert.id));
  EXPECT_EQ(waiting.text("status"), "WAITING");
  const auto queue =
      ask("PUT", fmt::format("/{}/queue", concert.id), R"({"enabled":true,"maxActive":2,"admissionsPerSecond":100})");
  ASSERT_EQ(queue.status, 200) << queue;
  EXPECT_EQ(queue.integer("waiting"), 1);
  EXPECT_EQ(enter(http(), 2, concert.id), waiting.text("token"));
  // The queue is off: every genuine ticket counts as admitted.
  const auto third = http().send(join(3, concert.id));
  EXPECT_EQ(third.text("status"), "WAITING");
  ASSERT_EQ(ask("PUT", fmt::format("/{}/queue", concert.id), R"({"enabled":false,"maxActive":2,"admissionsPerSecond":100})").status,
            200);
  EXPECT_EQ(http().send(seat_map(third.text("token"), concert)).status, 200);
  EXPECT_EQ(http().send(hold(third.text("token"), concert, concert.first_seat)).status, 201);
  expect_clean_audit(sale_);
}

TEST_F(AdminRoutes, EveryOneOfThemNeedsTheToken) {
  const std::string at = "/api/v1/admin/concerts/1";
  for (const auto& [method, target] :
       std::initializer_list<std::pair<std::string, std::string>>{{"POST", "/api/v1/admin/concerts"},
                                                                  {"PATCH", at},
                                                                  {"POST", at + "/schedules"},
                                                                  {"PATCH", at + "/schedules/1"},
                                                                  {"PATCH", at + "/schedules/1/seats"},
                                                                  {"PUT", at + "/queue"},
                                                                  {"GET", at + "/sales"},
                                                                  {"GET", "/api/v1/admin/events"}}) {
    const HttpRequest request{.method = method, .target = target, .body = method == "GET" ? "" : "not looked at"};
    EXPECT_EQ(http().send(request).code(), "UNAUTHORIZED") << target;
    EXPECT_EQ(http().send(request).header("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(http().send(as_admin(request, sale_.admin_token() + "x")).code(), "FORBIDDEN") << target;
    EXPECT_EQ(http().send(as_admin(request, "")).status / 100, 4) << target;
  }
}

// Walks a list page by page: it must give each item once, in the order of the whole.
std::vector<std::int64_t> walk(HttpClient& http, const std::string& target, const char* list, const char* id, std::size_t pages) {
  std::vector<std::int64_t> ids;
  std::string cursor;
  for (std::size_t page = 0; page < pages; ++page) {
    const auto json = http.get(target + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
    for (const auto& item : json.at(list).as_array()) ids.push_back(item.at(id).as_int64());
    EXPECT_EQ(json.at("nextCursor").is_null(), page + 1 == pages) << target << " page " << page;
    if (!json.at("nextCursor").is_null()) cursor = json.at("nextCursor").as_string();
  }
  return ids;
}

TEST_F(AdminRoutes, ListsComeInPagesWithoutGapsOrRepeats) {
  const NewConcert concert = sale_.add_concert({.seats = 50, .price = 10});
  const std::string token = enter(http(), 1, concert.id);
  std::vector<std::int64_t> reservations;
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(http().send(charge(1, 100 + i)).status, 201);
    reservations.insert(reservations.begin(), http().send(hold(token, concert, concert.first_seat + i)).integer("reservationId"));
    ASSERT_EQ(http().send(cancel(token, reservations.front())).status, 204);
  }
  EXPECT_EQ(walk(http(), "/api/v1/reservations?userId=1&limit=4", "reservations", "reservationId", 3), reservations);
  EXPECT_EQ(walk(http(), "/api/v1/reservations?userId=1&limit=5", "reservations", "reservationId", 2), reservations);
  EXPECT_EQ(walk(http(), "/api/v1/points/history?userId=1&limit=3", "entries", "id", 4).size(), 10U);
  const auto newest = http().get("/api/v1/points/history?userId=1&limit=1").json();
  EXPECT_EQ(newest.at("entries").at(0).at("amount"), 109);
  for (int i = 0; i < 4; ++i) sale_.add_concert({.seats = 1});
  EXPECT_EQ(walk(http(), "/api/v1/concerts?limit=2", "concerts", "id", 3).size(), 5U);
  for (const char* bad : {"x", "-1", "1-", "-", "99999999999999999999-1"})
    EXPECT_EQ(http().get(std::string{"/api/v1/reservations?userId=1&cursor="} + bad).code(), "VALIDATION_FAILED") << bad;
}

}  // namespace
}  // namespace frontrow::test
