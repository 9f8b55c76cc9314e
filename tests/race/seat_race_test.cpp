// One buyer for one seat, however many ask at the same moment. Real HTTP, real threads, a real database; every round
// ends with an audit.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "support/processes/test_sale.hpp"
#include "support/rounds.hpp"

namespace frontrow::test {
namespace {

// Each user asks for one seat; `seat_of` says which.
template <class SeatOf>
std::vector<HttpResponse> rush(Crowd& crowd, const NewConcert& concert, const std::vector<std::string>& tokens, SeatOf seat_of) {
  std::vector<HttpRequest> holds;
  for (std::size_t i = 0; i < tokens.size(); ++i) holds.push_back(hold(tokens[i], concert, seat_of(static_cast<int>(i))));
  return crowd.send(holds);
}

// Each loser's answer names the taken seat; each winner has the wanted seat.
void expect_winners_and_losers(const std::vector<HttpResponse>& answers, int winners, auto seat_of) {
  EXPECT_EQ(count_status(answers, 201), winners);
  std::set<std::int64_t> won, reservations;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::int64_t seat = seat_of(static_cast<int>(i));
    if (answers[i].status == 201) {
      EXPECT_EQ(answers[i].integer("seatId"), seat);
      EXPECT_EQ(answers[i].text("status"), "TEMPORARY");
      EXPECT_TRUE(won.insert(seat).second) << "seat " << seat << " was given twice";
      EXPECT_TRUE(reservations.insert(answers[i].integer("reservationId")).second);
      continue;
    }
    ASSERT_EQ(answers[i].status, 409) << answers[i];
    ASSERT_EQ(answers[i].code(), "SEAT_ALREADY_RESERVED") << answers[i];
    EXPECT_EQ(boost::json::serialize(answers[i].json().at("seatIds")), "[" + std::to_string(seat) + "]");
  }
}

TEST(SeatRace, FiveHundredPeopleOnFiftySeatsMakeFiftyWinners) {
  TestSale sale;
  Crowd crowd(sale.port());
  for (int round = 0; round < rounds(8, 50); ++round) {
    const NewConcert concert = sale.add_concert({.seats = 50});
    const auto tokens = enter_all(crowd, users_from(1 + 1'000 * round, 500), concert.id);
    const auto seat_of = [&](int i) { return concert.first_seat + i % 50; };
    expect_winners_and_losers(rush(crowd, concert, tokens, seat_of), 50, seat_of);
    EXPECT_EQ(std::ranges::count(seat_statuses(sale.http(), tokens[0], concert), "TEMPORARILY_RESERVED"), 50);
  }
  expect_clean_audit(sale);
}

TEST(SeatRace, FiveHundredPeopleOnOneSeatMakeOneWinner) {
  TestSale sale;
  Crowd crowd(sale.port());
  for (int round = 0; round < rounds(8, 50); ++round) {
    const NewConcert concert = sale.add_concert({.seats = 2});
    const auto tokens = enter_all(crowd, users_from(1 + 1'000 * round, 500), concert.id);
    const auto seat_of = [&](int) { return concert.first_seat; };
    expect_winners_and_losers(rush(crowd, concert, tokens, seat_of), 1, seat_of);
    EXPECT_EQ(seat_statuses(sale.http(), tokens[0], concert), (std::vector<std::string>{"TEMPORARILY_RESERVED", "AVAILABLE"}));
  }
  expect_clean_audit(sale);
}

// A request with a key is never refused early, so the writer decides every one of them.
TEST(SeatRace, KeysChangeNothingAboutWhoWins) {
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert({.seats = 10});
  const auto tokens = enter_all(crowd, users_from(1, 300), concert.id);
  const auto seat_of = [&](int i) { return concert.first_seat + i % 10; };
  std::vector<HttpRequest> holds;
  for (int i = 0; i < 300; ++i)
    holds.push_back(hold(tokens[static_cast<std::size_t>(i)], concert, seat_of(i), "key-" + std::to_string(i)));
  const auto first = crowd.send(holds);
  expect_winners_and_losers(first, 10, seat_of);
  // When they ask again, winners get the same answer; losers lose again, and their keys are still free.
  const auto second = crowd.send(holds);
  expect_winners_and_losers(second, 10, seat_of);
  for (std::size_t i = 0; i < first.size(); ++i)
    if (first[i].status == 201) {
      EXPECT_EQ(said_once(first[i]), said_once(second[i]));
    }
  expect_clean_audit(sale);
}

TEST(SeatRace, AHoldOfSeveralSeatsIsAllOrNothing) {
  TestSale sale;
  Crowd crowd(sale.port());
  for (int round = 0; round < rounds(8, 50); ++round) {
    const NewConcert concert = sale.add_concert({.seats = 20});
    const auto tokens = enter_all(crowd, users_from(1 + 1'000 * round, 200), concert.id);
    std::vector<HttpRequest> holds;
    std::vector<std::vector<std::int64_t>> asked;
    for (int i = 0; i < 200; ++i) {  // overlapping runs of three in both directions, which meet half way
      std::vector<std::int64_t> seats;
      for (int n = 0; n < 3; ++n) seats.push_back(concert.first_seat + (i + n) % 20);
      if (i % 2 == 1) std::ranges::reverse(seats);
      holds.push_back(hold(tokens[static_cast<std::size_t>(i)], concert, seats));
      asked.push_back(std::move(seats));
    }
    const auto answers = crowd.send(holds);
    std::map<std::int64_t, std::size_t> owner;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].status != 201) {
        EXPECT_EQ(answers[i].code(), "SEAT_ALREADY_RESERVED") << answers[i];
        continue;
      }
      EXPECT_EQ(answers[i].json().at("seats").as_array().size(), 3U);
      for (const std::int64_t seat : asked[i]) EXPECT_TRUE(owner.emplace(seat, i).second) << "seat " << seat << " twice";
    }
    EXPECT_GE(owner.size(), 3U);
    const auto statuses = seat_statuses(sale.http(), tokens[0], concert);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(statuses, "TEMPORARILY_RESERVED")), owner.size());
  }
  expect_clean_audit(sale);
}

TEST(SeatRace, ParallelHoldsOfOneUserCannotPassTheLimit) {
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert({.seats = 400});
  for (int round = 0; round < rounds(20, 200); ++round) {
    const std::string token = enter(sale.http(), 1 + round, concert.id);
    const std::int64_t first = concert.first_seat + round % 20 * 16;
    std::vector<HttpRequest> holds;
    for (int i = 0; i < 4; ++i) {  // four times three seats, of which four are allowed
      const std::vector<std::int64_t> seats{first + 3 * i, first + 3 * i + 1, first + 3 * i + 2};
      holds.push_back(hold(token, concert, seats));
    }
    const auto answers = crowd.send(holds);
    ASSERT_EQ(count_status(answers, 201), 1);
    ASSERT_EQ(count_code(answers, "SEAT_LIMIT_EXCEEDED"), 3);
    for (const auto& answer : answers) EXPECT_EQ(answer.integer("seatsLeftForUser"), 1) << answer;
    const auto won = std::ranges::find(answers, 201, &HttpResponse::status);
    EXPECT_EQ(sale.http().send(cancel(token, won->integer("reservationId"))).status, 204);
  }
  expect_clean_audit(sale);
}

TEST(SeatRace, TheSameHoldSentManyTimesIsOneReservation) {
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert();
  const std::string token = enter(sale.http(), 1, concert.id);
  const auto answers = crowd.insist(std::vector<HttpRequest>(64, hold(token, concert, concert.first_seat)));
  EXPECT_EQ(count_status(answers, 201), 1);
  EXPECT_EQ(count_status(answers, 200), 63);
  for (const auto& answer : answers) EXPECT_EQ(said_once(answer), said_once(answers[0]));
  EXPECT_EQ(count_events(all_events(sale.http(), sale.admin_token()), "reservation.created", answers[0].integer("reservationId")),
            1);
  expect_clean_audit(sale);
}

}  // namespace
}  // namespace frontrow::test
