// The gate of the queue: one place for one user, numbers in order, never more people inside than allowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/processes/test_sale.hpp"
#include "support/rounds.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

TEST(QueueRace, SixtyFourJoinsOfOneUserAreOnePlace) {
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert();
  for (int round = 0; round < rounds(10, 100); ++round) {
    const auto answers = crowd.insist(std::vector<HttpRequest>(64, join(1 + round, concert.id)));
    EXPECT_EQ(count_status(answers, 201), 1);
    EXPECT_EQ(count_status(answers, 200), 63);
    std::set<std::string> tokens;
    for (const auto& answer : answers) tokens.insert(answer.text("token"));
    EXPECT_EQ(tokens.size(), 1U);
  }
  expect_clean_audit(sale);
}

TEST(QueueRace, JoinsWithOneKeyAreAllNew) {
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert();
  const auto answers = crowd.send(std::vector<HttpRequest>(64, join(1, concert.id, "one key")));
  EXPECT_EQ(count_status(answers, 201), 64);
  for (const auto& answer : answers) EXPECT_EQ(answer.text("token"), answers[0].text("token"));
  expect_clean_audit(sale);
}

TEST(QueueRace, EverybodyGetsAPlaceOfTheirOwnAndOnlyAsManyAsFitGetIn) {
  constexpr int kPeople = 400;
  constexpr int kInside = 30;
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert({.max_active = kInside});
  std::vector<HttpRequest> joins;
  for (int i = 1; i <= kPeople; ++i) joins.push_back(join(i, concert.id));
  const auto joined = crowd.send(joins);
  EXPECT_EQ(count_status(joined, 201), kPeople);
  std::vector<HttpRequest> polls;
  std::set<std::string> tokens;
  for (const auto& answer : joined) {
    tokens.insert(answer.text("token"));
    polls.push_back(poll(answer.text("token")));
  }
  EXPECT_EQ(tokens.size(), static_cast<std::size_t>(kPeople));

  const auto inside = [](const std::vector<HttpResponse>& views) {
    return std::ranges::count_if(views, [](const HttpResponse& view) { return view.text("status") == "ACTIVE"; });
  };
  std::vector<HttpResponse> views;
  ASSERT_TRUE(eventually([&] {
    views = crowd.send(polls);
    return inside(views) == kInside;
  }));
  // Once all requests are answered, each person has another position.
  std::set<std::int64_t> positions;
  EXPECT_TRUE(eventually([&] {
    views = crowd.send(polls);
    positions.clear();
    for (const auto& view : views)
      if (view.text("status") == "WAITING") positions.insert(view.integer("position"));
    return positions.size() == static_cast<std::size_t>(kPeople - kInside) && *positions.rbegin() <= kPeople - kInside;
  })) << positions.size()
      << " positions";

  // All people inside leave at once; the same number comes in after them, never more.
  std::vector<HttpRequest> leaves;
  for (std::size_t i = 0; i < views.size(); ++i)
    if (views[i].text("status") == "ACTIVE") leaves.push_back(leave(joined[i].text("token")));
  EXPECT_EQ(count_status(crowd.send(leaves), 204), kInside);
  std::vector<std::int64_t> before;
  for (const auto& view : views) before.push_back(view.text("status") == "WAITING" ? view.integer("position") : 0);
  ASSERT_TRUE(eventually([&] {
    const auto now = crowd.send(polls);
    EXPECT_LE(inside(now), kInside);
    for (std::size_t i = 0; i < now.size(); ++i) {
      const std::int64_t position = now[i].integer("position");
      EXPECT_LE(position, before[i]) << "the place of user " << i + 1 << " moved back";
      before[i] = position;
    }
    return inside(now) == kInside;
  }));
  expect_clean_audit(sale);
}

TEST(QueueRace, JoinAgainstLeaveLeavesOnePlaceOrNone) {
  TestSale sale;
  Crowd crowd(sale.port());
  const NewConcert concert = sale.add_concert();
  for (int round = 0; round < rounds(30, 300); ++round) {
    const std::int64_t user = 1 + round;
    const std::string token = sale.http().send(join(user, concert.id)).text("token");
    const auto answers = crowd.send({leave(token), join(user, concert.id), leave(token), join(user, concert.id)});
    EXPECT_EQ(answers[0].status, 204) << answers[0];
    EXPECT_EQ(answers[2].status, 204) << answers[2];
    const auto now = sale.http().send(join(user, concert.id));
    EXPECT_LE(now.status, 201) << now;
    // A place given before the leave is over now; a place given after it is shown again.
    for (const auto& given : {answers[1], answers[3]})
      if (given.text("token") != token) {
        EXPECT_EQ(given.text("token"), now.text("token"));
      }
    EXPECT_EQ(sale.http().send(poll(token)).text("status"), "EXPIRED");
  }
  expect_clean_audit(sale);
}

}  // namespace
}  // namespace frontrow::test
