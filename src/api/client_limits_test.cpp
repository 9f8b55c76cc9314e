#include "api/client_limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

using testing::HasSubstr;

IpAddress address(std::string_view text) { return parse_address(text).value(); }
IdempotencyKey key(int n) { return {.owner = UserId{1}, .operation = Operation::charge, .hash = {std::byte(n)}}; }

class LimitsTest : public testing::Test {
 protected:
  // Rates are so slow that no time of the test gives anything back.
  static LimitSettings settings() {
    LimitSettings settings;
    for (Rate& rate : settings.rates) rate = {.count = 1, .per = std::chrono::seconds{3'600}, .burst = 5};
    settings.commands_under_way = 3;
    return settings;
  }
  int admitted(Traffic traffic, UserId user) {
    int count = 0;
    while (count < 1'000 && limits.admit_user(traffic, user, {})) ++count;
    return count;
  }

  Metrics metrics;
  ClientLimits limits{settings(), metrics};
};

TEST_F(LimitsTest, EachTrafficOfAUserHasARuleOfItsOwn) {
  for (const Traffic traffic : {Traffic::join, Traffic::poll, Traffic::look, Traffic::hold, Traffic::pay, Traffic::charge}) {
    EXPECT_EQ(admitted(traffic, UserId{1}), 5) << name_of(traffic);
    EXPECT_EQ(admitted(traffic, UserId{2}), 5) << name_of(traffic) << ": another user";
  }
  for (const Traffic traffic : {Traffic::read, Traffic::free}) EXPECT_EQ(admitted(traffic, UserId{1}), 1'000) << name_of(traffic);
}

// Traffic × rule: which rules count which use, by exhausting one use and trying the others.
TEST_F(LimitsTest, OfAnAddressAllCountTogetherAndJoinsOnceMore) {
  const auto client = address("203.0.113.7");
  for (const Traffic traffic : {Traffic::read, Traffic::poll, Traffic::look, Traffic::hold, Traffic::pay})
    EXPECT_FALSE(limits.refuse_address(traffic, client)) << name_of(traffic);
  for (const Traffic traffic :
       {Traffic::read, Traffic::join, Traffic::poll, Traffic::look, Traffic::hold, Traffic::pay, Traffic::charge})
    EXPECT_TRUE(limits.refuse_address(traffic, client)) << name_of(traffic);
  EXPECT_FALSE(limits.refuse_address(Traffic::free, client));
  EXPECT_FALSE(limits.refuse_address(Traffic::join, address("203.0.113.8"))) << "another address";
  EXPECT_FALSE(limits.refuse_address(Traffic::join, {})) << "a client whose address is not known";
}

TEST_F(LimitsTest, ARefusalSaysWhichLimitAndWhenToComeBack) {
  admitted(Traffic::charge, UserId{1});
  const auto refusal = limits.admit_user(Traffic::charge, UserId{1}, {}).error();
  EXPECT_EQ(refusal.code, ErrorCode::too_many_requests);
  EXPECT_EQ(refusal.limit.value().rule, "charges-by-user");
  EXPECT_GT(refusal.retry_after.value(), std::chrono::minutes{59});
  EXPECT_THAT(metrics.text(), HasSubstr("limited_requests_total{limit=\"charges-by-user\"}"));
}

TEST_F(LimitsTest, CommandsUnderWayAreBoundedUntilTheyAreAnswered) {
  std::vector<ClientLimits::Luggage> under_way;
  for (int i = 0; i < 3; ++i) under_way.push_back(limits.admit_user(Traffic::hold, UserId{1}, {}).value());
  EXPECT_FALSE(limits.admit_user(Traffic::pay, UserId{1}, {})) << "commands of all kinds together";
  EXPECT_TRUE(limits.admit_user(Traffic::look, UserId{1}, {})) << "looking is no command";
  EXPECT_TRUE(limits.admit_user(Traffic::hold, UserId{2}, {})) << "another user";
  under_way.pop_back();
  EXPECT_TRUE(limits.admit_user(Traffic::pay, UserId{1}, {}));
}

TEST_F(LimitsTest, TheSameKeyUnderWayCountsOnce) {
  std::vector<ClientLimits::Luggage> under_way;
  for (int i = 0; i < 128; ++i) {
    auto luggage = limits.admit_user(Traffic::charge, UserId{1}, key(1));
    ASSERT_TRUE(luggage) << i;
    under_way.push_back(*luggage);
  }
  EXPECT_FALSE(limits.admit_user(Traffic::charge, UserId{1}, key(1))) << "but not without an end";
  EXPECT_TRUE(limits.admit_user(Traffic::charge, UserId{1}, key(2))) << "one token and one place were taken";
  under_way.clear();
  int more = 0;
  while (limits.admit_user(Traffic::charge, UserId{1}, key(1))) ++more;
  EXPECT_EQ(more, 3) << "one after the other they count";
}

TEST_F(LimitsTest, AFailedSignatureCostsItsAddress) {
  const auto client = address("203.0.113.7");
  limits.charge_failed_signature(client);
  EXPECT_TRUE(limits.refuse_address(Traffic::read, client));
  EXPECT_FALSE(limits.refuse_address(Traffic::read, address("203.0.113.8")));
  limits.charge_failed_signature({});
}

TEST(LimitRates, ReadAsTheyAreShown) {
  for (const LimitRow& row : limit_table()) {
    EXPECT_EQ(parse_rate(show_rate(row.usual)), row.usual) << row.name;
    EXPECT_EQ(&row_of(row.rule), &row) << row.name;
  }
  EXPECT_EQ(parse_rate("off"), Rate{});
  EXPECT_EQ(parse_rate("7/hour, burst 2"), (Rate{.count = 7, .per = std::chrono::hours{1}, .burst = 2}));
  for (const char* bad : {"",
                          "0/second, burst 1",
                          "1/second",
                          "1/second, burst 0",
                          "1/day, burst 1",
                          "1/second,burst 1",
                          "-1/second, burst 1",
                          "1/second, burst 1x",
                          "off ",
                          "1000000001/second, burst 1"})
    EXPECT_FALSE(parse_rate(bad)) << bad;
}

// The defaults: a campus of 1,000 people behind one address buys unhindered; 12,000 joins in a second do not pass.
TEST(LimitRates, ACampusBuysAndAFloodDoesNot) {
  Metrics metrics;
  ClientLimits limits(LimitSettings{}, metrics);
  const auto campus = address("203.0.113.7"), flood = address("198.51.100.1");
  for (int person = 0; person < 1'000; ++person)
    for (const Traffic traffic :
         {Traffic::read, Traffic::join, Traffic::poll, Traffic::look, Traffic::hold, Traffic::charge, Traffic::pay})
      ASSERT_FALSE(limits.refuse_address(traffic, campus)) << person << " " << name_of(traffic);
  int joined = 0;
  for (int i = 0; i < 12'000; ++i) joined += limits.refuse_address(Traffic::join, flood) ? 0 : 1;
  EXPECT_LT(joined, 2'200);
}

}  // namespace
}  // namespace frontrow::http
