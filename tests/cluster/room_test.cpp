// The waiting room in Redis, told as stories. Its rules are those of app/queue/concert_queue; room_crowd_test.cpp compares the two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/room_story.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using enum TicketStatus;

constexpr QueueSettings kOnePlace{.max_active = 1, .admissions_per_second = 100};

struct RedisRoom : testing::Test {
  redis::Client client{redis_settings()};
};

// Joining.

TEST_F(RedisRoom, AdmitsAtOnceWhenNobodyWaitsAndThereIsRoom) {
  RoomStory story(client);
  const JoinedPlace place = story.try_join({7});
  EXPECT_EQ(place.number, TicketNumber{1});
  EXPECT_TRUE(place.is_new);
  EXPECT_TRUE(place.was_admitted);
  ASSERT_TRUE(place.inside);
  EXPECT_EQ(*place.inside,
            (InsidePlace{.number = {1}, .user = {7}, .issued_at = story.now, .admitted_at = story.now, .seen_at = story.now}));
  EXPECT_THAT(*story.board()->inside, ElementsAre(*place.inside));
}

TEST_F(RedisRoom, GivesTheSamePlaceHoweverOften) {
  RoomStory story(client, kOnePlace);
  story.now += milliseconds{789};
  const Ticket inside = story.join(7), waiting = story.join(8);
  EXPECT_EQ(inside.issued_at, story.now - milliseconds{789}) << "whole seconds";
  story.now += seconds{5};
  EXPECT_EQ(story.join(7), inside);
  EXPECT_EQ(story.join(8), waiting);
  EXPECT_FALSE(story.try_join({8}).is_new);
  EXPECT_TRUE(story.try_join({7}).inside);
  EXPECT_EQ(story.board()->tail, 2);
}

