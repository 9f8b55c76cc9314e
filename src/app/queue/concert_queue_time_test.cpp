// The effect of time on a ticket: promises, return windows, lapses, holds that keep it, payments that complete it, restarts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fakes/queue_story.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;
using enum TicketStatus;

constexpr QueueSettings kOnePlace{.max_active = 1, .admissions_per_second = 100};
constexpr QueueSettings kOff{.enabled = false, .max_active = 1, .admissions_per_second = 100};

// An active ticket.

TEST(AnActiveTicket, EndsTenMinutesAfterAdmissionHoweverBusy) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  const TimePoint end = story.now + seconds{600};
  while (story.now + seconds{60} < end) {
    story.wait(seconds{60});
    ASSERT_EQ(story.look(ticket).status, active);
    EXPECT_EQ(story.look(ticket).expires_at, end);
  }
  story.now = end - milliseconds{1};
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), std::nullopt);
  story.now = end;
  EXPECT_EQ(story.look(ticket).status, expired) << "also before a tick has ended it";
  EXPECT_EQ(story.refusal(ticket, Purpose::look), ErrorCode::queue_token_expired);
  EXPECT_EQ(story.queue().counts().active, 1);
  EXPECT_TRUE(story.tick());
  EXPECT_EQ(story.queue().counts().active, 0);
  EXPECT_THAT(story.stored(), IsEmpty());
}

TEST(AnActiveTicket, EndsTwoMinutesAfterTheLastRequest) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  story.now += seconds{119};
  EXPECT_EQ(story.refusal(ticket, Purpose::look), std::nullopt) << "a sign of life";
  story.now += seconds{120} - milliseconds{1};
  EXPECT_EQ(story.look(ticket).status, active);
  story.now += seconds{120};
  EXPECT_EQ(story.look(ticket).status, expired);
  EXPECT_EQ(story.look(ticket).status, expired) << "looking again does not bring it back";
}

TEST(AnActiveTicket, FreesItsPlaceWhenItLapses) {
  QueueStory story(kOnePlace);
  const Ticket first = story.join(1), second = story.join(2);
  story.now += seconds{120};
  story.tick();  // ends the first
  story.tick();  // calls the second
  EXPECT_EQ(story.look(first).status, expired);
  EXPECT_EQ(story.poll(second).status, active);
}

TEST(AnActiveTicket, IsToldToPollOftenEnoughToStayAlive) {
  for (const Duration idle : {seconds{120}, seconds{12}, seconds{2}}) {
    QueueStory story({}, {.active = seconds{600}, .idle = idle, .return_window = seconds{600}});
    const Ticket ticket = story.join(7);
    for (int i = 0; i < 20; ++i) {
      story.now += story.look(ticket).poll_after;
      ASSERT_EQ(story.look(ticket).status, active) << idle;
    }
  }
}

// Holds.

TEST(ALiveHold, KeepsTheTicketForLookingAndPayingButNotForHoldingAgain) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  story.hold(ticket, 1, seconds{300});
  const TimePoint hold_ends = story.now + seconds{300};
  story.now += seconds{120};  // idle for too long
  story.tick();
  EXPECT_EQ(story.look(ticket).status, active);
  EXPECT_EQ(story.look(ticket).expires_at, hold_ends) << "nothing but the hold keeps it now";
  EXPECT_EQ(story.refusal(ticket, Purpose::look), std::nullopt);
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), ErrorCode::queue_token_expired);
  story.now = hold_ends - milliseconds{1};
  EXPECT_EQ(story.refusal(ticket, Purpose::look), std::nullopt);
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), ErrorCode::queue_token_expired) << "looking did not bring back the right to hold";
  story.now = hold_ends;
  EXPECT_EQ(story.look(ticket).status, expired);
  story.tick();
  EXPECT_THAT(story.stored(), IsEmpty());
}

TEST(ALiveHold, KeepsTheTicketBeyondItsTenMinutes) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  const TimePoint admitted = story.now;
  while (story.now < admitted + seconds{599})
    story.now = std::min(story.now + seconds{60}, admitted + seconds{599}), story.look(ticket);
  story.hold(ticket, 1);
  EXPECT_EQ(story.look(ticket).expires_at, admitted + seconds{899});
  story.wait(seconds{299});
  EXPECT_EQ(story.refusal(ticket, Purpose::look), std::nullopt);
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), ErrorCode::queue_token_expired);
  story.wait(seconds{1});
  EXPECT_EQ(story.look(ticket).status, expired);
}

