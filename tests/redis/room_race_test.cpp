// Many pods at one waiting room in the same moment, each with connections of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "support/room_story.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;

constexpr int kPods = 16;

struct RedisRoomRace : testing::Test {
  redis::Client client{redis_settings()};

  // Every pod does it, all released at once.
  static void in_all_pods(const std::function<void(int, redis::WaitingRoom&)>& act) {
    std::latch start(kPods);
    std::vector<std::jthread> pods;
    for (int pod = 0; pod < kPods; ++pod)
      pods.emplace_back([&, pod] {
        redis::Client own(redis_settings(std::chrono::seconds{20}));
        redis::WaitingRoom room(own);
        start.arrive_and_wait();
        act(pod, room);
      });
  }

  // A hundred people wait; how many of them are let in when every pod claims for all of them?
  std::size_t let_in(const QueueSettings& settings) {
    RoomStory story(client, settings);
    story.rules.booking.opens_at = story.now + milliseconds{1};
    std::vector<Ticket> people;
    for (int user = 1; user <= 100; ++user) people.push_back(story.join(user));
    story.now += milliseconds{1};
    ask(client, {"HSET", "queue:concert:{" + std::to_string(story.concert.value) + "}:state", "front", "100"});  // all are called
    std::mutex mutex;
    std::multiset<std::int64_t> admitted;
    in_all_pods([&](int pod, redis::WaitingRoom& room) {
      for (int i = 0; i < 100; ++i) {
        const Ticket& ticket = people[static_cast<std::size_t>((i * 7 + pod * 13) % 100)];
        const Standing standing = room.claim(story.concert, story.rules, std::span(&ticket, 1), story.now).front();
        const std::lock_guard lock(mutex);
        if (standing.was_admitted) admitted.insert(ticket.number.value);
      }
    });
    EXPECT_EQ(story.board()->inside->size(), admitted.size());
    for (const std::int64_t number : admitted) EXPECT_EQ(admitted.count(number), 1u) << "told once";
    return admitted.size();
  }
};

TEST_F(RedisRoomRace, LetsInNoMoreThanTheCap) { EXPECT_EQ(let_in({.max_active = 10, .admissions_per_second = 1'000}), 10u); }

TEST_F(RedisRoomRace, LetsInNoFasterThanTheRate) { EXPECT_EQ(let_in({.max_active = 1'000, .admissions_per_second = 7}), 7u); }

TEST_F(RedisRoomRace, GivesAUserOneNumberOnAllDevices) {
  RoomStory story(client, {.max_active = 1, .admissions_per_second = 1});
  story.join(1);
  std::mutex mutex;
  std::set<std::int64_t> numbers;
  int new_ones = 0;
  in_all_pods([&](int, redis::WaitingRoom& room) {
    for (std::int64_t user = 2; user < 52; ++user) {
      const UserId id{user};
      const JoinedPlace place = room.join(story.concert, story.rules, story.marks, std::span(&id, 1), story.now).front();
      const std::lock_guard lock(mutex);
      numbers.insert(place.number.value * 1'000 + user);
      new_ones += place.is_new;
    }
  });
  EXPECT_EQ(numbers.size(), 50u) << "one number for each user";
  EXPECT_EQ(new_ones, 50);
  EXPECT_EQ(story.board()->tail, 51);
}

TEST_F(RedisRoomRace, CallsNobodyTwiceFromSixteenTicks) {
  RoomStory story(client, {.max_active = 5, .admissions_per_second = 100});
  story.rules.booking.opens_at = story.now + milliseconds{1};
  for (int user = 1; user <= 50; ++user) story.join(user);
  story.now += milliseconds{1};
  in_all_pods([&](int, redis::WaitingRoom& room) {
    for (int i = 0; i < 20; ++i) {
      const auto board = room.tick(story.concert, story.rules, story.marks, story.now);
      EXPECT_EQ(board->front, 5);
    }
  });
}

}  // namespace
}  // namespace frontrow::test
