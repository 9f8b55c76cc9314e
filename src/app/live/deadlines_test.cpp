// The nearest deadline first, and none before its time.
#include "app/live/deadlines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace frontrow {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::July / 1 / 2026}};

TEST(Deadlines, NamesWhatIsDueLongestOverFirst) {
  Deadlines deadlines;
  EXPECT_THAT(deadlines.due(kNow, 10), IsEmpty());
  deadlines.add(kNow + milliseconds{1}, {4});
  deadlines.add(kNow, {3});
  deadlines.add(kNow - milliseconds{5}, {1});
  deadlines.add(kNow, {2});
  EXPECT_THAT(deadlines.due(kNow, 10), ElementsAre(ReservationId{1}, ReservationId{2}, ReservationId{3}));
  EXPECT_THAT(deadlines.due(kNow, 2), ElementsAre(ReservationId{1}, ReservationId{2}));
  EXPECT_THAT(deadlines.due(kNow + milliseconds{1}, 10), testing::SizeIs(4)) << "named until they are removed";
}

TEST(Deadlines, ForgetsWhatIsRemovedAndNothingElse) {
  Deadlines deadlines;
  deadlines.add(kNow, {1});
  deadlines.add(kNow, {1});
  deadlines.add(kNow, {2});
  deadlines.remove(kNow, {1});
  deadlines.remove(kNow, {1});
  deadlines.remove(kNow - milliseconds{1}, {2});
  deadlines.remove(kNow, {99});
  EXPECT_THAT(deadlines.due(kNow, 10), ElementsAre(ReservationId{2}));
}

}  // namespace
}  // namespace frontrow