TEST(Paying, CompletesTheTicketAndFreesThePlaceAtOnce) {
  QueueStory story(kOnePlace);
  const Ticket ticket = story.join(1), next = story.join(2);
  story.hold(ticket, 1);
  story.pay(1);
  EXPECT_EQ(story.look(ticket).status, completed);
  EXPECT_EQ(story.refusal(ticket, Purpose::look), ErrorCode::queue_token_completed);
  EXPECT_EQ(story.queue().counts().active, 0);
  EXPECT_TRUE(story.queue().wants_tick(story.now));
  story.tick();
  EXPECT_THAT(story.stored(), SizeIs(1)) << "and its row is gone with the next tick";
  EXPECT_EQ(story.poll(next).status, active);
  story.tick();
  EXPECT_EQ(story.look(ticket).status, completed) << "for good";
}

TEST(Paying, LeavesTheTicketWhileAnotherHoldLives) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  story.hold(ticket, 1);
  story.hold(ticket, 2);
  story.pay(1);
  EXPECT_EQ(story.look(ticket).status, active);
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), std::nullopt);
  story.pay(2);
  EXPECT_EQ(story.look(ticket).status, completed);
}

TEST(Paying, CompletesTheTicketWhenTheOtherHoldEndsLater) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  story.hold(ticket, 1);
  story.hold(ticket, 2);
  story.pay(1);
  story.end_hold(2, false);
  EXPECT_EQ(story.look(ticket).status, completed) << "as it would be after a restart";
  EXPECT_EQ(story.queue().counts().active, 0);
}

TEST(Paying, WithATicketThatHasEndedCompletesIt) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  story.hold(ticket, 1);
  story.leave(ticket);
  EXPECT_EQ(story.look(ticket).status, expired);
  EXPECT_EQ(story.refusal(ticket, Purpose::look), std::nullopt) << "the live hold may still be looked at";
  story.pay(1);
  EXPECT_EQ(story.look(ticket).status, completed);
}

TEST(Paying, LetsTheUserJoinAgainAtTheTail) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  story.hold(ticket, 1);
  story.pay(1);
  const Ticket fresh = story.join(7);  // before any tick
  EXPECT_EQ(fresh.number, TicketNumber{2});
  story.tick();
  EXPECT_EQ(story.look(fresh).status, active);
  EXPECT_EQ(story.look(ticket).status, completed);
  EXPECT_THAT(story.stored(), SizeIs(1));
}

TEST(GivingBack, LeavesTheTicketToItsOrdinaryTimes) {
  QueueStory story;
  const Ticket ticket = story.join(7);
  const TimePoint admitted = story.now;
  story.hold(ticket, 1);
  story.now += seconds{100};
  story.look(ticket);
  story.end_hold(1, false);
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), std::nullopt);
  EXPECT_EQ(story.look(ticket).expires_at, admitted + seconds{600});
  story.now += seconds{120};
  EXPECT_EQ(story.look(ticket).status, expired);
}

// A called place.

// One place, held by user 1; user 2 called after it is freed, having last polled just now.
struct Called {
  QueueStory story{kOnePlace};
  Ticket inside = story.join(1), called = story.join(2), next = story.join(3);
  TicketView told;
  Called() {
    story.tick();
    told = story.look(called);
    story.leave(inside);
    story.tick();
  }
};

TEST(ACalledPlace, IsKeptUntilThePromisedPollAndASecondMore) {
  Called c;
  const TimePoint promised = c.story.now + c.told.poll_after;
  c.story.now = promised + seconds{1};
  c.story.tick();
  EXPECT_EQ(c.story.poll(c.next).status, waiting);
  EXPECT_EQ(c.story.poll(c.called).status, active) << "just in time";
}

