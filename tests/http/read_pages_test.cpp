// Sales figures and pages of the event feed: shared by all who ask, and right at every moment.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

class ReadPages : public testing::Test {
 protected:
  ReadPages() : token_(enter(http(), 1, concert_.id)) {}

  HttpClient& http() { return sale_.http(); }
  HttpRequest asking(const std::string& path) const { return as_admin({.target = "/api/v1/admin/" + path}, sale_.admin_token()); }
  HttpResponse ask(const std::string& path, const std::string& etag = {}) {
    HttpRequest request = asking(path);
    if (!etag.empty()) request.headers.emplace_back("If-None-Match", etag);
    return http().send(request);
  }
  std::string sales() const { return fmt::format("concerts/{}/sales", concert_.id); }
  std::int64_t held(int seat) {
    const auto answer = http().send(hold(token_, concert_, concert_.first_seat + seat));
    EXPECT_EQ(answer.status, 201) << answer;
    return answer.integer("reservationId");
  }

  TestSale sale_;
  NewConcert concert_ = sale_.add_concert({.seats = 10, .price = 1'000});
  std::string token_;
};

TEST_F(ReadPages, SalesFiguresAreRightAfterEachCommit) {
  const auto expect = [&](std::int64_t held_seats, std::int64_t sold, std::int64_t cancelled, std::int64_t revenue) {
    for (int i = 0; i < 2; ++i) {
      const HttpResponse now = ask(sales());
      EXPECT_EQ(now.integer("held"), held_seats);
      EXPECT_EQ(now.integer("sold"), sold);
      EXPECT_EQ(now.integer("cancelled"), cancelled);
      EXPECT_EQ(now.integer("revenue"), revenue);
    }
  };
  expect(0, 0, 0, 0);
  const std::int64_t first = held(0), second = held(1);
  expect(2, 0, 0, 0);
  ASSERT_EQ(http().send(cancel(token_, first)).status, 204);
  expect(1, 0, 1, 0);
  ASSERT_EQ(http().send(charge(1, 5'000)).status, 201);
  ASSERT_EQ(http().send(pay(token_, second)).status, 201);
  expect(0, 1, 1, 1'000);
}

TEST_F(ReadPages, AreAnsweredByTheirTagUntilSomethingHappens) {
  held(0);
  for (const std::string& path : {sales(), std::string{"events"}, std::string{"concerts"}}) {
    const HttpResponse first = ask(path);
    ASSERT_EQ(first.status, 200) << path;
    const std::string etag = first.header("ETag");
    ASSERT_FALSE(etag.empty()) << path;
    EXPECT_EQ(first.header("Cache-Control"), "private, no-cache");
    EXPECT_EQ(ask(path, etag).status, 304) << path;
    EXPECT_EQ(ask(path).body, first.body) << path;
    EXPECT_EQ(http().send(asking(path).with("If-Match", "\"x\"")).code(), "PRECONDITION_FAILED") << path;
    EXPECT_EQ(http().send(asking(path).with("If-Match", etag)).status, 200) << path;
  }
  const std::string etag = ask(sales()).header("ETag"), events = ask("events").header("ETag");
  held(1);
  EXPECT_EQ(ask(sales(), etag).status, 200);
  EXPECT_EQ(ask("events", events).status, 200);
}

TEST_F(ReadPages, OfThePastStayAsTheyAreAndTheLastOneGrows) {
  held(0);
  const HttpResponse full = ask("events?limit=1"), open = ask("events?limit=1000");
  const auto count = [](const HttpResponse& page) { return page.json().at("events").as_array().size(); };
  for (int seat = 1; seat < 4; ++seat) {
    held(seat);
    EXPECT_EQ(ask("events?limit=1", full.header("ETag")).status, 304);
    EXPECT_EQ(count(ask("events?limit=1000")), count(open) + static_cast<std::size_t>(seat)) << "at once";
  }
}

TEST_F(ReadPages, ShowTheNewNameOfASection) {
  const auto made = http().send(as_admin(
      {.method = "POST",
       .target = "/api/v1/admin/concerts",
       .body =
           R"({"title":"Rows","schedules":[{"startsAt":"2036-01-01T10:00:00Z","sections":[{"name":"R","rows":1,"seatsPerRow":4,"price":5}]}]})"},
      sale_.admin_token()));
  ASSERT_EQ(made.status, 201) << made;
  const auto date = made.json().at("schedules").at(0).as_object();
  concert_ = {.id = made.integer("id"), .schedule = date.at("id").as_int64(), .first_seat = date.at("firstSeatId").as_int64()};
  token_ = enter(http(), 2, concert_.id);
  held(0);
  const std::size_t shown = ask("events?limit=1000").json().at("events").as_array().size();
  const std::string full = fmt::format("events?limit={}", shown);
  const auto section = [&] {
    return std::string{ask(full).json().at("events").at(shown - 1).at("data").at("seats").at(0).at("section").as_string()};
  };
  EXPECT_EQ(section(), "R");
  ASSERT_EQ(
      http()
          .send(as_admin({.method = "PATCH",
                          .target = fmt::format("/api/v1/admin/concerts/{}/schedules/{}/sections", concert_.id, concert_.schedule),
                          .body = R"({"section":"R","name":"Gold"})"},
                         sale_.admin_token()))
          .status,
      200);
  EXPECT_EQ(section(), "Gold");
}

TEST_F(ReadPages, AreGivenToManyWhoAskAtTheSameTime) {
  held(0);
  std::vector<std::jthread> people;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i)
    people.emplace_back([&] {
      HttpClient client(sale_.port());
      for (int seat = 0; seat < 50; ++seat) {
        right += client.send(asking(sales())).integer("held") >= 1;
        right += client.send(asking("events?limit=1")).status == 200;
      }
    });
  for (int seat = 1; seat < 4; ++seat) held(seat);
  people.clear();
  EXPECT_EQ(right, 8 * 2 * 50);
}

}  // namespace
}  // namespace frontrow::test
