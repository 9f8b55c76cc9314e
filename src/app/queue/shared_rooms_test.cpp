// What a pod says of places while it knows nothing yet, and while the room or the store is away.
#include "app/queue/shared_rooms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ports/unavailable.hpp"
#include "support/manual_clock.hpp"
#include "support/wait.hpp"

namespace frontrow {
namespace {

constexpr TimePoint kNow{std::chrono::hours{500'000}};
constexpr auto kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// A room with 20 people, of whom 5 have been called, which may be away.
class Room final : public WaitingRoom {
 public:
  bool is_away = false;
  bool needs_fence = false;
  bool lets_in = false;
  bool is_used_up = false;
  int fences = 0;
  std::int64_t called = 0;  // by the last of them
  Board shown{.epoch = 1, .tail = 20, .front = 5, .tail_mark = 100'000, .front_mark = 100'000, .published_at = kNow};

  std::vector<JoinedPlace> join(ConcertId, const RoomRules&, const RoomMarks&, std::span<const UserId> users, TimePoint) override {
    require();
    if (std::exchange(is_used_up, false))
      return std::vector<JoinedPlace>(users.size(), {.outcome = JoinedPlace::Outcome::needs_mark});
    return std::vector<JoinedPlace>(users.size(), {.number = {21}, .is_new = true, .was_admitted = lets_in});
  }
  std::vector<Standing> claim(ConcertId, const RoomRules&, std::span<const Ticket> tickets, TimePoint) override {
    require();
    return std::vector<Standing>(tickets.size(), {.was_admitted = lets_in});
  }
  void leave(ConcertId, std::span<const Ticket>, TimePoint) override { require(); }
  void finish(ConcertId, std::span<const EndedPlace>, TimePoint) override { require(); }
  void touch(ConcertId, const RoomRules&, std::span<const Sign>, TimePoint) override { require(); }
  std::shared_ptr<const Board> tick(ConcertId concert, const RoomRules&, const RoomMarks&, TimePoint) override {
    return board(concert);
  }
  std::shared_ptr<const Board> board(ConcertId) override {
    require();
    return std::make_shared<const Board>(shown);
  }
  void fence(ConcertId, const RoomRules&, const Fence& fence, TimePoint) override {
    ++fences;
    called = fence.called;
    shown.epoch = fence.marks.epoch;
    needs_fence = false;
  }

 private:
  void require() const {
    if (is_away) throw Unavailable("redis", "away");
    if (needs_fence) throw RoomNeedsFence();
  }
};

class Marks final : public QueueMarks {
 public:
  bool is_away = false;
  int asked = 0;

  RoomMarks stored{.epoch = 0};

  RoomMarks update(ConcertId, const Change& change) override {
    if (const auto next = change(stored)) stored = *next;
    return stored;
  }
  std::vector<EndedPlace> completed(ConcertId, TimePoint) override { return {}; }
  std::vector<InsidePlace> holding(ConcertId, TimePoint) override { return {}; }
  Made made_with(ConcertId, TicketNumber, UserId, TimePoint) override {
    ++asked;
    if (is_away) throw Unavailable("store", "away");
    return {.holds_until = {}, .has_paid = true};
  }
};

// Takes nothing, and remembers with which traces it was asked.
struct TracedCommits final : Commits {
  std::vector<std::string> traces;
  void submit(std::unique_ptr<Command> command, CommandClass) override {
    traces.push_back(command->traceparent);
    command->complete(CommitStatus::dropped);
  }
  bool is_full_for(CommandClass) const override { return false; }
  bool store_is_up() const override { return true; }
};

struct SharedRoom : testing::Test {
  Room room;
  Marks marks;
  TracedCommits commits;
  ManualClock clock{kNow};
  Metrics metrics;
  SharedRooms rooms{room, marks, commits, clock, metrics};
  const std::shared_ptr<SharedQueue> queue =
      rooms.queue({.id = {1}, .title = "Rooms", .artist = {}, .venue = {}, .booking = {}, .queue = {.max_active = 3}}, {});

  static Ticket ticket(std::int64_t number) {
    return {
        .concert = {1}, .number = {number}, .user = {100 + number}, .issued_at = kNow, .expires_at = kNow + std::chrono::hours{1}};
  }
  TicketView look(std::int64_t number) { return queue->look(ticket(number), kNow, 0); }
  // As a poll does: what it was answered by the room, if the room had to be asked.
  Result<Nothing> poll(std::int64_t number) {
    Result<Nothing> answer{Nothing{}};
    if (look(number).may_claim)
      queue->submit_claim(ticket(number), kTrace, [&](Result<Nothing> told) { answer = std::move(told); });
    rooms.run_once(false);
    return answer;
  }
};

// A pod that has just started would otherwise show the ticket's number as its position.
TEST_F(SharedRoom, TellsNobodyAPositionBeforeItHasSeenTheBoard) {
  ASSERT_TRUE(poll(12));
  EXPECT_EQ(look(12).position, 7);
}

TEST_F(SharedRoom, RefusesRatherThanGuessWhenItHasNeverSeenTheBoard) {
  room.is_away = true;
  const auto answer = poll(12);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::store_unavailable);
}

TEST_F(SharedRoom, JoinsAreShownBehindThoseWhoAreThere) {
  queue->submit_join({7}, {}, kTrace, [](Result<JoinOutcome>) {});
  rooms.run_once(false);
  EXPECT_EQ(look(21).position, 16);
}

TEST_F(SharedRoom, AnAdmissionIsToldWithTheTraceOfItsRequest) {
  ASSERT_TRUE(poll(4));
  EXPECT_THAT(commits.traces, testing::IsEmpty()) << "nobody was let in";
  room.lets_in = true;
  ASSERT_TRUE(poll(4));
  queue->submit_join({7}, {}, "", [](Result<JoinOutcome>) {});
  queue->submit_join({8}, {}, kTrace, [](Result<JoinOutcome>) {});
  rooms.run_once(false);
  EXPECT_THAT(commits.traces, testing::ElementsAre(kTrace, "", kTrace));
}

TEST_F(SharedRoom, IsAwayUntilItHasAnsweredAgain) {
  rooms.run_once(true);
  room.is_away = true;
  rooms.run_once(true);
  EXPECT_FALSE(rooms.is_up());
  EXPECT_EQ(look(4).status, TicketStatus::active) << "was called, and cannot claim";
  rooms.run_once(false);  // asks nothing
  EXPECT_FALSE(rooms.is_up());
  EXPECT_EQ(look(4).status, TicketStatus::active);
  room.is_away = false;
  rooms.run_once(true);
  EXPECT_TRUE(rooms.is_up());
  EXPECT_EQ(look(4).status, TicketStatus::waiting);
}

TEST_F(SharedRoom, IsFencedByOnePod) {
  rooms.run_once(true);
  room.needs_fence = true;
  rooms.run_once(true);
  EXPECT_EQ(room.fences, 1);
  EXPECT_EQ(marks.stored.epoch, 1);
  room.needs_fence = true;
  marks.stored.epoch = 2;  // another pod is about to do it
  rooms.run_once(true);
  rooms.run_once(true);
  EXPECT_EQ(room.fences, 1) << "each passes over a block of numbers";
  EXPECT_EQ(marks.stored.epoch, 2);
  EXPECT_EQ(queue->marks().epoch, 2);
  EXPECT_TRUE(test::eventually([&] {  // that one has died
    rooms.run_once(true);
    return room.fences == 2;
  }));
  EXPECT_EQ(marks.stored.epoch, 3);
}

TEST_F(SharedRoom, OfANewConcertIsFencedByOnePod) {
  room.needs_fence = true;
  marks.stored = {.epoch = 1, .tail = 10'000};  // another pod is about to do it, and we had not asked before
  rooms.run_once(true);
  EXPECT_EQ(room.fences, 0);
  EXPECT_EQ(marks.stored.epoch, 1);
  room.needs_fence = false;
  rooms.run_once(true);
  EXPECT_TRUE(rooms.is_up());
  room.needs_fence = true;  // forgotten later
  EXPECT_TRUE(test::eventually([&] {
    rooms.run_once(true);
    return room.fences == 1;
  }));
}

TEST_F(SharedRoom, ReservesCallsForSomeSeconds) {
  marks.stored = {.epoch = 1, .tail = 100'000, .front = 5};
  room.shown.front_mark = 5;
  rooms.run_once(true);
  EXPECT_EQ(marks.stored.front, 6 + 5 * 100) << "five seconds of a hundred each";
  EXPECT_EQ(marks.stored.tail, 100'000);
  room.shown.front_mark = marks.stored.front;
  room.shown.front = 200;
  rooms.run_once(true);
  EXPECT_EQ(marks.stored.front, 506) << "more than half is left";
  room.shown.front = 400;
  room.shown.next_call = 9'000;
  rooms.run_once(true);
  EXPECT_EQ(marks.stored.front, 9'500) << "those who are dead are called past";
}

TEST_F(SharedRoom, ReservesNoCallsWhileNobodyCanBeCalled) {
  marks.stored = {.epoch = 1, .tail = 100'000, .front = 5};
  room.shown.front_mark = 5;
  Concert concert{.id = {1}, .title = "Rooms", .artist = {}, .venue = {}, .booking = {}, .queue = {.max_active = 3}};
  concert.booking.opens_at = kNow + std::chrono::seconds{2};
  queue->change_concert(concert);
  rooms.run_once(true);
  room.needs_fence = true;
  rooms.run_once(true);
  EXPECT_EQ(room.fences, 1);
  EXPECT_EQ(room.called, 5) << "a failover calls nobody";
  EXPECT_EQ(marks.stored.front, 5);
  clock.advance(std::chrono::seconds{1});
  room.shown.calm_until = kNow + std::chrono::seconds{3};
  rooms.run_once(true);
  EXPECT_EQ(marks.stored.front, 5) << "nobody is called so soon after it";
  clock.advance(std::chrono::seconds{1});
  rooms.run_once(true);
  EXPECT_EQ(marks.stored.front, 506);
  concert.queue.enabled = false;
  queue->change_concert(concert);
  room.shown.front = room.shown.front_mark = 506;
  rooms.run_once(true);
  EXPECT_EQ(marks.stored.front, 506);
}

// Many more may have joined since the last board, through other pods.
TEST_F(SharedRoom, NumbersAreReservedWhenTheRoomSaysThatNoneIsLeft) {
  marks.stored = {.epoch = 1, .tail = 10'000, .front = 0};
  room.shown.tail_mark = 10'000;
  rooms.run_once(true);
  ASSERT_EQ(queue->marks().tail, 10'000);
  room.is_used_up = true;
  queue->submit_join({7}, {}, {}, [](const Result<JoinOutcome>& joined) { EXPECT_TRUE(joined); });
  rooms.run_once(false);
  EXPECT_EQ(marks.stored.tail, 20'000);
}

TEST_F(SharedRoom, GoesOnWhileTheStoreIsAway) {
  rooms.run_once(true);
  marks.is_away = true;
  queue->hold_ended({3}, {103});
  EXPECT_TRUE(poll(4)) << "the store is not asked for a place";
  EXPECT_TRUE(rooms.is_up());
  marks.is_away = false;
  rooms.run_once(false);
  EXPECT_EQ(marks.asked, 2) << "what became of the hold is asked again";
  EXPECT_EQ(look(3).status, TicketStatus::completed);
}

}  // namespace
}  // namespace frontrow
