// What a pod says of a queue that all pods share: by the last board, and by what it was told itself since.
#include "app/queue/shared_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/no_room.hpp"

#include "app/commit/commits.hpp"

namespace frontrow {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint kNow{std::chrono::hours{500'000}};
constexpr QueueLimits kLimits{.active = seconds{600}, .idle = seconds{120}, .return_window = seconds{600}};

struct TheSharedQueue : testing::Test {
  NoCommits commits;
  int woken = 0;
  Concert concert{.id = {1}, .title = "Q", .artist = {}, .venue = {}, .booking = {}, .queue = {.max_active = 3}};
  std::shared_ptr<SharedQueue> queue = std::make_shared<SharedQueue>(concert, kLimits, commits, [this] { ++woken; });

  static UserId user_of(std::int64_t number) { return {100 + number}; }
  static Ticket ticket(std::int64_t number) {
    return {.concert = {1}, .number = {number}, .user = user_of(number), .issued_at = kNow, .expires_at = kNow + minutes{600}};
  }
  static InsidePlace inside(std::int64_t number, TimePoint admitted = kNow) {
    return {.number = {number}, .user = user_of(number), .issued_at = kNow, .admitted_at = admitted, .seen_at = admitted};
  }
  // 1 … front were called, of them `in` are inside; up to the tail they wait, but for those `gone`.
  void show(std::int64_t tail, std::int64_t front, const std::vector<InsidePlace>& in = {},
            const std::vector<std::int64_t>& gone = {}, TimePoint at = kNow, std::uint16_t epoch = 1) {
    NumberSet left;
    for (const std::int64_t number : gone) left.insert(number);
    queue->show(std::make_shared<const Board>(Board{.epoch = epoch,
                                                    .tail = tail,
                                                    .front = front,
                                                    .published_at = at,
                                                    .gone = std::make_shared<const NumberSet>(left),
                                                    .inside = std::make_shared<const std::vector<InsidePlace>>(in)}));
  }
  TicketView look(std::int64_t number, TimePoint at = kNow) { return queue->look(ticket(number), at, 0); }
  std::optional<ErrorCode> refusal(std::int64_t number, Purpose purpose, TimePoint at = kNow) {
    const auto refused = queue->refuse_entry(ticket(number), purpose, at, 0);
    return refused ? std::optional{refused->code} : std::nullopt;
  }
};

TEST_F(TheSharedQueue, TellsPlacesFromTheBoard) {
  show(20, 5, {inside(2)}, {7});
  EXPECT_EQ(look(2).status, TicketStatus::active);
  EXPECT_EQ(look(2).expires_at, kNow + kLimits.active);
  EXPECT_EQ(look(10).position, 4) << "6, 8 and 9 are ahead";
  EXPECT_FALSE(look(10).may_claim);
  EXPECT_TRUE(look(4).may_claim) << "called and not inside: the room is asked";
  const QueueCounts counts = queue->counts();
  EXPECT_EQ(counts.waiting, 14);
  EXPECT_EQ(counts.active, 1);
  EXPECT_EQ(refusal(10, Purpose::look), ErrorCode::queue_token_not_active);
  EXPECT_EQ(refusal(2, Purpose::hold), std::nullopt);
}

// Or the room would take them for dead when the doors open.
TEST_F(TheSharedQueue, ForgottenNumbersRegisterAgainBeforeBookingOpensToo) {
  concert.booking.opens_at = kNow + minutes{60};
  queue->change_concert(concert);
  queue->show(std::make_shared<const Board>(Board{.epoch = 2,
                                                  .tail = 20,
                                                  .front = 0,
                                                  .published_at = kNow,
                                                  .lost = {{.after = 4, .last = 20}},
                                                  .lost_until = kNow + seconds{45}}));
  EXPECT_FALSE(look(4).may_claim);
  EXPECT_TRUE(look(5).may_claim);
  EXPECT_TRUE(look(20).may_claim);
  EXPECT_EQ(look(20).position, 20) << "and nobody's position has changed";
}

TEST_F(TheSharedQueue, ATicketOfAnotherUserWithTheSameNumberIsNotInside) {
  show(20, 5, {inside(2)});
  Ticket other = ticket(2);
  other.user = {999};
  EXPECT_EQ(queue->look(other, kNow, 0).status, TicketStatus::waiting);
}

TEST_F(TheSharedQueue, KnowsItsOwnJoinsBeforeTheNextBoard) {
  show(0, 0);
  queue->placed({.number = {1}, .is_new = true, .was_admitted = true, .inside = inside(1)});
  queue->placed({.number = {2}, .is_new = true, .was_admitted = true, .inside = inside(2)});
  queue->placed({.number = {3}, .is_new = true});
  queue->placed({.number = {4}, .is_new = true});
  EXPECT_EQ(look(1).status, TicketStatus::active);
  EXPECT_EQ(look(3).position, 1) << "nobody is ahead of whom room was found";
  EXPECT_EQ(look(4).position, 2);
  EXPECT_EQ(queue->counts().active, 2);
  EXPECT_EQ(queue->counts().waiting, 2);
  show(4, 2, {inside(1), inside(2)});
  EXPECT_EQ(queue->counts().active, 2) << "and nobody is counted twice after it";
  EXPECT_EQ(look(4).position, 2);
}

TEST_F(TheSharedQueue, KnowsWhoLeftThroughItBeforeTheNextBoard) {
  show(20, 5, {inside(2)}, {7});
  for (const std::int64_t number : {9, 6, 6, 7, 2}) queue->ended({number}, TicketStatus::expired);
  EXPECT_EQ(look(10).position, 2) << "8 is ahead";
  EXPECT_EQ(look(8).position, 1);
  EXPECT_EQ(queue->counts().waiting, 12);
  EXPECT_EQ(queue->counts().active, 0);
  EXPECT_EQ(look(9).status, TicketStatus::expired);
  show(20, 5, {}, {6, 7, 9});
  EXPECT_EQ(look(10).position, 2) << "they are not taken off twice";
  EXPECT_EQ(queue->counts().waiting, 12);
}

TEST_F(TheSharedQueue, RemembersHowATicketEndedUntilItIsInsideAgain) {
  show(20, 5, {inside(2)});
  queue->ended({2}, TicketStatus::completed);
  EXPECT_EQ(look(2).status, TicketStatus::completed);
  EXPECT_EQ(refusal(2, Purpose::look), ErrorCode::queue_token_completed);
  EXPECT_EQ(queue->refuse_ended({2})->code, ErrorCode::queue_token_completed);
  EXPECT_FALSE(queue->refuse_ended({3}));
  queue->stands(ticket(3), {.status = TicketStatus::expired, .inside = {}});
  EXPECT_EQ(look(3).status, TicketStatus::expired);
  queue->stands(ticket(3), {.status = TicketStatus::active, .was_admitted = true, .inside = inside(3)});
  EXPECT_EQ(look(3).status, TicketStatus::active);
}

TEST_F(TheSharedQueue, ACompletedTicketIsRefusedWhateverAnOlderBoardSaysOfItsHold) {
  InsidePlace holder = inside(2);
  holder.holds_until = kNow + seconds{300};
  show(20, 5, {holder});
  queue->ended({2}, TicketStatus::completed);
  EXPECT_EQ(refusal(2, Purpose::look), ErrorCode::queue_token_completed);
  show(20, 5, {holder});
  queue->stands(ticket(2), {.status = TicketStatus::active, .inside = holder});
  queue->ended({2}, TicketStatus::expired);
  EXPECT_EQ(refusal(2, Purpose::look), std::nullopt) << "who left may look while a hold lives";
  EXPECT_EQ(refusal(2, Purpose::hold), ErrorCode::queue_token_expired);
}

TEST_F(TheSharedQueue, IdlingEndsTheRightToHoldAndALiveHoldKeepsTheRest) {
  show(20, 5, {inside(2), inside(3)});
  queue->hold_began({3}, kNow + seconds{300});
  const TimePoint idle = kNow + kLimits.idle;
  EXPECT_EQ(look(2, idle).status, TicketStatus::expired);
  EXPECT_EQ(look(3, idle).status, TicketStatus::active);
  EXPECT_EQ(refusal(3, Purpose::look, idle), std::nullopt);
  EXPECT_EQ(refusal(3, Purpose::hold, idle), ErrorCode::queue_token_expired);
  EXPECT_EQ(look(3, kNow + seconds{300}).status, TicketStatus::expired) << "and the hold is over";
}

TEST_F(TheSharedQueue, WithTheQueueOffEveryTicketIsGood) {
  show(20, 5);
  concert.queue.enabled = false;
  queue->change_concert(concert);
  EXPECT_EQ(look(10).status, TicketStatus::active);
  EXPECT_EQ(refusal(10, Purpose::hold), std::nullopt);
  concert.booking.closes_at = kNow;
  queue->change_concert(concert);
  EXPECT_EQ(look(10).status, TicketStatus::expired);
}

TEST_F(TheSharedQueue, WhileTheRoomIsAwayWhoeverWasCalledMayBuy) {
  show(20, 5, {inside(2)});
  queue->ended({4}, TicketStatus::expired);
  queue->set_away(true);
  EXPECT_EQ(refusal(5, Purpose::hold), std::nullopt);
  EXPECT_EQ(refusal(4, Purpose::hold), ErrorCode::queue_token_expired) << "known to be out";
  EXPECT_EQ(refusal(6, Purpose::hold), ErrorCode::queue_token_not_active);
  EXPECT_TRUE(queue->knows(ticket(5), kNow));
  queue->set_away(false);
  EXPECT_FALSE(queue->knows(ticket(5), kNow)) << "the room can say";
  EXPECT_TRUE(queue->knows(ticket(6), kNow));
  EXPECT_FALSE(queue->knows(ticket(21), kNow)) << "given by another pod since the board";
}

TEST_F(TheSharedQueue, AnOlderBoardIsNotShownAndOneOfAnotherEpochIs) {
  show(20, 5, {}, {}, kNow);
  show(10, 2, {}, {}, kNow - seconds{1});
  EXPECT_EQ(queue->counts().tail, 20);
  show(30, 25, {}, {}, kNow - seconds{1}, 2);
  EXPECT_EQ(queue->counts().tail, 30);
}

TEST_F(TheSharedQueue, GathersWhatIsAskedAndSignsOfLifeForTheTick) {
  show(2'000, 5, {inside(2)});
  std::vector<std::string> told;
  queue->submit_join({7}, {}, {}, [&](Result<JoinOutcome>) { told.emplace_back("join"); });
  queue->submit_claim(ticket(3), {}, [&](Result<Nothing>) { told.emplace_back("claim"); });
  queue->submit_ask(ticket(4), [&](Result<Nothing>) { told.emplace_back("ask"); });
  queue->submit_leave(ticket(6), [&](Result<Nothing>) { told.emplace_back("leave"); });
  queue->hold_began({2}, kNow + seconds{300});
  queue->hold_ended({2}, user_of(2));
  EXPECT_EQ(woken, 5) << "a hold that begins can wait for the tick";
  look(2);
  look(6);
  look(1'999);
  auto first = queue->take(false);
  EXPECT_THAT(first.joins, SizeIs(1));
  ASSERT_THAT(first.claims, SizeIs(2));
  EXPECT_TRUE(first.claims[0].may_admit);
  EXPECT_FALSE(first.claims[1].may_admit);
  EXPECT_THAT(first.leaves, SizeIs(1));
  ASSERT_THAT(first.freed, SizeIs(1));
  EXPECT_THAT(first.signs, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
  queue->put_back(std::move(first.freed));
  const auto second = queue->take(true);
  EXPECT_THAT(second.freed, SizeIs(1)) << "could not be carried, so it is taken again";
  std::vector<std::int64_t> signs;
  for (const Sign& sign : second.signs) signs.push_back(sign.number.value);
  EXPECT_THAT(signs, ElementsAre(2, 6)) << "who is far away is not reported";
  EXPECT_EQ(second.signs[0].holds_until, kNow + seconds{300});
  EXPECT_GT(second.signs[1].back_by, kNow);
  EXPECT_TRUE(queue->take(true).is_empty());
}

TEST_F(TheSharedQueue, RefusesMoreThanItMayGather) {
  int refused = 0;
  for (int i = 0; i < 20'001; ++i)
    queue->submit_claim(ticket(i + 1), {}, [&](const Result<Nothing>& answer) { refused += !answer.has_value(); });
  EXPECT_EQ(refused, 1);
  EXPECT_TRUE(queue->is_overloaded());
  queue->take(false);
  EXPECT_FALSE(queue->is_overloaded());
}

TEST_F(TheSharedQueue, RemembersWhereTheFrontWas) {
  show(900, 10, {}, {}, kNow);
  show(900, 50, {}, {}, kNow + minutes{5});
  show(900, 90, {}, {}, kNow + minutes{10});
  EXPECT_EQ(queue->called_before(kNow - seconds{1}), 0);
  EXPECT_EQ(queue->called_before(kNow + minutes{7}), 50);
  EXPECT_EQ(queue->called_before(kNow + minutes{11}), 90);
}

}  // namespace
}  // namespace frontrow