TEST_F(RedisRoom, GivesOnePlaceToAUserWhoIsTwiceInABatch) {
  RoomStory story(client, kOnePlace);
  const std::vector<UserId> users{{7}, {8}, {7}, {9'007'199'254'740'991}};
  const auto places = story.room().join(story.concert, story.rules, story.marks, users, story.now);
  EXPECT_EQ(places[0].number, places[2].number);
  EXPECT_TRUE(places[0].is_new);
  EXPECT_FALSE(places[2].is_new);
  EXPECT_EQ(places[1].number, TicketNumber{2});
  EXPECT_FALSE(places[1].inside) << "the one place went to the first of the batch";
  EXPECT_EQ(places[3].number, TicketNumber{3});
  EXPECT_EQ(story.join(9'007'199'254'740'991).number, TicketNumber{3}) << "the largest id is kept exactly";
}

TEST_F(RedisRoom, GivesTicketsButAdmitsNobodyBeforeBookingOpens) {
  RoomStory story(client);
  story.rules.booking.opens_at = story.now + seconds{100};
  const Ticket ticket = story.join(7);
  EXPECT_GE(story.board()->estimated_wait(ticket.number, story.rules, story.now), seconds{100});
  story.now += milliseconds{99'999};
  EXPECT_EQ(story.tick()->front, 0);
  story.now += milliseconds{200};
  story.tick();
  EXPECT_EQ(story.poll(ticket).status, active);
}

TEST_F(RedisRoom, RefusesJoinsAfterBookingHasClosedExceptOfThoseWhoHaveAPlace) {
  RoomStory story(client, kOnePlace);
  const Ticket inside = story.join(7), waiting = story.join(8);
  story.rules.booking.closes_at = story.now;
  EXPECT_EQ(story.join(7), inside);
  EXPECT_EQ(story.join(8), waiting);
  EXPECT_EQ(story.try_join({9}).outcome, JoinedPlace::Outcome::closed);
  story.leave(inside);
  story.now += seconds{1};
  EXPECT_EQ(story.tick()->front, 1) << "nobody is called any more";
}

TEST_F(RedisRoom, GivesNoNumberAboveTheMark) {
  RoomStory story(client, kOnePlace);
  story.marks = {.epoch = 1, .tail = RoomStory::kBlock, .front = RoomStory::kBlock};
  std::vector<UserId> users;
  for (std::int64_t i = 1; i <= RoomStory::kBlock + 2; ++i) users.push_back({i});
  const auto places = story.room().join(story.concert, story.rules, story.marks, users, story.now);
  EXPECT_EQ(std::ranges::count(places, JoinedPlace::Outcome::needs_mark, &JoinedPlace::outcome), 2);
  EXPECT_EQ(places.back().outcome, JoinedPlace::Outcome::needs_mark);
  EXPECT_EQ(story.board()->tail, RoomStory::kBlock);
  const UserId user = users.back();
  const auto join_with = [&](std::uint16_t epoch) {
    const RoomMarks marks{.epoch = epoch, .tail = 5'000, .front = 5'000};
    return story.room().join(story.concert, story.rules, marks, std::span(&user, 1), story.now)[0].outcome;
  };
  EXPECT_EQ(join_with(0), JoinedPlace::Outcome::needs_mark) << "marks from before the fence are passed over";
  EXPECT_THROW(join_with(2), RoomNeedsFence) << "somebody has reserved for a fence, and not fenced";
  EXPECT_EQ(story.join(RoomStory::kBlock + 2).number, TicketNumber{RoomStory::kBlock + 1});
}

TEST_F(RedisRoom, CallsNobodyAboveTheMark) {
  RoomStory story(client, {.max_active = 500, .admissions_per_second = 1'000});
  story.rules.booking.opens_at = story.now + seconds{1};
  for (int user = 1; user <= 30; ++user) story.join(user);
  story.now += seconds{1};
  ask(client, {"HSET", "queue:concert:{" + std::to_string(story.concert.value) + "}:state", "front_mark", "20"});
  EXPECT_EQ(story.room().tick(story.concert, story.rules, {}, story.now)->front, 20);
  story.now += seconds{1};
  EXPECT_EQ(story.tick()->front, 30) << "and goes on with a higher mark";
}

TEST_F(RedisRoom, SaysWhoIsNextWhoeverIsDeadAboveTheMark) {
  RoomStory story(client, {.max_active = 500, .admissions_per_second = 1'000});
  story.rules.booking.opens_at = story.now + seconds{1};
  std::vector<Ticket> people;
  for (int user = 1; user <= 30; ++user) people.push_back(story.join(user));
  for (int user = 5; user <= 25; ++user) story.leave(people[user - 1]);
  story.now += seconds{1};
  ask(client, {"HSET", "queue:concert:{" + std::to_string(story.concert.value) + "}:state", "front_mark", "10"});
  const auto board = story.room().tick(story.concert, story.rules, {}, story.now);
  EXPECT_EQ(board->front, 10) << "the dead are called past, up to the mark";
  EXPECT_EQ(board->next_call, 26);
}

// Being called and coming in.

TEST_F(RedisRoom, CallsInOrderAsPlacesBecomeFree) {
  RoomStory story(client, kOnePlace);
  const Ticket first = story.join(1), second = story.join(2), third = story.join(3);
  EXPECT_EQ(story.poll(second).position, 1);
  EXPECT_EQ(story.poll(third).position, 2);
  story.leave(first);
  story.wait(milliseconds{200});
  EXPECT_EQ(story.board()->front, 2);
  EXPECT_EQ(story.claim(third).status, waiting) << "is not called";
  EXPECT_EQ(story.poll(second).status, active);
  EXPECT_EQ(story.poll(third).position, 1);
}

TEST_F(RedisRoom, SkipsThoseWhoLeftFreeOfCharge) {
  RoomStory story(client, kOnePlace);
  const Ticket inside = story.join(1);
  std::vector<Ticket> waiting;
  for (int user = 2; user <= 40; ++user) waiting.push_back(story.join(user));
  for (std::size_t i = 0; i + 1 < waiting.size(); ++i) story.leave(waiting[i]);
  EXPECT_EQ(story.poll(waiting.back()).position, 1) << "nobody is ahead";
  EXPECT_EQ(story.board()->waiting(), 1);
  story.leave(inside);
  story.wait(milliseconds{200});
  EXPECT_EQ(story.board()->front, 40);
  EXPECT_EQ(story.poll(waiting.back()).status, active);
  EXPECT_EQ(story.poll(waiting.front()).status, expired);
}

TEST_F(RedisRoom, HasOneTickIn200MsWhoeverTicks) {
  RoomStory story(client, kOnePlace);
  redis::WaitingRoom other_pod(client);
  const Ticket first = story.join(1);
  story.join(2);
  story.tick();
  story.leave(first);
  story.now += milliseconds{100};
  EXPECT_EQ(other_pod.tick(story.concert, story.rules, story.marks, story.now)->front, 1);
  story.now += milliseconds{100};
  EXPECT_EQ(other_pod.tick(story.concert, story.rules, story.marks, story.now)->front, 2);
}

TEST_F(RedisRoom, AdmitsNoFasterThanTheRate) {
  RoomStory story(client, {.max_active = 500, .admissions_per_second = 5});
  std::vector<Ticket> people;
  for (int user = 1; user <= 30; ++user) people.push_back(story.join(user));
  const auto inside = [&] {
    for (const Ticket& ticket : people) story.poll(ticket);
    return story.board()->inside->size();
  };
  EXPECT_EQ(inside(), 5u) << "a second's worth at once";
  story.wait(seconds{2});
  EXPECT_LE(inside(), 15u);
  story.wait(seconds{2});
  const auto after = inside();
  EXPECT_GE(after, 15u);
  EXPECT_LE(after, 25u);
}

TEST_F(RedisRoom, LoweringTheCapEvictsNobodyAndAdmitsNobodyUntilThereIsRoomAgain) {
  RoomStory story(client, {.max_active = 3, .admissions_per_second = 100});
  const std::vector<Ticket> inside{story.join(1), story.join(2), story.join(3)};
  const Ticket waiting_one = story.join(4);
  story.rules.settings.max_active = 1;
  story.leave(inside[0]);
  story.wait(seconds{1});
  EXPECT_EQ(story.poll(inside[1]).status, active);
  EXPECT_EQ(story.poll(waiting_one).status, waiting);
  story.leave(inside[1]), story.leave(inside[2]);
  story.wait(milliseconds{200});
  EXPECT_EQ(story.poll(waiting_one).status, active);
}

TEST_F(RedisRoom, KeepsAPlaceUntilThePromisedPollAndASecondMore) {
  RoomStory story(client, kOnePlace);
  const Ticket first = story.join(1), second = story.join(2), third = story.join(3);
  story.poll(second), story.poll(third);  // back in a second
  story.leave(first);
  story.wait(milliseconds{1'900});
  EXPECT_EQ(story.board()->front, 2) << "the place is kept for the second";
  story.wait(milliseconds{400});
  EXPECT_EQ(story.board()->front, 3) << "who has not come";
  EXPECT_EQ(story.poll(third).status, active);
  EXPECT_EQ(story.poll(second).status, waiting) << "came late, and there is no room";
}

TEST_F(RedisRoom, DoesNotWaitForPeopleWhoHaveBeenSilentForLong) {
  RoomStory story(client, kOnePlace);
  const Ticket first = story.join(1);
  for (int user = 2; user <= 20; ++user) story.join(user);
  const Ticket last = story.join(21);
  for (int i = 0; i < 20; ++i) story.wait(seconds{1}), story.poll(first), story.poll(last);
  story.leave(first);
  for (int i = 0; i < 10 && story.poll(last).status == waiting; ++i) story.wait(seconds{1});
  EXPECT_EQ(story.poll(last).status, active) << "nineteen who went away hold up nobody for two seconds each";
}

TEST_F(RedisRoom, KeepsThePlaceOfSomebodyFarWhenTheFrontJumps) {
  RoomStory story(client, {.max_active = 1, .admissions_per_second = 1});
  story.join(1);
  std::vector<Ticket> people;
  for (int user = 2; user <= 400; ++user) people.push_back(story.join(user));
  const Ticket far = people.back();
  story.wait(seconds{1});
  const Duration told = story.poll(far).poll_after;
  EXPECT_EQ(told, seconds{30});
  story.rules.settings = {.max_active = 400, .admissions_per_second = 1'000};
  story.wait(seconds{3});
  EXPECT_EQ(story.board()->front, 400) << "called at once";
  for (int user = 1'001; user <= 1'500; ++user) story.join(user);
  story.wait(told - seconds{4});
  for (int user = 2'001; user <= 2'500; ++user)
    story.join(user);  // there is no room for all of them: a place is kept for the far one
  EXPECT_EQ(story.poll(far).status, active) << "who polls as told is let in";
}

TEST_F(RedisRoom, LetsACalledPlaceLapseTenMinutesAfterTheCall) {
  RoomStory story(client, kOnePlace);
  const Ticket first = story.join(1), second = story.join(2);
  story.leave(first);
  story.wait(seconds{598});
  EXPECT_EQ(story.poll(second).status, active) << "late, and there is room";
  story.leave(second);
  const Ticket third = story.join(3), fourth = story.join(4);
  EXPECT_EQ(story.poll(third).status, active);
  story.leave(third);
  story.wait(seconds{605});
  EXPECT_EQ(story.poll(fourth).status, expired);
  EXPECT_NE(story.join(4).number, fourth.number);
}

TEST_F(RedisRoom, StaysWithACalledPersonWhoKeepsPollingAndIsNotLetIn) {
  RoomStory story(client, kOnePlace);
  const Ticket first = story.join(1), second = story.join(2), third = story.join(3);
  story.poll(second), story.poll(third);
  story.leave(first);
  story.wait(seconds{3});
  EXPECT_EQ(story.poll(third).status, active);
  for (int i = 0; i < 700; ++i) {
    story.now += seconds{1};
    story.tick();
    story.poll(third);
    ASSERT_NE(story.poll(second).status, expired) << i;
    if (story.poll(second).status == active) break;
  }
  EXPECT_EQ(story.poll(third).status, expired) << "ten minutes after admission";
  EXPECT_EQ(story.poll(second).status, active);
}

// Being inside and the end.

TEST_F(RedisRoom, EndsAnActiveTicketTwoMinutesAfterTheLastRequest) {
  RoomStory story(client);
  const Ticket ticket = story.join(1);
  story.wait(seconds{119});
  EXPECT_EQ(story.poll(ticket).status, active);
  story.wait(seconds{119});
  EXPECT_EQ(story.poll(ticket).status, active);
  story.wait(seconds{121});
  EXPECT_EQ(story.poll(ticket).status, expired);
  EXPECT_TRUE(story.board()->inside->empty());
}

TEST_F(RedisRoom, DoesNotReviveWhomLookingDuringAHoldIsAllTheyMay) {
  RoomStory story(client);
  const Ticket ticket = story.join(1);
  story.hold(ticket, 1, seconds{300});
  story.wait(seconds{150});
  EXPECT_EQ(story.poll(ticket).status, active) << "a live hold keeps the ticket";
  const InsidePlace inside = *story.board()->find(ticket.number);
  EXPECT_LT(inside.may_hold_until({}), story.now) << "but not the right to hold again";
  story.wait(seconds{151});
  EXPECT_EQ(story.poll(ticket).status, expired);
}

TEST_F(RedisRoom, CompletesByPaymentAndNeverComesBack) {
  RoomStory story(client, kOnePlace);
  const Ticket first = story.join(1), second = story.join(2);
  story.hold(first, 1);
  story.pay(1);
  EXPECT_EQ(story.poll(first).status, completed);
  story.wait(milliseconds{200});
  EXPECT_EQ(story.poll(second).status, active) << "the place was free at once";
  EXPECT_EQ(story.claim(first).status, completed);
  const Ticket again = story.join(1);
  EXPECT_EQ(again.number, TicketNumber{3});
  EXPECT_EQ(story.poll(first).status, completed) << "also after joining again";
  const EndedPlace late{.number = first.number, .user = first.user, .was_paid = true};
  story.room().finish(story.concert, std::span(&late, 1), story.now);
  EXPECT_EQ(story.poll(again).status, waiting) << "an old ticket's end is not the new one's";
}

TEST_F(RedisRoom, CompletesByPaymentWhatHadExpired) {
  RoomStory story(client);
  const Ticket ticket = story.join(1);
  story.leave(ticket);
  EXPECT_EQ(story.poll(ticket).status, expired);
  const EndedPlace paid{.number = ticket.number, .user = ticket.user, .was_paid = true};
  story.room().finish(story.concert, std::span(&paid, 1), story.now);
  EXPECT_EQ(story.poll(ticket).status, completed);
}

TEST_F(RedisRoom, IsNoOnesButTheOwners) {
  RoomStory story(client);
  Ticket ticket = story.join(1);
  ticket.user = {2};
  EXPECT_EQ(story.claim(ticket).status, expired);
  story.leave(ticket);
  EXPECT_EQ(story.board()->inside->size(), 1u);
}

TEST_F(RedisRoom, SwitchedOffEndsNobodyAndCallsNobody) {
  RoomStory story(client, kOnePlace);
  const Ticket inside = story.join(1), behind = story.join(2);
  story.rules.settings.enabled = false;
  story.wait(seconds{700});
  EXPECT_EQ(story.poll(behind).status, waiting);
  EXPECT_EQ(story.claim(inside).status, active);
  EXPECT_EQ(story.board()->front, 1);
  EXPECT_EQ(story.claim(behind).status, waiting) << "as good as ACTIVE then";
}

// Boards.

TEST_F(RedisRoom, ShowsEveryPodTheSameBoard) {
  RoomStory story(client, {.max_active = 20, .admissions_per_second = 1'000});
  redis::WaitingRoom other_pod(client);
  std::vector<Ticket> people;
  for (int user = 1; user <= 60; ++user) people.push_back(story.join(user));
  other_pod.board(story.concert);
  for (int i = 0; i < 60; i += 7) story.leave(people[static_cast<std::size_t>(i)]);
  story.hold(people[1], 1), story.pay(1);
  story.hold(people[2], 2);
  story.wait(milliseconds{200});
  const auto mine = story.board(), theirs = other_pod.board(story.concert), fresh = redis::WaitingRoom(client).board(story.concert);
  for (const auto& board : {theirs, fresh}) {
    EXPECT_EQ(*board->inside, *mine->inside);
    EXPECT_EQ(board->front, mine->front);
    EXPECT_EQ(board->tail, 60);
    for (const Ticket& ticket : people) EXPECT_EQ(board->position(ticket.number), mine->position(ticket.number));
  }
  EXPECT_EQ(mine->find(people[2].number)->holds_until, story.now - milliseconds{200} + seconds{300});
}

TEST_F(RedisRoom, ShowsAPodThatWasAwayForLongWhatItMissed) {
  RoomStory story(client, {.max_active = 20, .admissions_per_second = 1'000});
  redis::WaitingRoom other_pod(client);
  other_pod.board(story.concert);
  const Ticket ticket = story.join(1);
  for (int i = 0; i < 21'000; i += 500) {  // longer than the log
    std::vector<Sign> signs;
    for (int j = 0; j < 500; ++j) signs.push_back({.number = ticket.number, .seen_at = story.now + milliseconds{i + j + 1}});
    story.room().touch(story.concert, story.rules, signs, story.now);
  }
  story.now += milliseconds{21'000};
  story.tick();
  EXPECT_EQ(*other_pod.board(story.concert)->inside, *redis::WaitingRoom(client).board(story.concert)->inside);
}

TEST_F(RedisRoom, WorksAcrossTheEdgesOfItsBitmaps) {
  RoomStory story(client, {.max_active = 2, .admissions_per_second = 1'000});
  const std::string state = "queue:concert:{" + std::to_string(story.concert.value) + "}:state";
  ask(client, {"HSET", state, "tail", "65530", "front", "65530", "tail_mark", "70000", "front_mark", "70000"});
  const Ticket first = story.join(1), second = story.join(2);
  std::vector<Ticket> people;
  for (int user = 3; user <= 30; ++user) people.push_back(story.join(user));
  for (std::size_t i = 0; i + 1 < people.size(); ++i) story.leave(people[i]);
  EXPECT_EQ(story.poll(people.back()).position, 1);
  EXPECT_EQ(redis::WaitingRoom(client).board(story.concert)->position(people.back().number), 1);
  story.leave(first), story.leave(second);
  story.wait(milliseconds{400});
  EXPECT_EQ(story.board()->front, 65'560);
  EXPECT_EQ(story.poll(people.back()).status, active);
}

}  // namespace
}  // namespace frontrow::test
