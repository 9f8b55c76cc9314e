// A waiting room whose Redis fails over, forgetting what it had acknowledged, or is emptied.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "support/redis_faults.hpp"
#include "support/room_story.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using enum TicketStatus;

struct RedisFence : testing::Test {
  redis::Client client{redis_settings()};

  // Until the sentinels have made another node the primary and the client has found it.
  bool asks_for_a_fence(RoomStory& story) {
    return eventually([&] {
      try {
        story.board();
        return false;
      } catch (const RoomNeedsFence&) {
        return true;
      } catch (const Unavailable&) {
        return false;
      }
    });
  }
};

constexpr QueueSettings kThree{.max_active = 3, .admissions_per_second = 100};

TEST_F(RedisFence, AfterAFailoverNobodyLosesAPlaceAndNothingComesBack) {
  RoomStory story(client, kThree, 10);
  std::map<std::int64_t, Ticket> people;
  for (int user = 1; user <= 30; ++user) people[user] = story.join(user);
  std::map<std::int64_t, std::int64_t> shown;
  {
    ForgetfulFailover failover(client);
    // All of this is forgotten:
    story.hold(people[1], 1), story.pay(1);
    story.wait(milliseconds{200});
    EXPECT_EQ(story.poll(people[4]).status, active);
    for (int user = 31; user <= 40; ++user) people[user] = story.join(user);
    for (int user = 5; user <= 40; ++user) shown[user] = story.poll(people[user]).position;
    const std::shared_ptr<const Board> last = story.board();
    EXPECT_EQ(last->front, 4);
    EXPECT_EQ(last->tail, 40);
    failover.happens();
    ASSERT_TRUE(asks_for_a_fence(story));
    EXPECT_THROW(story.try_join({99}), RoomNeedsFence);
    EXPECT_THROW(story.claim(people[5]), RoomNeedsFence);
    EXPECT_THROW(story.leave(people[5]), RoomNeedsFence);
    EXPECT_THROW(story.tick(), RoomNeedsFence);
    story.fence({{.number = people[1].number, .user = {1}, .was_paid = true}}, *last->inside);
  }
  const auto board = story.board();
  EXPECT_EQ(board->epoch, 2);
  EXPECT_EQ(board->front, 10) << "the front mark: the front may have been there";
  EXPECT_EQ(story.poll(people[1]).status, completed);
  for (const int user : {2, 3, 4}) EXPECT_EQ(story.poll(people[user]).status, active) << user;
  EXPECT_EQ(story.join(50).number, TicketNumber{RoomStory::kBlock + 1}) << "numbers go on above the mark";
  const Ticket second_of_40 = story.join(40);
  EXPECT_GT(second_of_40.number.value, RoomStory::kBlock) << "has asked for a ticket instead of showing the one they had";
  for (int user = 11; user <= 40; ++user) {
    const TicketView view = story.poll(people[user]);
    EXPECT_EQ(view.status, waiting) << user;
    EXPECT_LE(view.position, shown[user]) << user;
    EXPECT_EQ(story.try_join({user}).number, people[user].number) << user;
  }
  EXPECT_EQ(story.poll(second_of_40).status, expired) << "of two tickets of one user the lower wins";
  // Who was called by the fence may come; nobody else is called for 15 s.
  story.leave(people[2]), story.leave(people[3]);
  EXPECT_EQ(story.poll(people[5]).status, active);
  EXPECT_EQ(story.poll(people[6]).status, active);
  EXPECT_EQ(story.poll(people[7]).status, waiting);
  for (const int user : {4, 5, 6}) story.leave(people[user]);
  const auto second_passes = [&] {
    story.wait(seconds{1});
    for (int user = 11; user <= 40; ++user) story.poll(people[user]);
  };
  for (int i = 0; i < 14; ++i) second_passes();
  EXPECT_EQ(story.board()->front, 10);
  second_passes(), second_passes();
  EXPECT_EQ(story.board()->front, 13);
  for (const int user : {11, 12, 13}) EXPECT_EQ(story.poll(people[user]).status, active) << user;
}