TEST(ACalledPlace, GoesToTheNextWhenItsOwnerDoesNotCome) {
  Called c;
  c.story.wait(c.told.poll_after + milliseconds{1'600});
  EXPECT_EQ(c.story.poll(c.next).status, active);
  EXPECT_EQ(c.story.poll(c.called).status, waiting) << "late, and there is no room";
  EXPECT_EQ(c.story.poll(c.called).position, 1);
}

// The promise is to ask how the ticket stands. Knocking at the seats instead must not keep the place for ever.
TEST(ACalledPlace, IsNotKeptByKnockingAtTheDoor) {
  Called c;
  for (int i = 0; i < 10; ++i) {
    c.story.wait(milliseconds{500});
    EXPECT_EQ(c.story.refusal(c.called, Purpose::look), ErrorCode::queue_token_not_active);
  }
  EXPECT_EQ(c.story.poll(c.next).status, active);
}

TEST(ACalledPlace, IsKeptFromSomebodyWhoComesLate) {
  Called c;
  c.story.wait(c.told.poll_after + milliseconds{1'600});  // the called one did not come, and the next was called
  EXPECT_EQ(c.story.poll(c.called).status, waiting) << "the place is kept for the next";
  EXPECT_EQ(c.story.poll(c.next).status, waiting) << "the lower number is back, and expected again";
  c.story.wait(seconds{1});
  EXPECT_EQ(c.story.poll(c.called).status, active);
  EXPECT_EQ(c.story.poll(c.next).status, waiting);
}

TEST(ACalledPlace, ComesBeforeNewPeopleWhenItsOwnerIsLate) {
  Called c;
  const Ticket later = c.story.join(4);
  c.story.wait(c.told.poll_after + milliseconds{1'600});
  EXPECT_EQ(c.story.poll(c.next).status, active);
  EXPECT_EQ(c.story.poll(c.called).status, waiting);
  c.story.leave(c.next);
  c.story.tick();
  EXPECT_EQ(c.story.poll(later).status, waiting);
  EXPECT_EQ(c.story.poll(c.called).status, active);
}

TEST(ACalledPlace, MayBeClaimedLateWhenThereIsRoom) {
  Called c;
  c.story.configure({.max_active = 3, .admissions_per_second = 100});
  c.story.wait(seconds{599});
  EXPECT_EQ(c.story.poll(c.called).status, active);
}

TEST(ACalledPlace, LapsesTenMinutesAfterThePromisedPollDidNotCome) {
  Called c;
  c.story.leave(c.next);
  c.story.wait(c.told.poll_after + seconds{601});
  EXPECT_THAT(c.story.stored(), SizeIs(1));
  c.story.wait(milliseconds{800});
  EXPECT_THAT(c.story.stored(), IsEmpty());
  EXPECT_EQ(c.story.look(c.called).status, expired);
}

TEST(ACalledPlace, OfSomebodyLongSilentLapsesTenMinutesAfterTheCall) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), silent = story.join(2);
  for (int i = 0; i < 59; ++i) story.wait(seconds{10}), story.look(inside);
  story.wait(seconds{10});  // the place is free: its ten minutes are over
  story.wait(seconds{2});   // called, not come
  story.configure({.max_active = 3, .admissions_per_second = 100});
  story.wait(seconds{590});
  EXPECT_EQ(story.poll(silent).status, active) << "waiting never ends by idling, and ten minutes after the call are not over";
}

TEST(ACalledPlace, LapsesAlsoWhenTheFirstAttemptToEndItIsRolledBack) {
  Called c;
  c.story.leave(c.next);
  c.story.wait(seconds{590});
  c.story.now += seconds{20};
  c.story.batch([&](WorkingSet& set) { return c.story.queue().tick(set), false; });
  EXPECT_THAT(c.story.stored(), SizeIs(1));
  c.story.wait(seconds{2});
  EXPECT_THAT(c.story.stored(), IsEmpty());
}

TEST(ACalledPlace, StaysWithWhoeverKeepsPollingAndIsNotLetIn) {
  Called c;
  c.story.wait(seconds{5});
  ASSERT_EQ(c.story.poll(c.next).status, active);
  for (int i = 0; i < 700; ++i) {
    c.story.wait(seconds{1});
    c.story.hold(c.next, 1000 + i, seconds{2});  // the one inside stays
    ASSERT_EQ(c.story.poll(c.called).status, waiting);
  }
}

TEST(SomebodyAlwaysLate, IsOneNoShowAndNotOneEveryTime) {
  QueueStory story(kOnePlace);
  const Ticket first = story.join(1), late = story.join(2);
  story.leave(first);
  story.wait(seconds{3});
  const Ticket inside = story.join(3);
  ASSERT_EQ(story.look(inside).status, active);
  for (int i = 0; i < 40; ++i) {  // promises to be back in one second, comes after three
    ASSERT_EQ(story.poll(late).status, waiting);
    story.wait(seconds{3});
    story.look(inside);
  }
  story.join_many(4, 30);
  story.configure({.max_active = 11, .admissions_per_second = 100});
  story.tick();
  EXPECT_LE(story.queue().counts().front, 3 + 11) << "ten for a place are called only when nine of ten do not come";
}

// Queue off.

TEST(AQueueSwitchedOff, TreatsEveryGenuineTicketAsActive) {
  QueueStory story(kOff);
  const Ticket first = story.join(1), second = story.join(2);
  for (const Ticket& ticket : {first, second}) {
    EXPECT_EQ(story.look(ticket).status, active);
    EXPECT_EQ(story.look(ticket).expires_at, std::nullopt);
    EXPECT_EQ(story.refusal(ticket, Purpose::hold), std::nullopt);
  }
  EXPECT_FALSE(story.tick());
  story.now += hours{5};
  EXPECT_EQ(story.refusal(first, Purpose::hold), std::nullopt) << "nobody queues for the place";
  const TimePoint closes = story.now + hours{1};
  story.set_window({.opens_at = {}, .closes_at = closes});
  EXPECT_EQ(story.look(first).expires_at, closes);
  story.now = closes;
  EXPECT_EQ(story.look(first).status, expired);
}

// A person who comes back after months has the same place, and it must be worth something.
TEST(AQueueSwitchedOff, LetsATicketInForAsLongAsTheSaleGoesOn) {
  QueueStory story(kOff);
  story.join(1);
  story.now = story.sale_ends + hours{1};
  EXPECT_EQ(story.look(story.join(1)).status, active);
}

TEST(AQueueSwitchedOff, StillWaitsForBookingToOpen) {
  QueueStory story(kOff);
  story.set_window({.opens_at = story.now + seconds{1}, .closes_at = {}});
  const Ticket ticket = story.join(1);
  EXPECT_EQ(story.look(ticket).status, waiting);
  story.now += seconds{1};
  EXPECT_EQ(story.look(ticket).status, active);
}

TEST(AQueueSwitchedOff, EndsNoTicketThatIsIdleOrWasCalled) {
  Called c;  // the second is called, the third waits
  const Ticket inside = c.story.join(4);
  c.story.poll(c.called);
  c.story.leave(c.called);
  c.story.wait(seconds{1});  // the third is called
  QueueSettings off = kOnePlace;
  off.enabled = false;
  c.story.configure(off);
  for (int i = 0; i < 90; ++i) c.story.wait(seconds{10}), c.story.tick();
  EXPECT_EQ(c.story.look(c.next).status, active);
  EXPECT_EQ(c.story.look(inside).status, active);
  EXPECT_EQ(c.story.join(3), c.next);
}

TEST(AQueueSwitchedOff, AndOnAgainEvictsNobodyWhoWasLetIn) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), second = story.join(2), third = story.join(3);
  story.configure(kOff);
  const Ticket fourth = story.join(4);
  for (const Ticket& ticket : {inside, second, third, fourth}) EXPECT_EQ(story.look(ticket).status, active);
  story.configure(kOnePlace);
  const Ticket fifth = story.join(5);
  story.tick();
  for (const Ticket& ticket : {inside, fourth, second})
    EXPECT_EQ(story.poll(ticket).status, active) << "whatever the cap and the rate";
  EXPECT_EQ(story.poll(fifth).status, waiting) << "and nobody else is called";
  EXPECT_EQ(story.poll(fifth).position, 1);
  story.wait(seconds{121});  // those inside have gone, and the fifth is called
  EXPECT_EQ(story.poll(third).status, waiting) << "late: the one place is kept for the fifth";
  story.wait(seconds{1});
  EXPECT_EQ(story.poll(third).status, active) << "back as told, with the lower number";
}

TEST(AQueueSwitchedOff, CompletesATicketByPaymentOnceNoOtherHoldLives) {
  QueueStory story(kOff);
  const Ticket ticket = story.join(1);
  story.hold(ticket, 1);
  story.hold(ticket, 2);
  story.pay(1);
  EXPECT_EQ(story.look(ticket).status, active);
  story.pay(2);
  EXPECT_EQ(story.look(ticket).status, completed);
  EXPECT_TRUE(story.queue().wants_tick(story.now));
  story.tick();
  EXPECT_THAT(story.stored(), IsEmpty());
}

TEST(AQueueSwitchedOn, LetsWhoeverHasALiveHoldLookOn) {
  QueueStory story(kOff);
  const Ticket ticket = story.join(1);
  story.hold(ticket, 1, seconds{300});
  story.configure({.max_active = 0, .admissions_per_second = 1});
  EXPECT_EQ(story.refusal(ticket, Purpose::look), std::nullopt);
  EXPECT_EQ(story.refusal(ticket, Purpose::hold), ErrorCode::queue_token_not_active);
  story.now += seconds{300};
  EXPECT_EQ(story.refusal(ticket, Purpose::look), ErrorCode::queue_token_not_active);
}

// Restart.

TEST(ARestart, KeepsEverybodysPlace) {
  QueueStory story({.max_active = 3, .admissions_per_second = 100});
  std::vector<Ticket> tickets;
  for (int user = 1; user <= 12; ++user) tickets.push_back(story.join(user));
  story.leave(tickets[7]);
  story.leave(tickets[0]);
  story.tick();  // calls the fourth
  std::vector<std::pair<TicketStatus, std::int64_t>> before, after;
  for (const Ticket& ticket : tickets) before.emplace_back(story.look(ticket).status, story.look(ticket).position);
  const QueueCounts counts = story.queue().counts();
  story.restart();
  for (const Ticket& ticket : tickets) after.emplace_back(story.look(ticket).status, story.look(ticket).position);
  EXPECT_EQ(before, after);
  EXPECT_EQ(story.queue().counts().tail, counts.tail);
  EXPECT_EQ(story.queue().counts().active, counts.active);
  EXPECT_EQ(story.queue().counts().waiting, counts.waiting);
  EXPECT_EQ(story.poll(tickets[3]).status, active);
  EXPECT_EQ(story.join(13).number, TicketNumber{13});
}

TEST(ARestart, KeepsHoldsAndCompletions) {
  QueueStory story;
  const Ticket holding = story.join(1), paid = story.join(2), paid_and_holding = story.join(3);
  story.hold(holding, 1);
  story.hold(paid, 2);
  story.hold(paid_and_holding, 3);
  story.hold(paid_and_holding, 4);
  story.pay(2);
  story.pay(3);
  story.restart();
  EXPECT_EQ(story.look(paid).status, completed);
  EXPECT_EQ(story.look(paid_and_holding).status, active);
  story.tick();
  EXPECT_THAT(story.stored(), SizeIs(2));
  story.now += seconds{200};
  EXPECT_EQ(story.refusal(holding, Purpose::look), std::nullopt);
  EXPECT_EQ(story.refusal(holding, Purpose::hold), ErrorCode::queue_token_expired);
  story.end_hold(4, false);
  EXPECT_EQ(story.look(paid_and_holding).status, completed);
}

TEST(ARestart, FinishesATicketThatPaidWithoutAQueue) {
  QueueStory story(kOff);
  const Ticket ticket = story.join(1);
  story.hold(ticket, 1);
  story.pay(1);  // and no tick before the end
  story.restart();
  EXPECT_EQ(story.look(ticket).status, completed);
  EXPECT_EQ(story.join(1).number, TicketNumber{2});
  story.tick();
  EXPECT_THAT(story.stored(), SizeIs(1));
}

TEST(ARestart, LoadsAMillionWaitingTickets) {
  constexpr std::int64_t kMany = 1'000'000;
  QueueStory story(kOnePlace);
  ConcertQueue queue(story.concert, {}, story.now);
  queue.load_counters(2 * kMany, 0);
  for (std::int64_t i = 1; i <= kMany; ++i) queue.load_ticket({.number = {2 * i}, .user = {i}, .issued_at = story.now}, story.now);
  queue.loaded();
  EXPECT_EQ(queue.counts().waiting, kMany);
  const Ticket last{.concert = QueueStory::kConcert,
                    .number = {2 * kMany},
                    .user = {kMany},
                    .issued_at = story.now,
                    .expires_at = story.sale_ends};
  EXPECT_EQ(queue.look(last, story.now, 0).position, kMany) << "every other one has left";
}

TEST(ARestart, ExpectsEverybodyWhoWasCalledBackWithinTheLongestPoll) {
  Called c;
  c.story.restart();
  c.story.wait(seconds{39});
  EXPECT_EQ(c.story.poll(c.called).status, active);
}

}  // namespace
}  // namespace frontrow
