// A hall of 100,000 seats is made while people buy. They are answered while it is on its way, and see it whole or not at all.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

constexpr int kSeats = 100'000;

HttpRequest large_concert(const std::string& title, const std::string& key) {
  HttpRequest request{
      .method = "POST",
      .target = "/api/v1/admin/concerts",
      .body = fmt::format(
          R"({{"title":"{}","schedules":[)"
          R"({{"startsAt":"2100-01-01T10:00:00Z","seats":{{"count":{},"price":100}}}},)"
          R"({{"startsAt":"2100-01-02T10:00:00Z","sections":[{{"name":"A","rows":100,"seatsPerRow":400,"price":100}}]}}]}})",
          title,
          kSeats - 40'000)};
  request.headers.emplace_back("Idempotency-Key", key);
  return request;
}

// Sends a request on a connection of its own.
class Meanwhile {
 public:
  Meanwhile(std::uint16_t port, HttpRequest request)
      : thread_([this, port, request = std::move(request)] {
          HttpClient http(port);
          answer_ = http.send(request);
          is_answered_ = true;
        }) {}
  bool is_under_way() const { return !is_answered_; }
  const HttpResponse& answer() {
    if (thread_.joinable()) thread_.join();
    return answer_;
  }

 private:
  HttpResponse answer_;
  std::atomic<bool> is_answered_{false};
  std::jthread thread_;
};

class HallRace : public testing::Test {
 protected:
  void TearDown() override { expect_clean_audit(sale_); }

  // The seats of the listed concerts of this name.
  std::vector<std::int64_t> shown(const std::string& title) {
    std::vector<std::int64_t> seats;
    const auto list = sale_.http().get("/api/v1/concerts?limit=100").json();
    for (const auto& concert : list.at("concerts").as_array())
      if (concert.at("title").as_string() == title) seats.push_back(concert.at("availableSeats").as_int64());
    return seats;
  }

  TestSale sale_;
};

TEST_F(HallRace, BuyersAreAnsweredWhileALargeHallIsMade) {
  const NewConcert small = sale_.add_concert({.seats = 4});
  const std::string token = enter(sale_.http(), 1, small.id);
  Meanwhile making(sale_.port(), as_admin(large_concert("Arena", "arena"), sale_.admin_token()));
  int answered = 0;
  while (making.is_under_way()) {
    const HttpResponse held = sale_.http().send(hold(token, small, small.first_seat));
    ASSERT_EQ(held.status, 201) << held;
    ASSERT_EQ(sale_.http().send(cancel(token, held.integer("reservationId"))).status, 204);
    answered += making.is_under_way();
    for (const std::int64_t seats : shown("Arena")) ASSERT_EQ(seats, kSeats) << "half a hall";
  }
  ASSERT_EQ(making.answer().status, 201) << making.answer();
  EXPECT_GT(answered, 0) << "no buyer was answered before the hall was there";
  std::printf("%d holds and returns while 100,000 seats were made\n", answered);
  ASSERT_EQ(shown("Arena"), std::vector<std::int64_t>{kSeats});
}

TEST_F(HallRace, RepeatsOfOneRequestGetOneHall) {
  const HttpRequest request = as_admin(large_concert("Stadium", "stadium"), sale_.admin_token());
  Meanwhile one(sale_.port(), request), two(sale_.port(), request);
  ASSERT_EQ(one.answer().status, 201) << one.answer();
  ASSERT_EQ(two.answer().status, 201) << two.answer();
  EXPECT_EQ(one.answer().integer("id"), two.answer().integer("id"));
  const HttpResponse third = sale_.http().send(request);
  EXPECT_EQ(third.integer("id"), one.answer().integer("id"));
  EXPECT_EQ(shown("Stadium"), std::vector<std::int64_t>{kSeats});
}

TEST_F(HallRace, DatesThatAreAddedAppearTogether) {
  const NewConcert concert = sale_.add_concert({.seats = 4});
  HttpRequest request = large_concert("", "more");
  request.target = fmt::format("/api/v1/admin/concerts/{}/schedules", concert.id);
  request.body.erase(1, request.body.find(R"("schedules")") - 1);
  Meanwhile adding(sale_.port(), as_admin(request, sale_.admin_token()));
  const auto dates = [&] {
    return sale_.http().get(fmt::format("/api/v1/concerts/{}/schedules", concert.id)).json().at("schedules").as_array();
  };
  while (adding.is_under_way()) {
    const auto now = dates();
    ASSERT_TRUE(now.size() == 1 || now.size() == 3) << now.size();
  }
  ASSERT_EQ(adding.answer().status, 201) << adding.answer();
  const auto all = dates();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].at("totalSeats").as_int64(), kSeats - 40'000);
  EXPECT_EQ(all[2].at("availableSeats").as_int64(), 40'000);
  // A seat of the middle of the second date can be had.
  const NewConcert second{.id = concert.id,
                          .schedule = all[2].at("id").as_int64(),
                          .first_seat = adding.answer().json().at("schedules").at(1).at("firstSeatId").as_int64()};
  const std::string token = enter(sale_.http(), 1, concert.id);
  const HttpResponse held = sale_.http().send(hold(token, second, second.first_seat + 20'000));
  EXPECT_EQ(held.status, 201) << held;
}

}  // namespace
}  // namespace frontrow::test
