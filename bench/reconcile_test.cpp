#include "bench/reconcile.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace frontrow::bench {
namespace {

constexpr ToldHeader kHeader{.concert = 1, .events_before = 0, .seats = 10};

StoredEvent event(EventType type, std::int64_t reservation, std::int64_t seq, std::int64_t user, std::int64_t seat) {
  return {.type = type,
          .reservation = reservation,
          .seq = seq,
          .user = user,
          .amount = 100,
          .payment = type == EventType::paid ? reservation + 1000 : 0,
          .at_ms = type == EventType::expired ? 300 : 10,
          .expires_ms = 300,
          .seats = {seat}};
}

Told held(std::int64_t user, std::int64_t reservation, std::int64_t seat) {
  return {.fact = Fact::held, .seat_count = 1, .user = user, .reservation = reservation, .amount = 100, .seats = {seat}};
}

Told paid(std::int64_t user, std::int64_t reservation) {
  return {.fact = Fact::paid, .user = user, .reservation = reservation, .payment = reservation + 1000, .amount = 100};
}

// User 7 charges 150, holds seat 3 and pays; user 8 holds seat 4, which runs out; user 9 gives seat 4 back.
struct Account {
  std::vector<Told> told = {{.fact = Fact::charged, .user = 7, .amount = 150},
                            held(7, 1, 3),
                            paid(7, 1),
                            held(8, 2, 4),
                            held(9, 3, 4),
                            {.fact = Fact::cancelled, .user = 9, .reservation = 3}};
  Stored stored = {
      .events = {event(EventType::created, 1, 1, 7, 3),
                 event(EventType::created, 2, 1, 8, 4),
                 event(EventType::paid, 1, 2, 7, 3),
                 event(EventType::expired, 2, 2, 8, 4),
                 event(EventType::created, 3, 1, 9, 4),
                 event(EventType::cancelled, 3, 2, 9, 4)},
      .sales = {.seats = 10, .sold = 1, .reservations = 3, .confirmed = 1, .expired = 1, .cancelled = 1, .revenue = 100},
      .balances = {{7, 50}, {8, 0}},
      .reservation_states = {{1, "CONFIRMED"}, {2, "EXPIRED"}, {3, "CANCELLED"}}};
};

TEST(BenchReconcile, FindsNothingWhenAllAgree) {
  const Account run;
  const Reconciliation result = reconcile(kHeader, run.told, run.stored);
  EXPECT_TRUE(result.is_clean()) << result.examples.front();
  EXPECT_EQ(result.holds, 3);
  EXPECT_EQ(result.payments, 1);
  EXPECT_GT(result.compared, 20);
}

struct FalseAnswer {
  const char* says;  // part of the sentence
  std::function<void(Account&)> tell;
};

class BenchReconcileFinds : public testing::TestWithParam<FalseAnswer> {};

TEST_P(BenchReconcileFinds, EachKindOfMismatch) {
  Account run;
  GetParam().tell(run);
  const Reconciliation result = reconcile(kHeader, run.told, run.stored);
  ASSERT_FALSE(result.is_clean());
  EXPECT_NE(result.examples.front().find(GetParam().says), std::string::npos) << result.examples.front();
}

INSTANTIATE_TEST_SUITE_P(
    , BenchReconcileFinds,
    testing::Values(
        FalseAnswer{"while 1 had it", [](Account& run) { run.stored.events[4].seats = run.stored.events[5].seats = {3}; }},
        FalseAnswer{"not stored", [](Account& run) { run.told.push_back(held(7, 99, 5)); }},
        FalseAnswer{"another user, amount or seats", [](Account& run) { run.told[1].seats[0] = 5; }},
        FalseAnswer{"nobody was told", [](Account& run) { run.told.erase(run.told.begin() + 3); }},
        FalseAnswer{"is not stored so", [](Account& run) { run.told[2].payment = 5; }},
        FalseAnswer{"is not stored so", [](Account& run) { run.told.push_back(paid(8, 2)); }},
        FalseAnswer{"is paid, and nobody was told", [](Account& run) { run.told.erase(run.told.begin() + 2); }},
        FalseAnswer{"ended twice", [](Account& run) { run.stored.events.push_back(event(EventType::cancelled, 1, 3, 7, 3)); }},
        FalseAnswer{"expired 290 ms early", [](Account& run) { run.stored.events[3].at_ms = 10; }},
        FalseAnswer{"was paid 1 ms late", [](Account& run) { run.stored.events[2].at_ms = 301; }},
        FalseAnswer{"has event 3 after 1", [](Account& run) { run.stored.events[2].seq = 3; }},
        FalseAnswer{"given back, and it is not", [](Account& run) { run.told.back().reservation = 1; }},
        FalseAnswer{"4 reservations are stored", [](Account& run) { run.stored.sales.reservations = 4; }},
        FalseAnswer{"2 seats are sold", [](Account& run) { run.stored.sales.sold = 2; }},
        FalseAnswer{"revenue", [](Account& run) { run.stored.sales.revenue = 99; }},
        FalseAnswer{"user 7 has 51 points", [](Account& run) { run.stored.balances[7] = 51; }},
        FalseAnswer{"reservation 1 is TEMPORARY", [](Account& run) { run.stored.reservation_states[1] = "TEMPORARY"; }}));

TEST(BenchReconcile, ForgivesWhatAnUnansweredRequestMayHaveDone) {
  Account run;
  run.told.erase(run.told.begin() + 1, run.told.begin() + 3);
  run.told.push_back({.fact = Fact::hold_unknown, .user = 7});
  run.told.push_back({.fact = Fact::pay_unknown, .user = 7, .reservation = 1});
  const Reconciliation result = reconcile(kHeader, run.told, run.stored);
  EXPECT_TRUE(result.is_clean()) << result.examples.front();
  EXPECT_EQ(result.unknown, 2);
}

TEST(BenchReconcile, ForgivesEachUnansweredRequestOnce) {
  Account run;
  run.told.erase(run.told.begin() + 3);
  run.told.push_back({.fact = Fact::hold_unknown, .user = 7});
  EXPECT_FALSE(reconcile(kHeader, run.told, run.stored).is_clean());
}

}  // namespace
}  // namespace frontrow::bench