TEST_F(RedisFence, WhoHadLeftIsNotCountedAgain) {
  RoomStory story(client, kThree);
  story.rules.booking.opens_at = story.now + std::chrono::hours{1};
  std::vector<Ticket> people;
  for (int user = 1; user <= 30; ++user) people.push_back(story.join(user));
  for (std::size_t i = 0; i < 20; ++i) story.leave(people[i]);
  const std::shared_ptr<const Board> last = story.board();
  EXPECT_EQ(last->position(people[29].number), 10);
  story.marks.front = 0;  // nobody can be called yet
  ask(client, {"FLUSHALL"});
  ASSERT_TRUE(asks_for_a_fence(story));
  story.fence({}, {}, 0, last->gone.get());
  for (std::size_t i = 20; i < 30; ++i) EXPECT_EQ(story.poll(people[i]).position, static_cast<std::int64_t>(i) - 19);
  EXPECT_EQ(story.poll(people[3]).status, waiting) << "who comes back all the same has a place";
  EXPECT_EQ(story.poll(people[29]).position, 10) << "and is not counted";
  story.wait(seconds{46});
  EXPECT_EQ(redis::WaitingRoom(client).board(story.concert)->position(people[29].number), 10) << "on every pod, later too";
}

TEST_F(RedisFence, BuriesTheSkippedRangeButNotThoseWhoComeBackForIt) {
  RoomStory story(client, kThree);
  std::vector<Ticket> people;
  for (int user = 1; user <= 20; ++user) people.push_back(story.join(user));
  story.marks.front = 3;  // as if that were all that is reserved
  ask(client, {"DEL", "queue:concert:{" + std::to_string(story.concert.value) + "}:state"});
  ask(client, {"FLUSHALL"});
  ASSERT_TRUE(asks_for_a_fence(story));
  story.fence();
  const Ticket late = people[9];
  for (const Ticket& ticket : people)
    if (ticket != late && ticket.number.value > 3) {
      EXPECT_EQ(story.poll(ticket).status, waiting);
    }
  const Ticket fresh = story.join(100);
  EXPECT_EQ(fresh.number, TicketNumber{RoomStory::kBlock + 1});
  const std::int64_t before = story.poll(fresh).position;
  EXPECT_EQ(before, RoomStory::kBlock + 1 - 3) << "everybody who may still come counts";
  for (int i = 0; i < 46; ++i) {
    story.wait(seconds{1});
    for (const int inside : {0, 1, 2}) story.poll(people[static_cast<std::size_t>(inside)]);
  }
  EXPECT_EQ(story.poll(fresh).position, 20 - 3 - 1 + 1) << "the seventeen ahead but the late one";
  EXPECT_EQ(redis::WaitingRoom(client).board(story.concert)->position(fresh.number), 17) << "on every pod";
  EXPECT_EQ(story.poll(late).status, waiting) << "later than told, but with a genuine ticket";
  EXPECT_EQ(story.poll(fresh).position, 17) << "which makes nobody's position grow";
  story.leave(people[0]), story.leave(people[1]), story.leave(people[2]);
  for (int i = 0; i < 10; ++i) {
    story.wait(seconds{1});
    for (const Ticket& ticket : people)
      if (story.poll(ticket).status == active) story.leave(ticket);
  }
  EXPECT_EQ(story.board()->front, RoomStory::kBlock + 1);
  EXPECT_EQ(story.poll(late).status, expired) << "was let in, and left";
  EXPECT_EQ(story.poll(fresh).status, active);
}

