// The checker itself, on histories made by hand: it accepts histories of a sound seat and rejects those of a broken
// one.
#include "history/seat_history.hpp"

#include <gtest/gtest.h>

namespace frontrow::test {
namespace {

using enum SeatOp::Saw;
using Ops = std::vector<SeatOp>;

constexpr HoldEnd kAt300{.earliest = 300, .latest = 301};

SeatOp held(Micros asked, Micros answered, std::int64_t reservation = 1, HoldEnd end = kAt300) {
  return {.saw = SeatOp::Saw::granted, .asked = asked, .answered = answered, .reservation = reservation, .end = end};
}
SeatOp saw(SeatOp::Saw what, Micros asked, Micros answered, std::int64_t reservation = 0) {
  return {.saw = what, .asked = asked, .answered = answered, .reservation = reservation};
}
SeatOp unread(SeatOp::Saw what, Micros asked, std::int64_t reservation) {
  return {.saw = what, .asked = asked, .reservation = reservation, .may_never_happen = true};
}

void expect_possible(const Ops& ops) {
  const Verdict verdict = check_seat(ops);
  EXPECT_EQ(verdict.kind, Verdict::Kind::possible) << verdict.why;
}
void expect_impossible(const Ops& ops, const char* because = "") {
  EXPECT_EQ(check_seat(ops).kind, Verdict::Kind::impossible) << because;
}

TEST(SeatHistory, OfASaleIsPossible) {
  expect_possible({saw(shown_free, 0, 10),
                   held(20, 30),
                   saw(shown_held, 40, 50),
                   saw(taken, 40, 60),
                   saw(paid, 70, 80, 1),
                   saw(paid, 90, 95, 1),
                   saw(shown_sold, 100, 110),
                   saw(cannot_give, 120, 130, 1),
                   saw(taken, 400, 410)});
}

TEST(SeatHistory, ASaleToTwoIsFound) {
  expect_impossible({held(0, 10), saw(paid, 20, 30, 1), held(40, 50, 2, {340, 341})});
  expect_impossible({held(0, 10), held(5, 15, 2), saw(paid, 20, 30, 1), saw(paid, 20, 30, 2)});
  expect_impossible({held(0, 10), held(20, 30, 2)}, "a live hold, granted to another");
}

TEST(SeatHistory, AStaleSeatMapIsFound) {
  expect_impossible({held(0, 10), saw(shown_free, 20, 30)});
  expect_impossible({held(0, 10), saw(paid, 20, 30, 1), saw(shown_held, 40, 50)});
  expect_impossible({held(0, 10), saw(paid, 20, 30, 1), saw(shown_free, 400, 410)});
  expect_impossible({held(0, 10), saw(given_back, 20, 30, 1), saw(shown_held, 40, 50)});
}

TEST(SeatHistory, WhatOverlapsMayHaveHappenedInAnyOrder) {
  expect_possible({held(0, 100), saw(shown_free, 10, 90)});
  expect_possible({held(0, 100), saw(shown_held, 10, 90)});
  expect_possible({held(0, 100), saw(shown_held, 10, 20), saw(taken, 15, 30)});
  expect_impossible({held(0, 100), saw(shown_held, 10, 20), saw(shown_free, 30, 40)});
}

TEST(SeatHistory, AHoldEndsAtItsDeadline) {
  expect_possible({held(0, 10), saw(shown_held, 290, 300), saw(shown_free, 299, 310), held(302, 310, 2, {602, 603})});
  expect_impossible({held(0, 10), saw(shown_free, 200, 250)});
  expect_impossible({held(0, 10), held(200, 299, 2)});
  expect_impossible({held(0, 10), saw(shown_held, 302, 310)}, "it does not end late either");
  expect_impossible({held(0, 10), saw(taken, 302, 310)});
  expect_impossible({held(0, 10), saw(shown_free, 290, 305), saw(shown_held, 306, 310)});
}

TEST(SeatHistory, PayingIsInTimeOrTooLate) {
  expect_possible({held(0, 10), saw(paid, 299, 500, 1), saw(shown_free, 310, 320), saw(shown_sold, 330, 340)});
  expect_impossible({held(0, 10), saw(paid, 302, 310, 1)});
  expect_possible({held(0, 10), saw(too_late, 250, 301, 1), held(310, 320, 2)});
  expect_impossible({held(0, 10), saw(too_late, 250, 299, 1)});
  expect_impossible({held(0, 10), saw(paid, 20, 30, 1), saw(too_late, 400, 410, 1)});
  expect_impossible({held(0, 10), saw(given_back, 20, 30, 1), saw(paid, 40, 50, 1)});
  expect_possible({held(0, 10), saw(given_back, 20, 30, 1), saw(not_payable, 40, 50, 1)});
  expect_impossible({held(0, 10), saw(not_payable, 40, 50, 1)});
}

TEST(SeatHistory, WhatNobodyReadMayHaveHappenedLaterOrNever) {
  const Ops sale{held(0, 10), unread(paid, 20, 1)};
  const auto then = [&](std::vector<SeatOp> more) {
    Ops ops = sale;
    ops.insert(ops.end(), more.begin(), more.end());
    return ops;
  };
  expect_possible(sale);
  expect_possible(then({saw(shown_sold, 30, 40)}));
  expect_possible(then({saw(shown_held, 30, 40), saw(shown_sold, 50, 60)}));
  expect_possible(then({saw(shown_free, 400, 410)}));
  expect_possible(then({saw(too_late, 400, 410, 1), held(420, 430, 2)}));
  expect_impossible(then({saw(shown_sold, 30, 40), saw(shown_held, 50, 60)}));
  expect_impossible(then({saw(shown_sold, 30, 40), saw(shown_free, 400, 410)}));
  expect_impossible({held(0, 10), unread(given_back, 20, 1), saw(shown_free, 30, 40), saw(paid, 50, 60, 1)});
}

TEST(SeatHistory, AnUnreadHoldExplainsASeatThatIsGone) {
  SeatOp unread_hold = held(0, kNever);
  unread_hold.may_never_happen = true;
  expect_possible({unread_hold, saw(shown_held, 30, 40)});
  expect_possible({unread_hold, saw(shown_free, 30, 40), saw(still_mine, 50, 60, 1)});
  expect_impossible({unread_hold, saw(shown_held, 30, 40), saw(shown_free, 50, 60)});
}

}  // namespace
}  // namespace frontrow::test
