// What the queue learns by watching: how many do not come, and how fast it moves.
#include <gtest/gtest.h>

#include "support/fakes/queue_story.hpp"

namespace frontrow {
namespace {

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
    story.wait(milliseconds{10});
  }
  EXPECT_LE(called_for_ten_places(story), 12);
}

TEST(TheEstimatedWait, IsFromTheRateWhileThereAreFreePlaces) {
  QueueStory story({.max_active = 500, .admissions_per_second = 10});
  for (int user = 1; user <= 109; ++user) story.join(user);
  const auto wait = story.look(story.join(110)).estimated_wait;  // ten are inside
  ASSERT_TRUE(wait.has_value());
  EXPECT_LE(wait->from, seconds{10});
  EXPECT_GE(wait->to, seconds{10});
  EXPECT_LE(wait->to, seconds{18});
}

TEST(TheEstimatedWait, IsNotKnownBeforeAnybodyHasLeft) {
  QueueStory story({.max_active = 1, .admissions_per_second = 10});
  story.join(1);
  EXPECT_EQ(story.look(story.join(2)).estimated_wait, std::nullopt);
}

TEST(TheEstimatedWait, FollowsThePlacesThatAreFreed) {
  QueueStory story({.max_active = 1, .admissions_per_second = 100});
  std::vector<Ticket> tickets;
  for (int user = 1; user <= 200; ++user) tickets.push_back(story.join(user));
  for (std::size_t i = 0; i < 60; ++i) {  // one in and out a second
    story.wait(seconds{1});
    story.leave(tickets[i]);
    story.tick();
    story.poll(tickets[i + 1]);
  }
  const TicketView view = story.look(tickets.back());
  EXPECT_EQ(view.position, 139);
  ASSERT_TRUE(view.estimated_wait.has_value());
  EXPECT_GT(view.estimated_wait->from, seconds{80});
  EXPECT_LE(view.estimated_wait->from, seconds{139});
  EXPECT_GE(view.estimated_wait->to, seconds{139});
  EXPECT_LT(view.estimated_wait->to, seconds{240});
}

}  // namespace
}  // namespace frontrow
