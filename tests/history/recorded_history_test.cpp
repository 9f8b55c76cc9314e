// A history of the real server must be possible for sound seats; the same history with a false answer in it must not
// be.
#include <gtest/gtest.h>

#include <algorithm>

#include "history/recorder.hpp"
#include "support/rounds.hpp"

namespace frontrow::test {
namespace {

constexpr int kSideBySide = 25;  // so many that a hold of a second is over long before its history is

void expect_explained(const History& history) {
  for (std::size_t seat = 0; seat < history.seats.size(); ++seat) {
    const Verdict verdict = check_seat(history.seats[seat]);
    EXPECT_EQ(verdict.kind, Verdict::Kind::possible) << "seat " << seat << ": " << verdict.why;
  }
}

int count(const std::vector<History>& histories, auto is_counted) {
  int found = 0;
  for (const History& history : histories)
    for (const auto& seat : history.seats) found += static_cast<int>(std::ranges::count_if(seat, is_counted));
  return found;
}

// A false answer at the end: the seat would have to have done two things at once.
void expect_lies_are_found(std::vector<SeatOp> seat) {
  Micros end = 0;
  for (const SeatOp& op : seat) end = std::max({end, op.asked, op.answered == kNever ? 0 : op.answered});
  seat.push_back({.saw = SeatOp::Saw::shown_free, .asked = end + 1, .answered = end + 2});
  EXPECT_EQ(check_seat(seat).kind, Verdict::Kind::impossible) << "a stale seat map after a sale";
  seat.back() = {.saw = SeatOp::Saw::granted, .asked = end + 1, .answered = end + 2, .reservation = -1, .end = {end + 9, end + 9}};
  EXPECT_EQ(check_seat(seat).kind, Verdict::Kind::impossible) << "sold twice";
}

TEST(RecordedHistory, IsExplainedBySeatsThatDoOneThingAfterTheOther) {
  TestSale sale(settings_for_histories());
  const int wanted = rounds(kSideBySide, 100);
  for (int made = 0; made < wanted; made += kSideBySide) {
    const auto histories = record_histories(
        sale, {.histories = std::min(kSideBySide, wanted - made), .seed = 20260701 + static_cast<std::uint32_t>(made)});
    for (std::size_t i = 0; i < histories.size(); ++i) {
      SCOPED_TRACE(testing::Message() << "history " << made + static_cast<int>(i));
      EXPECT_EQ(histories[i].asked, 1'000);
      expect_explained(histories[i]);
    }
    using Saw = SeatOp::Saw;
    for (const Saw saw :
         {Saw::granted, Saw::taken, Saw::given_back, Saw::paid, Saw::too_late, Saw::shown_free, Saw::shown_held, Saw::shown_sold})
      EXPECT_GT(count(histories, [&](const SeatOp& op) { return op.saw == saw; }), 0) << static_cast<int>(saw);
    EXPECT_GT(count(histories, [](const SeatOp& op) { return op.may_never_happen; }), 0);
    const auto is_sale = [](const SeatOp& op) { return op.saw == Saw::paid && !op.may_never_happen; };
    const auto sold =
        std::ranges::find_if(histories.front().seats, [&](const auto& seat) { return std::ranges::any_of(seat, is_sale); });
    ASSERT_NE(sold, histories.front().seats.end());
    expect_lies_are_found(*sold);
  }
  expect_clean_audit(sale.data_dir());
}

}  // namespace
}  // namespace frontrow::test