TEST_F(RedisFence, AfterFlushallKnowsWhoPaidWhoIsInsideAndWhoWasCalledLongAgo) {
  RoomStory story(client, kThree, 20);
  std::vector<Ticket> people;
  for (int user = 1; user <= 30; ++user) people.push_back(story.join(user));
  const auto ticket = [&](int user) { return people[static_cast<std::size_t>(user - 1)]; };
  const auto last = story.board();
  ask(client, {"FLUSHALL"});
  ASSERT_TRUE(asks_for_a_fence(story));
  // The store says: 5 paid a minute ago and 8 an hour ago, 1 to 3 are inside, everybody up to 10 was called more than ten minutes
  // ago.
  story.fence({{.number = {5}, .user = {5}, .was_paid = true}, {.number = {8}, .user = {8}, .was_paid = true}}, *last->inside, 10);
  EXPECT_EQ(story.board()->front, 20);
  EXPECT_EQ(story.poll(ticket(5)).status, completed);
  EXPECT_EQ(story.poll(ticket(8)).status, completed);
  for (const int user : {1, 2, 3}) EXPECT_EQ(story.poll(ticket(user)).status, active) << user;
  for (const int user : {4, 6, 7, 9, 10}) EXPECT_EQ(story.poll(ticket(user)).status, expired) << user;
  for (const int user : {11, 20}) EXPECT_EQ(story.poll(ticket(user)).status, waiting) << user;
  story.leave(ticket(1));
  EXPECT_EQ(story.poll(ticket(11)).status, active) << "was called, and there is room";
  EXPECT_EQ(story.poll(ticket(30)).status, waiting);
  EXPECT_EQ(story.join(5).number.value, RoomStory::kBlock + 1) << "who paid may join again, at the tail";
}

