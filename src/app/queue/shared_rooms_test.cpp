// The loop of a pod's waiting rooms, as the pod that ticks: which tickets it names, and that a failed step is done again.
#include "app/queue/shared_rooms.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/fakes/manual_clock.hpp"
#include "support/fakes/no_room.hpp"
#include "support/faults/every_exception.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::int64_t kPod = 1;

class PeopleInside final : public NoQueueRows {
 public:
  std::vector<TicketRow> inside(ConcertId) override { return people; }
  std::vector<TicketRow> people;
};

// Keeps the commands, or throws instead.
class KeptCommits final : public NoCommits {
 public:
  void submit(std::unique_ptr<Command> command, CommandClass) override {
    if (const auto* thrown = std::exchange(throws, nullptr)) thrown->now();
    taken.push_back(std::move(command));
  }
  // The users whose tickets the taken commands name; the commands end.
  std::set<UserId> take_named() {
    Keys keys;
    for (const auto& command : taken) command->declare(keys);
    taken.clear();
    std::set<UserId> users;
    for (const Holder& holder : keys.tickets) users.insert(holder.user);
    return users;
  }
  const test::Thrown* throws = nullptr;
  std::vector<std::unique_ptr<Command>> taken;
};

class SharedRoomsTest : public testing::TestWithParam<test::Thrown> {
 protected:
  SharedRoomsTest() {
    const QueueRow row{
        .tail = 1'000, .front = 900, .active = 900, .version = 1, .ticker = kPod, .ticker_until = clock.now() + hours{24}};
    queue->show({.row = row, .published_at = clock.now()}, true);
    rooms.run_once();
    clock.advance(hours{1});  // longer than any stay
  }
  void second() {
    clock.advance(seconds{1});
    rooms.run_once();
  }

  ManualClock clock;
  NoBoards boards;
  NoPresence presence;
  PeopleInside rows;
  KeptCommits commits;
  SharedRooms rooms{kPod, {.boards = boards, .presence = presence, .reader = rows}, commits, commits, clock};
  const std::shared_ptr<SharedQueue> queue =
      rooms.queue({.id = {1}, .title = "Rooms", .artist = {}, .venue = {}, .booking = {}, .queue = {.max_active = 1'000}}, {});
};

INSTANTIATE_TEST_SUITE_P(Every, SharedRoomsTest, testing::ValuesIn(test::every_exception()));

TEST_F(SharedRoomsTest, NamesEverybodyInTurnThoughManyStay) {
  for (std::int64_t id = 1; id <= 900; ++id) rows.people.push_back({.number = {id}, .user = {id}, .state = TicketState::active});
  std::set<UserId> named;
  for (int round = 0; round < 4; ++round) {
    second();
    const auto more = commits.take_named();
    EXPECT_LE(more.size(), 500U) << "a bounded command";
    named.insert(more.begin(), more.end());
  }
  EXPECT_EQ(named.size(), 900U) << "nobody of them has ended, and the last are named all the same";
}

TEST_F(SharedRoomsTest, OneCommandOfEndingsIsUnderWay) {
  rows.people.push_back({.number = {1}, .user = {1}, .state = TicketState::active});
  second();
  second();
  EXPECT_EQ(commits.taken.size(), 1U);
  commits.taken.clear();
  second();
  EXPECT_EQ(commits.taken.size(), 1U);
}

TEST_P(SharedRoomsTest, EndingsThatCouldNotBeSubmittedAreNamedAgain) {
  rows.people.push_back({.number = {1}, .user = {1}, .state = TicketState::active});
  commits.throws = &GetParam();
  EXPECT_ANY_THROW(second());
  EXPECT_TRUE(commits.taken.empty());
  second();
  EXPECT_EQ(commits.take_named(), std::set<UserId>{{1}});
}

TEST_P(SharedRoomsTest, ATickThatCouldNotBeSubmittedIsDoneAgain) {
  commits.throws = &GetParam();
  EXPECT_ANY_THROW(queue->submit_tick({}, clock.now()));
  EXPECT_TRUE(commits.taken.empty());
  queue->submit_tick({}, clock.now());
  queue->submit_tick({}, clock.now());
  EXPECT_EQ(commits.taken.size(), 1U) << "one at a time";
}

}  // namespace
}  // namespace frontrow
