// A list of tickets is a map from number to ticket and from user to number, in a fifth of the memory.
#include "app/queue/ticket_list.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "base/number_set.hpp"

namespace frontrow {
namespace {

ListedTicket ticket_of(UserId user) { return {.user = user, .issued_s = 1'782'864'000}; }

TEST(TicketList, IsEmptyAtFirst) {
  TicketList list;
  EXPECT_EQ(list.live(), 0u);
  EXPECT_EQ(list.find(1), nullptr);
  EXPECT_EQ(list.find(0), nullptr);
  EXPECT_EQ(list.number_of({7}), 0);
}

TEST(TicketList, NumbersLeftOutHaveEnded) {
  TicketList list;
  list.append(3, ticket_of({7}));
  list.append(6, ticket_of({8}));
  EXPECT_EQ(list.live(), 2u);
  EXPECT_NE(list.find(3), nullptr);
  for (const std::int64_t number : {1, 2, 4, 5, 7}) EXPECT_EQ(list.find(number), nullptr) << number;
  EXPECT_EQ(list.number_of({8}), 6);
}

TEST(TicketList, AUserMayComeBackAfterTheEnd) {
  TicketList list;
  list.append(1, ticket_of({7}));
  list.end(1);
  EXPECT_EQ(list.number_of({7}), 0);
  list.append(2, ticket_of({7}));
  EXPECT_EQ(list.number_of({7}), 2);
  EXPECT_EQ(list.find(1), nullptr);
}

TEST(TicketList, RefusesToGoBackOrEndTwice) {
  TicketList list;
  list.append(5, ticket_of({7}));
  EXPECT_DEATH(list.append(5, ticket_of({8})), "CHECK failed");
  EXPECT_DEATH(list.end(4), "CHECK failed");
  list.end(5);
  EXPECT_DEATH(list.end(5), "CHECK failed");
}

TEST(TicketList, NumbersMayPass32Bits) {
  TicketList list;
  const std::int64_t base = 0xFFFF'FF00;
  for (std::int64_t i = 0; i < 0x200; ++i)
    if (static_cast<std::uint32_t>(base + i) != 0xFFFF'FFFF) list.append(base + i, ticket_of({1 + i}));
  EXPECT_EQ(list.number_of({1}), base);
  EXPECT_EQ(list.number_of({0x180}), base + 0x17F);
  list.end(base);
  EXPECT_EQ(list.number_of({2}), base + 1);
}

RC_GTEST_PROP(TicketList, IsAMapFromNumbersAndAMapFromUsers, ()) {
  TicketList list;
  std::map<std::int64_t, UserId> model;
  std::map<UserId, std::int64_t> numbers;
  std::int64_t last = 0;
  const int users = *rc::gen::element(10, 60, 400);  // few: collisions and returns; many: growth
  const auto steps = *rc::gen::resize(
      800, rc::gen::container<std::vector<std::pair<int, int>>>(rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 1'000))));
  for (const auto& [kind, dice] : steps) {
    const UserId user{1 + dice % users};
    if (kind < 3 && !numbers.contains(user)) {
      last += 1 + (dice % 17 == 0 ? dice % 5 : 0);  // now and then a gap
      list.append(last, ticket_of(user));
      model[last] = user;
      numbers[user] = last;
    } else if (!model.empty()) {
      const auto victim = std::next(model.begin(), dice % static_cast<int>(model.size()));
      list.end(victim->first);
      numbers.erase(victim->second);
      model.erase(victim);
    }
    RC_ASSERT(list.live() == model.size());
    RC_ASSERT(list.number_of(user) == (numbers.contains(user) ? numbers.at(user) : 0));
  }
  for (std::int64_t number = 0; number <= last + 1; ++number) {
    const ListedTicket* found = list.find(number);
    RC_ASSERT((found != nullptr) == model.contains(number));
    if (found != nullptr) RC_ASSERT(found->user == model.at(number));
  }
  for (int user = 1; user <= users; ++user)
    RC_ASSERT(list.number_of({user}) == (numbers.contains({user}) ? numbers.at({user}) : 0));
}

TEST(TicketList, AMillionTicketsFitIn48BytesEach) {
  constexpr std::int64_t kMany = 1'000'000;
  TicketList list;
  NumberSet gone;
  for (std::int64_t number = 1; number <= kMany; ++number) list.append(number, ticket_of({number * 7'919}));
  gone.insert(kMany);
  EXPECT_LE(list.memory() + gone.memory(), 48u * kMany);
  EXPECT_LT(list.memory() + gone.memory(), 64u << 20);
  EXPECT_EQ(list.number_of({std::int64_t{500'000} * 7'919}), 500'000);
  for (std::int64_t number = 1; number < kMany; ++number) list.end(number);
  EXPECT_EQ(list.live(), 1u);
  EXPECT_EQ(list.number_of({kMany * 7'919}), kMany);
  EXPECT_EQ(list.number_of({7'919}), 0);
}

// Each user is found at every moment of a move into a larger table, and those who leave meanwhile are not.
TEST(TicketList, FindsEverybodyWhileItGrows) {
  TicketList list;
  std::int64_t left = 0;
  for (std::int64_t number = 1; number <= 60'000; ++number) {
    list.append(number, ticket_of({number * 7'919}));
    if (number % 3 == 0) list.end(++left * 2);
    if (number % 97 != 0) continue;
    for (std::int64_t one = 1 + number % 89; one <= number; one += 89)
      ASSERT_EQ(list.number_of({one * 7'919}), one % 2 == 0 && one <= 2 * left ? 0 : one) << "of " << number;
  }
  EXPECT_EQ(list.live(), 40'000u);
  for (std::int64_t number = 1; number <= 60'000; ++number)
    EXPECT_EQ(list.number_of({number * 7'919}), number % 2 == 0 && number <= 2 * left ? 0 : number);
}

TEST(TicketList, GivesBackTheMemoryOfThoseWhoAreGone) {
  TicketList list;
  std::size_t most = 0;
  for (std::int64_t number = 1; number <= 200'000; ++number) {  // a steady queue of a hundred
    list.append(number, ticket_of({number}));
    if (number > 100) list.end(number - 100);
    most = std::max(most, list.memory());
  }
  EXPECT_LT(most, 10'000u);
}

}  // namespace
}  // namespace frontrow
