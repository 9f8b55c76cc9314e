// A price list names seats by their place. It is taken as a whole or refused as a whole.
#include "domain/price_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Floor: two rows of three seats, ids 11 to 16. Balcony: one row of two, 17 and 18.
const std::vector<Section> kSections = {{.id = {1}, .schedule = {5}, .name = "Floor"},
                                        {.id = {2}, .schedule = {5}, .name = "Balcony"}};
const std::vector<SeatPlace> kPlaces = [] {
  std::vector<SeatPlace> places;
  std::int64_t id = 11;
  for (const int row : {1, 2})
    for (const int number : {1, 2, 3})
      places.push_back({.id = {id++}, .schedule = {5}, .section = {1}, .row = row, .number = number});
  for (const int number : {1, 2}) places.push_back({.id = {id++}, .schedule = {5}, .section = {2}, .row = 1, .number = number});
  return places;
}();

Result<std::vector<SeatPrice>> priced(std::vector<PriceLine> lines) { return price_seats(kSections, kPlaces, lines); }

std::vector<std::int64_t> seats_of(const Result<std::vector<SeatPrice>>& prices) {
  std::vector<std::int64_t> seats;
  for (const SeatPrice& price : prices.value()) seats.push_back(price.seat.value);
  return seats;
}

std::vector<std::string> fields_of(const Result<std::vector<SeatPrice>>& refused) {
  std::vector<std::string> fields;
  for (const FieldError& error : refused.error().errors) fields.push_back(error.field);
  return fields;
}

TEST(PriceList, MeansTheSeatsThatAgreeWithEverythingALineSays) {
  struct Case {
    PriceLine line;
    std::vector<std::int64_t> seats;
  };
  const std::vector<Case> cases = {
      {{.price = {9}}, {11, 12, 13, 14, 15, 16, 17, 18}},
      {{.section = "Floor", .price = {9}}, {11, 12, 13, 14, 15, 16}},
      {{.section = "Balcony", .price = {9}}, {17, 18}},
      {{.rows = {1}, .price = {9}}, {11, 12, 13, 17, 18}},
      {{.section = "Floor", .rows = {2}, .price = {9}}, {14, 15, 16}},
      {{.section = "Floor", .rows = {2, 1, 2}, .price = {9}}, {11, 12, 13, 14, 15, 16}},
      {{.numbers = {3}, .price = {9}}, {13, 16}},
      {{.section = "Floor", .rows = {1}, .numbers = {1, 3}, .price = {9}}, {11, 13}},
      {{.seats = {{18}, {11}, {18}}, .price = {9}}, {11, 18}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(seats_of(priced({cases[i].line})), cases[i].seats) << i;
}

TEST(PriceList, TheLastLineThatMeansASeatCounts) {
  const auto prices =
      priced({{.section = "Balcony", .price = {9}}, {.seats = {{17}}, .price = {5}}, {.seats = {{11}}, .price = {7}}});
  ASSERT_TRUE(prices.has_value());
  EXPECT_THAT(*prices, ElementsAre(SeatPrice{{11}, {7}}, SeatPrice{{17}, {5}}, SeatPrice{{18}, {9}}));
}

TEST(PriceList, RefusesWhatNoSeatAgreesWith) {
  struct Case {
    std::vector<PriceLine> lines;
    std::vector<std::string> fields;
  };
  const std::vector<Case> cases = {
      {{{.section = "Stalls", .price = {9}}}, {"prices[0].section"}},
      {{{.section = "", .price = {9}}}, {"prices[0].section"}},
      {{{.section = "Balcony", .rows = {1, 2}, .price = {9}}}, {"prices[0].rows[1]"}},
      {{{.section = "Floor", .rows = {1}, .numbers = {4, 1}, .price = {9}}}, {"prices[0].numbers[0]"}},
      {{{.price = {9}}, {.rows = {3}, .numbers = {1}, .price = {9}}}, {"prices[1].rows[0]", "prices[1].numbers[0]"}},
      {{{.seats = {{99}}, .price = {9}}, {.section = "x", .price = {9}}}, {"prices[1].section"}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto refused = priced(cases[i].lines);
    ASSERT_FALSE(refused.has_value()) << i;
    EXPECT_EQ(refused.error().code, ErrorCode::validation_failed) << i;
    EXPECT_EQ(fields_of(refused), cases[i].fields) << i;
  }
}

TEST(PriceList, RefusesASeatOfElsewhere) {
  for (const std::int64_t id : {10, 19}) {
    const auto refused = priced({{.seats = {{12}, {id}}, .price = {9}}});
    ASSERT_FALSE(refused.has_value()) << id;
    EXPECT_EQ(refused.error().code, ErrorCode::seat_not_found) << id;
    EXPECT_THAT(refused.error().errors, IsEmpty());
  }
}

TEST(PriceList, RefusesMoreSeatsThanOneCommitShouldTake) {
  std::vector<SeatPlace> hall;
  for (int i = 0; i <= static_cast<int>(kMaxSeatsPriced); ++i)
    hall.push_back({.id = {11 + i}, .schedule = {5}, .section = {1}, .row = 1 + i / 100, .number = 1 + i % 100});
  const auto with = [&](const PriceLine& line) { return price_seats(kSections, hall, std::vector{line}); };
  EXPECT_EQ(fields_of(with({.price = {9}})), std::vector<std::string>{"prices"});
  std::vector<int> rows;
  for (int row = 1; row <= 100; ++row) rows.push_back(row);
  EXPECT_THAT(*with({.rows = rows, .price = {9}}), SizeIs(kMaxSeatsPriced));
}

TEST(PriceList, ASeatWithoutARowHasNoneThatCouldBeNamed) {
  const std::vector<Section> unnamed = {{.id = {1}, .schedule = {5}, .name = ""}};
  const std::vector<SeatPlace> numbered = {{.id = {11}, .schedule = {5}, .section = {1}, .number = 1},
                                           {.id = {12}, .schedule = {5}, .section = {1}, .number = 2}};
  const auto with = [&](const PriceLine& line) { return price_seats(unnamed, numbered, std::vector{line}); };
  EXPECT_THAT(*with({.price = {9}}), SizeIs(2));
  EXPECT_THAT(*with({.numbers = {2}, .price = {9}}), ElementsAre(SeatPrice{{12}, {9}}));
  EXPECT_FALSE(with({.rows = {1}, .price = {9}}).has_value());
}

}  // namespace
}  // namespace frontrow
