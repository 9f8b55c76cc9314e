// Prices change while people hold and pay. A hold pays the price in its answer, and no map shows half a price list.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/processes/test_sale.hpp"
#include "support/rounds.hpp"

namespace frontrow::test {
namespace {

constexpr int kUsers = 80;
constexpr std::int64_t kBalance = 1'000'000;

class PriceRace : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<HttpRequest> charges;
    for (int user = 1; user <= kUsers; ++user) charges.push_back(charge(user, kBalance));
    ASSERT_EQ(count_status(crowd_.send(charges), 201), kUsers);
  }
  void TearDown() override { expect_clean_audit(sale_); }

  HttpRequest all_seats_at(const NewConcert& concert, std::int64_t price) {
    return as_admin({.method = "PATCH",
                     .target = fmt::format("/api/v1/admin/concerts/{}/schedules/{}/seats", concert.id, concert.schedule),
                     .body = fmt::format(R"({{"prices":[{{"price":{}}}]}})", price)},
                    sale_.admin_token());
  }
  std::set<std::int64_t> prices_of(const HttpResponse& answer) {
    std::set<std::int64_t> prices;
    const auto json = answer.json();
    for (const auto& seat : json.at("seats").as_array()) prices.insert(seat.at("price").as_int64());
    return prices;
  }

  TestSale sale_;
  Crowd crowd_{sale_.port()};
};

TEST_F(PriceRace, AHoldPaysThePriceItWasAnsweredWith) {
  std::int64_t spent = 0;
  std::set<std::int64_t> paid_prices;
  for (int round = 0; round < rounds(5, 40); ++round) {
    const NewConcert concert = sale_.add_concert({.seats = 2 * kUsers, .price = 1'000});
    const auto tokens = enter_all(crowd_, users_from(1, kUsers), concert.id);
    // All buyers want two neighbouring seats; meanwhile the operator sends five price lists for the whole house.
    std::vector<HttpRequest> requests;
    std::vector<std::size_t> holds;
    for (int user = 0; user < kUsers; ++user) {
      if (user % 16 == 8) requests.push_back(all_seats_at(concert, 1'001 + user / 16));
      holds.push_back(requests.size());
      const std::vector seats{concert.first_seat + 2 * user, concert.first_seat + 2 * user + 1};
      requests.push_back(hold(tokens[static_cast<std::size_t>(user)], concert, seats));
    }
    const auto answers = crowd_.send(requests);
    ASSERT_EQ(count_status(answers, 200), 5) << "the price lists";
    ASSERT_EQ(count_status(answers, 201), kUsers);
    std::vector<HttpRequest> payments;
    for (int user = 0; user < kUsers; ++user) {
      const HttpResponse& held = answers[holds[static_cast<std::size_t>(user)]];
      const auto prices = prices_of(held);
      ASSERT_EQ(prices.size(), 1U) << "half a price list: " << held;
      ASSERT_EQ(held.integer("amount"), 2 * *prices.begin()) << held;
      paid_prices.insert(*prices.begin());
      payments.push_back(pay(tokens[static_cast<std::size_t>(user)], held.integer("reservationId")));
    }
    const auto more = all_seats_at(concert, 9'999);
    payments.push_back(more);
    const auto paid = crowd_.send(payments);
    ASSERT_EQ(count_status(paid, 201), kUsers);
    for (int user = 0; user < kUsers; ++user) {
      const HttpResponse& held = answers[holds[static_cast<std::size_t>(user)]];
      const auto& payment = paid[static_cast<std::size_t>(user)];
      ASSERT_EQ(payment.integer("amount"), held.integer("amount")) << payment;
      spent += payment.integer("amount");
    }
  }
  std::int64_t left = 0;
  for (int user = 1; user <= kUsers; ++user)
    left += sale_.http().get(fmt::format("/api/v1/points?userId={}", user)).integer("balance");
  EXPECT_EQ(left, kUsers * kBalance - spent);
  std::printf("held at %zu different prices\n", paid_prices.size());
}

TEST_F(PriceRace, OfSeveralPriceListsOneIsLeft) {
  const NewConcert concert = sale_.add_concert({.seats = 200, .price = 1'000});
  const std::string token = enter(sale_.http(), 1, concert.id);
  for (int round = 0; round < rounds(10, 100); ++round) {
    std::vector<HttpRequest> lists;
    for (int i = 0; i < 8; ++i) lists.push_back(all_seats_at(concert, 2'000 + 10 * round + i));
    ASSERT_EQ(count_status(crowd_.send(lists), 200), 8);
    const auto prices = prices_of(sale_.http().send(seat_map(token, concert)));
    ASSERT_EQ(prices.size(), 1U);
    EXPECT_GE(*prices.begin(), 2'000 + 10 * round);
    EXPECT_LT(*prices.begin(), 2'008 + 10 * round);
  }
}

// A buyer who reads the whole map once and then only follows it ends with the same map as a new reader.
TEST_F(PriceRace, FollowingTheChangesShowsWhatTheWholeMapShows) {
  const NewConcert concert = sale_.add_concert({.seats = 100, .price = 1'000});
  const std::string token = enter(sale_.http(), 1, concert.id);
  const auto first = sale_.http().send(seat_map(token, concert)).json();
  std::int64_t version = first.at("version").as_int64();
  std::map<std::int64_t, std::int64_t> followed;
  const auto take = [&](const boost::json::value& map) {
    for (const auto& seat : map.at("seats").as_array()) followed[seat.at("id").as_int64()] = seat.at("price").as_int64();
    version = map.at("version").as_int64();
  };
  take(first);
  for (int round = 0; round < rounds(20, 200); ++round) {
    std::vector<HttpRequest> lists;
    for (int i = 0; i < 4; ++i)
      lists.push_back(as_admin(
          {.method = "PATCH",
           .target = fmt::format("/api/v1/admin/concerts/{}/schedules/{}/seats", concert.id, concert.schedule),
           .body = fmt::format(
               R"({{"prices":[{{"numbers":[{},{}],"price":{}}}]}})", 1 + (7 * round + i) % 100, 1 + 3 * i, 500 + round + i)},
          sale_.admin_token()));
    ASSERT_EQ(count_status(crowd_.send(lists), 200), 4);
    take(sale_.http().send(seat_map(token, concert, fmt::format("?since={}", version))).json());
    const auto whole = sale_.http().send(seat_map(token, concert)).json();
    ASSERT_EQ(whole.at("version").as_int64(), version);
    for (const auto& seat : whole.at("seats").as_array())
      ASSERT_EQ(seat.at("price").as_int64(), followed.at(seat.at("id").as_int64())) << seat.at("id");
  }
}

}  // namespace
}  // namespace frontrow::test
