// What the queue learns by watching: how many do not come, and how fast it moves.
#include <gtest/gtest.h>

#include "support/queue_story.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Ten places; a hundred people were called and did not come.
QueueStory after_a_hundred_no_shows() {
  QueueStory story({.max_active = 10, .admissions_per_second = 100});
  std::vector<Ticket> inside;
  for (int user = 1; user <= 10; ++user) inside.push_back(story.join(user));
  story.join_many(11, 100);
  for (const Ticket& ticket : inside) story.leave(ticket);
  story.wait(seconds{60});
  EXPECT_EQ(story.queue().counts().front, 110);
  return story;
}

// How many are called for ten places that become free.
std::int64_t called_for_ten_places(QueueStory& story) {
  std::vector<Ticket> inside;
  for (int user = 1'001; user <= 1'010; ++user) inside.push_back(story.join(user));
  EXPECT_EQ(story.queue().counts().active, 10);
  story.join_many(2'001, 200);
  for (const Ticket& ticket : inside) story.leave(ticket);
  story.now += seconds{1};
  const std::int64_t front = story.queue().counts().front;
  story.tick();
  return story.queue().counts().front - front;
}

TEST(NoShows, MakeTheQueueCallMorePeopleThanThereArePlaces) {
  QueueStory story = after_a_hundred_no_shows();
  const std::int64_t called = called_for_ten_places(story);
  EXPECT_GT(called, 15);
  EXPECT_LE(called, 100);
}

TEST(NoShows, AreForgottenWhenPeopleComeAgain) {
  QueueStory story = after_a_hundred_no_shows();
  for (int user = 501; user <= 700; ++user) {
    story.leave(story.join(user));
    story.now += milliseconds{10};
  }
  EXPECT_EQ(called_for_ten_places(story), 10);
}

TEST(TheEstimatedWait, IsFromTheRateUntilSomethingWasMeasured) {
  QueueStory story({.max_active = 1, .admissions_per_second = 10});
  story.join(1);
  story.join_many(2, 99);
  EXPECT_EQ(story.look(story.join(100)).estimated_wait, milliseconds{9'900});
}

TEST(TheEstimatedWait, FollowsTheClaimsOfAQueueThatMoves) {
  QueueStory story({.max_active = 1, .admissions_per_second = 100});
  std::vector<Ticket> tickets;
  for (int user = 1; user <= 200; ++user) tickets.push_back(story.join(user));
  for (std::size_t i = 0; i < 60; ++i) {  // one in and out a second
    story.leave(tickets[i]);
    story.tick();
    story.poll(tickets[i + 1]);
    story.wait(seconds{1});
  }
  const TicketView view = story.look(tickets.back());
  EXPECT_EQ(view.position, 139);
  EXPECT_GT(view.estimated_wait, seconds{120});
  EXPECT_LT(view.estimated_wait, seconds{160});
  EXPECT_EQ(view.poll_after, view.estimated_wait / 10);
}

TEST(TheEstimatedWait, IsNotThatOfAnIdleHour) {
  for (const Duration pause : {Duration{hours{1}}, Duration{seconds{5}}}) {
    QueueStory story({.max_active = 10, .admissions_per_second = 10});
    for (int user = 1; user <= 5; ++user) {  // few come, and none waits
      story.leave(story.join(user));
      story.wait(pause);
    }
    story.join_many(100, 10);
    const Ticket rushed = story.join(110);
    story.join_many(111, 50);
    story.wait(seconds{2});
    EXPECT_LT(story.look(rushed).estimated_wait, seconds{60}) << pause;
  }
}

}  // namespace
}  // namespace frontrow
