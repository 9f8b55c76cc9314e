// The administrator's routes: put on sale, change, throttle, watch; and lists that come in pages.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/test_sale.hpp"
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
  // Not open yet: tickets, but nobody gets in.
  const auto joined = http().send(join(1, id));
  EXPECT_EQ(joined.text("status"), "WAITING");
  EXPECT_EQ(ask("PATCH", fmt::format("/{}", id), R"({"bookingClosesAt":"2029-01-01T00:00:00Z"})").code(), "VALIDATION_FAILED");
  EXPECT_EQ(ask("PATCH", fmt::format("/{}", id), R"({"bookingOpensAt":null})").status, 200);
  EXPECT_EQ(enter(http(), 1, id), joined.text("token"));
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
  // Off: every genuine ticket is as good as admitted.
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
  for (const auto& [method, target] : std::initializer_list<std::pair<std::string, std::string>>{{"POST", "/api/v1/admin/concerts"},
                                                                                                 {"PATCH", at},
                                                                                                 {"POST", at + "/schedules"},
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

// Walks a list page by page: each once, in the order of the whole.
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