TEST_F(RedisFence, IsTheLaterOnesWhateverOrderTheyComeIn) {
  RoomStory story(client, kThree);
  story.join(1);
  const RoomMarks first{.epoch = 2, .tail = 2'000, .front = 2'000}, second{.epoch = 3, .tail = 3'000, .front = 2'000};
  ask(client, {"FLUSHALL"});
  redis::WaitingRoom a(client), b(client);
  b.fence(story.concert, story.rules, {.marks = second, .given = 2'000, .called = 2'000}, story.now);
  a.fence(story.concert, story.rules, {.marks = first, .given = 1'000, .called = 1'000}, story.now);
  EXPECT_EQ(story.board()->epoch, 3);
  EXPECT_EQ(story.board()->tail, 2'000);
  ask(client, {"FLUSHALL"});
  a.fence(story.concert,
          story.rules,
          {.marks = {.epoch = 4, .tail = 4'000, .front = 3'000}, .given = 3'000, .called = 2'000},
          story.now);
  const RoomMarks newest{.epoch = 5, .tail = 5'000, .front = 3'000};
  const UserId user{7};
  EXPECT_THROW(b.join(story.concert, story.rules, newest, std::span(&user, 1), story.now), RoomNeedsFence)
      << "reserved, not fenced yet";
  b.fence(story.concert, story.rules, {.marks = newest, .given = 4'000, .called = 3'000}, story.now);
  EXPECT_EQ(b.join(story.concert, story.rules, newest, std::span(&user, 1), story.now)[0].number, TicketNumber{4'001});
}

TEST_F(RedisFence, TakesMoreThanOnePieceWhenManyPaid) {
  RoomStory story(client, kThree);
  std::vector<Ticket> people;
  for (int user = 1; user <= 900; ++user) {
    const JoinedPlace place = story.try_join({user});
    people.push_back(story.ticket_of({user}, place));
  }
  std::vector<EndedPlace> ended;
  std::vector<InsidePlace> inside;
  for (const Ticket& ticket : people) {
    if (ticket.number.value % 2 == 0) {
      ended.push_back({.number = ticket.number, .user = ticket.user, .was_paid = true});
    } else if (ticket.number.value < 20) {
      inside.push_back(
          {.number = ticket.number, .user = ticket.user, .issued_at = story.now, .admitted_at = story.now, .seen_at = story.now});
    }
  }
  for (int i = 0; i < 600; ++i) ended.push_back({.number = {5'000'000 + i}, .user = {10'000 + i}, .was_paid = true});
  ask(client, {"FLUSHALL"});
  story.fence(ended, inside);
  EXPECT_EQ(*story.board()->inside, inside);
  for (const Ticket& ticket : people) {
    const Standing standing = story.claim(ticket);
    EXPECT_EQ(standing.status == completed, ticket.number.value % 2 == 0) << ticket.number.value;
  }
}

// Four pods, real time, a store's row of marks behind a mutex.
class Pods {
 public:
  explicit Pods(ConcertId concert) : concert_(concert) {}

  void join_until(const std::atomic<bool>& stop, std::int64_t first_user) {
    redis::Client client(redis_settings(milliseconds{200}));
    redis::WaitingRoom room(client);
    RoomMarks marks{.epoch = 0};
    for (std::int64_t user = first_user; !stop.load(); ++user) {
      try {
        const UserId id{user};
        const JoinedPlace place = room.join(concert_, rules_, marks, std::span(&id, 1), now_).front();
        if (place.outcome == JoinedPlace::Outcome::needs_mark)
          marks = reserve();
        else
          note(place, id);
      } catch (const RoomNeedsFence&) {
        fence(room);
      } catch (const Unavailable&) {
        std::this_thread::yield();
      }
    }
  }
  int given() {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(users_.size());
  }
  std::vector<std::string> twice() {
    const std::lock_guard lock(mutex_);
    return twice_;
  }

 private:
  void note(const JoinedPlace& place, UserId user) {
    const std::lock_guard lock(mutex_);
    const auto [at, is_new] = users_.emplace(place.number.value, user.value);
    if (!is_new && at->second != user.value) twice_.push_back("number " + std::to_string(place.number.value));
  }
  RoomMarks reserve() {
    const std::lock_guard lock(mutex_);
    stored_.tail += 100, stored_.front += 100;
    return stored_;
  }
  void fence(redis::WaitingRoom& room) {
    RoomMarks before, after;
    {
      const std::lock_guard lock(mutex_);
      before = stored_;
      stored_ = {.epoch = static_cast<std::uint16_t>(before.epoch + 1), .tail = before.tail + 100, .front = before.front + 100};
      after = stored_;
    }
    try {
      room.fence(concert_, rules_, {.marks = after, .given = before.tail, .called = before.front}, now_);
    } catch (const Unavailable&) {
    }
  }

  const ConcertId concert_;
  const RoomRules rules_{.settings = {.max_active = 5, .admissions_per_second = 100}};
  const TimePoint now_{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  std::mutex mutex_;  // protects all below
  RoomMarks stored_{.epoch = 0, .tail = 0, .front = 0};
  std::map<std::int64_t, std::int64_t> users_;
  std::vector<std::string> twice_;
};

TEST_F(RedisFence, GivesNoNumberTwiceWhateverWasForgotten) {
  Pods pods({unused_ids()});
  std::atomic<bool> stop{false};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&, i] { pods.join_until(stop, 1'000'000 * (i + 1)); });
    EXPECT_TRUE(eventually([&] { return pods.given() > 200; }));
    {
      ForgetfulFailover failover(client);
      const int before = pods.given();
      EXPECT_TRUE(eventually([&] { return pods.given() > before + 200; })) << "acknowledged, and forgotten";
      failover.happens();
      const int forgotten = pods.given();
      EXPECT_TRUE(eventually([&] { return pods.given() > forgotten + 200; })) << "and it goes on";
    }
    const int before = pods.given();
    ask(client, {"FLUSHALL"});
    EXPECT_TRUE(eventually([&] { return pods.given() > before + 200; })) << "also after FLUSHALL";
    stop = true;
  }
  EXPECT_THAT(pods.twice(), testing::IsEmpty());
}

}  // namespace
}  // namespace frontrow::test
