// A thread that remembers a person inside says of the ticket what a thread says that asks the queue.
#include "app/queue/recent_stays.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "base/random.hpp"
#include "support/fakes/queue_story.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;

constexpr QueueLimits kShort{.active = seconds{60}, .idle = seconds{12}, .return_window = seconds{60}};

// The answer of a thread that remembers nothing.
std::optional<ErrorCode> asked(QueueStory& story, const Ticket& ticket, Purpose purpose) {
  std::optional<ErrorCode> answer;
  std::thread([&] { answer = story.refusal(ticket, purpose); }).join();
  return answer;
}

TEST(RecentStays, KnowATicketOfOneQueueAndUser) {
  RecentStays stays;
  const Ticket ticket{.concert = {1}, .number = {5}, .user = {7}};
  EXPECT_EQ(stays.find(1, ticket), nullptr);
  const auto presence = std::make_shared<LiveStay>(UserId{7}, TimePoint{}, TimePoint{});
  stays.keep(1, {5}, presence);
  EXPECT_EQ(stays.find(1, ticket), presence.get());
  EXPECT_EQ(stays.find(2, ticket), nullptr);
  EXPECT_EQ(stays.find(1, {.concert = {1}, .number = {5}, .user = {8}}), nullptr);
  EXPECT_EQ(stays.find(1, {.concert = {1}, .number = {6}, .user = {7}}), nullptr);
  presence->end();
  EXPECT_EQ(stays.find(1, ticket), nullptr);
}

TEST(RecentStays, ALookWithoutTheLockIsASignOfLife) {
  QueueStory story({}, kShort);
  const Ticket ticket = story.join(7);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(story.refusal(ticket, Purpose::look), std::nullopt);
    story.wait(seconds{11});
  }
  EXPECT_EQ(asked(story, ticket, Purpose::hold), std::nullopt);
  story.wait(seconds{12});
  EXPECT_EQ(story.refusal(ticket, Purpose::look), ErrorCode::queue_token_expired);
}

TEST(RecentStays, EndWithTheTicket) {
  for (const auto& end : std::vector<std::function<void(QueueStory&, const Ticket&)>>{
           [](QueueStory& story, const Ticket& ticket) { story.leave(ticket); },
           [](QueueStory& story, const Ticket& ticket) { story.hold(ticket, 1), story.pay(1); },
           [](QueueStory& story, const Ticket&) { story.restart(), story.now += seconds{12}; },
           [](QueueStory& story, const Ticket&) { story.now += seconds{60}; },
       }) {
    QueueStory story({}, kShort);
    const Ticket ticket = story.join(7);
    ASSERT_EQ(story.refusal(ticket, Purpose::hold), std::nullopt);
    ASSERT_EQ(story.refusal(ticket, Purpose::hold), std::nullopt);
    end(story, ticket);
    EXPECT_NE(story.refusal(ticket, Purpose::hold), std::nullopt);
  }
}

TEST(RecentStays, AnswerAsTheQueueDoesWhateverHappens) {
  SeededRandom dice(5);
  for (int round = 0; round < 20; ++round) {
    QueueStory story({.max_active = 4, .admissions_per_second = 100}, kShort);
    std::vector<Ticket> tickets;
    for (int user = 1; user <= 6; ++user) tickets.push_back(story.join(user));
    std::vector<int> holds(tickets.size());
    for (int step = 0; step < 60; ++step) {
      const std::size_t which = dice.below(tickets.size());
      switch (dice.below(7)) {
        case 0: story.wait(seconds{dice.below(8)}); break;
        case 1: story.poll(tickets[which]); break;
        case 2:
          if (dice.below(5) == 0) story.leave(tickets[which]), tickets[which] = story.join(static_cast<std::int64_t>(which) + 1);
          break;
        case 3: story.configure({.enabled = dice.below(4) != 0, .max_active = 4, .admissions_per_second = 100}); break;
        case 4:
          if (std::exchange(holds[which], 1) == 0) story.hold(tickets[which], static_cast<std::int64_t>(which) + 1, seconds{20});
          break;
        case 5:
          if (std::exchange(holds[which], 0) == 1) story.end_hold(static_cast<std::int64_t>(which) + 1, dice.below(3) == 0);
          break;
        default: break;
      }
      const Purpose purpose = dice.below(2) == 0 ? Purpose::look : Purpose::hold;
      const bool first = dice.below(2) == 0;  // which of the two is the sign of life
      const auto before = first ? story.refusal(tickets[which], purpose) : asked(story, tickets[which], purpose);
      const auto after = first ? asked(story, tickets[which], purpose) : story.refusal(tickets[which], purpose);
      ASSERT_EQ(before, after) << round << ' ' << step;
    }
  }
}

// As a commit is applied before its client is answered: a person who was told of the end does not pass again.
TEST(RecentStays, NoThreadLetsATicketPassAfterItsEnd) {
  for (int round = 0; round < 200; ++round) {
    QueueStory story;
    const Ticket ticket = story.join(7);
    std::atomic<bool> has_ended{false};
    std::atomic<int> faults{0};
    std::latch start{3};
    {
      std::vector<std::jthread> readers;
      for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
          start.arrive_and_wait();
          for (bool is_told = false; !is_told;) {
            is_told = has_ended;
            const bool passes = !story.queue().refuse_entry(ticket, Purpose::look, story.now, 0);
            if (is_told && passes) ++faults;
          }
        });
      start.arrive_and_wait();
      story.leave(ticket);
      has_ended = true;
    }
    ASSERT_EQ(faults, 0);
  }
}

}  // namespace
}  // namespace frontrow
