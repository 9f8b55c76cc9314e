#include "http/deadline_list.hpp"

#include <gtest/gtest.h>

namespace frontrow::http {
namespace {

using std::chrono::seconds;

TEST(DeadlineList, GivesTheEarliestWhenItHasPassed) {
  DeadlineList list{seconds{5}};
  Deadline a, b, c;
  const SteadyTime start{};
  list.set(a, start);
  list.set(b, start + seconds{1});
  list.set(c, start + seconds{2});
  EXPECT_EQ(list.due(start + seconds{4}), nullptr);
  EXPECT_EQ(list.due(start + seconds{5}), &a);
  list.set(a, start + seconds{5});  // moved behind the others
  EXPECT_EQ(list.due(start + seconds{6}), &b);
  b.clear();
  EXPECT_EQ(list.due(start + seconds{6}), nullptr);
  EXPECT_EQ(list.due(start + seconds{7}), &c);
  c.clear();
  EXPECT_EQ(list.due(start + seconds{10}), &a);
}

TEST(DeadlineList, TakesADeadlineFromAnother) {
  DeadlineList one{seconds{1}}, two{seconds{2}};
  Deadline a;
  one.set(a, {});
  two.set(a, {});
  EXPECT_EQ(a.list(), &two);
  EXPECT_EQ(one.due(SteadyTime{seconds{9}}), nullptr);
  EXPECT_EQ(two.due(SteadyTime{seconds{9}}), &a);
}

TEST(DeadlineList, ForgetsADeadlineThatIsGone) {
  DeadlineList list{seconds{1}};
  Deadline first;
  list.set(first, {});
  {
    Deadline gone;
    list.set(gone, {});
  }
  first.clear();
  EXPECT_EQ(first.list(), nullptr);
  EXPECT_EQ(list.due(SteadyTime{seconds{9}}), nullptr);
}

}  // namespace
}  // namespace frontrow::http
