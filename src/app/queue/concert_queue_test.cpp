// Taking a ticket, being called in order, coming in.
#include "app/queue/concert_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fakes/queue_story.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum TicketStatus;

constexpr QueueSettings kOnePlace{.max_active = 1, .admissions_per_second = 100};

std::vector<std::int64_t> activated(const WorkingSet& set) {
  std::vector<std::int64_t> users;
  for (const Event& event : set.events)
    if (event.type == EventType::queue_activated) users.push_back(event.user.value);
  return users;
}

// Joining.

TEST(JoiningAQueue, AdmitsAtOnceWhenNobodyWaitsAndThereIsRoom) {
  QueueStory story;
  Ticket ticket;
  const WorkingSet set = story.batch([&](WorkingSet& in) { return ticket = story.ticket_of(*story.queue().join(in, {7})), true; });
  EXPECT_EQ(ticket.number, TicketNumber{1});
  const TicketView view = story.look(ticket);
  EXPECT_EQ(view.status, active);
  EXPECT_EQ(view.position, 0);
  EXPECT_EQ(view.expires_at, story.now + seconds{600});
  ASSERT_THAT(set.events, SizeIs(1));
  EXPECT_EQ(set.events[0].type, EventType::queue_activated);
  EXPECT_EQ(set.events[0].concert, QueueStory::kConcert);
  EXPECT_EQ(set.events[0].ticket, TicketNumber{1});
  EXPECT_EQ(set.events[0].user, UserId{7});
  EXPECT_EQ(set.events[0].occurred_at, story.now);
}

TEST(JoiningAQueue, GivesTheSamePlaceHoweverOften) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(7), waiting = story.join(8);
  story.now += seconds{5};
  EXPECT_EQ(story.join(7), inside);
  EXPECT_EQ(story.join(8), waiting);
  EXPECT_EQ(story.try_join({7})->state, TicketState::active);
  EXPECT_EQ(story.try_join({8})->state, TicketState::waiting);
  EXPECT_EQ(story.queue().counts().tail, 2);
  EXPECT_FALSE(story.batch([&](WorkingSet& set) { return story.queue().join(set, {8}).has_value(); }).is_changed());
}

TEST(JoiningAQueue, TwiceInOneBatchGivesOnePlace) {
  QueueStory story(kOnePlace);
  story.batch([&](WorkingSet& set) {
    const auto first = story.queue().join(set, {7}), other = story.queue().join(set, {8}), again = story.queue().join(set, {7});
    EXPECT_EQ(first->number, again->number);
    EXPECT_EQ(first->state, TicketState::active);
    EXPECT_EQ(again->state, TicketState::active);
    EXPECT_EQ(other->number, TicketNumber{2});
    EXPECT_EQ(other->state, TicketState::waiting) << "the one place went to the first of the batch";
    return true;
  });
  EXPECT_EQ(story.queue().counts().active, 1);
  EXPECT_EQ(story.queue().counts().waiting, 1);
}

TEST(JoiningAQueue, IsIssuedInWholeSecondsSoThatEveryDeviceGetsTheSameTicket) {
  QueueStory story;
  story.now += milliseconds{789};
  EXPECT_EQ(story.join(7).issued_at, story.now - milliseconds{789});
}

TEST(JoiningAQueue, BeforeBookingOpensGivesATicketAndAdmitsNobody) {
  QueueStory story;
  const TimePoint opens = story.now + seconds{100};
  story.set_window({.opens_at = opens, .closes_at = {}});
  const Ticket ticket = story.join(7);
  const TicketView view = story.look(ticket);
  EXPECT_EQ(view.status, waiting);
  EXPECT_EQ(view.position, 1);
  EXPECT_FALSE(view.may_claim);
  ASSERT_TRUE(view.estimated_wait.has_value());
  EXPECT_GE(view.estimated_wait->from, seconds{100});
  EXPECT_LE(view.poll_after, seconds{3}) << "is near";
  story.now = opens - milliseconds{1};
  EXPECT_FALSE(story.tick());
  story.now = opens;
  story.tick();
  EXPECT_EQ(story.poll(ticket).status, active);
}

TEST(JoiningAQueue, AfterBookingClosesIsRefusedExceptToThoseWhoHaveAPlace) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(7), waiting = story.join(8);
  story.set_window({.opens_at = {}, .closes_at = story.now});
  EXPECT_EQ(story.join(7), inside);
  EXPECT_EQ(story.join(8), waiting);
  EXPECT_EQ(story.try_join({9}).error().code, ErrorCode::booking_not_open);
  story.leave(inside);
  EXPECT_FALSE(story.tick()) << "nobody is called any more";
}

TEST(JoiningAQueue, ARefusalAfterClosingLeavesALapsedTicketAsItIs) {
  QueueStory story;
  story.join(7);
  story.now += seconds{121};
  story.set_window({.opens_at = {}, .closes_at = story.now});
  EXPECT_EQ(story.try_join({7}).error().code, ErrorCode::booking_not_open);
}

TEST(JoiningAQueue, AgainAfterALapseEndsTheOldTicketAndGivesOneAtTheTail) {
  QueueStory story;
  const Ticket old = story.join(7);
  story.now += seconds{121};
  const Ticket fresh = story.join(7);
  EXPECT_EQ(fresh.number, TicketNumber{2});
  EXPECT_EQ(story.look(old).status, expired);
  EXPECT_EQ(story.look(fresh).status, active);
  EXPECT_THAT(story.stored(), SizeIs(1));
}

TEST(JoiningAQueue, AgainInTheBatchThatEndsTheOldTicketGivesOneTicket) {
  QueueStory story;
  const Ticket old = story.join(7);
  story.now += seconds{121};
  std::vector<std::int64_t> numbers;
  story.batch([&](WorkingSet& set) {
    story.queue().tick(set);
    for (int i = 0; i < 2; ++i) numbers.push_back(story.queue().join(set, {7})->number.value);
    story.queue().tick(set);
    return true;
  });
  EXPECT_THAT(numbers, ElementsAre(2, 2));
  EXPECT_THAT(story.stored(), SizeIs(1));
  EXPECT_EQ(story.look(old).status, expired);
}

TEST(JoiningAQueue, InTheBatchOfTheirOwnLeavingGivesANewPlace) {
  QueueStory story(kOnePlace);
  story.join(7);
  const Ticket old = story.join(8);
  story.batch([&](WorkingSet& set) {
    story.queue().leave(set, old.number, old.user);
    EXPECT_EQ(story.queue().join(set, {8})->number, TicketNumber{3});
    return true;
  });
  EXPECT_EQ(story.look(old).status, expired);
  EXPECT_THAT(story.stored(), SizeIs(2));
}

// Order and room.

TEST(BeingCalled, HappensInOrderAsPlacesBecomeFree) {
  QueueStory story(kOnePlace);
  const Ticket first = story.join(1), second = story.join(2), third = story.join(3);
  EXPECT_EQ(story.poll(second).position, 1);
  EXPECT_EQ(story.poll(third).position, 2);
  EXPECT_FALSE(story.tick()) << "no room";
  story.leave(first);
  story.tick();
  EXPECT_EQ(story.poll(third).status, waiting) << "the place is kept for the one who was called";
  EXPECT_EQ(story.poll(third).position, 1);
  EXPECT_EQ(story.poll(second).status, active);
  story.leave(second);
  story.tick();
  EXPECT_EQ(story.poll(third).status, active);
}

TEST(BeingCalled, SkipsThoseWhoLeftFreeOfCharge) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1);
  std::vector<Ticket> leaving;
  for (int user = 2; user <= 21; ++user) leaving.push_back(story.join(user));
  const Ticket last = story.join(22);
  EXPECT_EQ(story.look(last).position, 21);
  for (const Ticket& ticket : leaving) story.leave(ticket);
  EXPECT_EQ(story.look(last).position, 1);
  story.leave(inside);
  story.tick();
  EXPECT_EQ(story.poll(last).status, active);
}

TEST(BeingCalled, NeverFillsMorePlacesThanThereAre) {
  QueueStory story({.max_active = 3, .admissions_per_second = 100});
  std::vector<Ticket> tickets;
  for (int user = 1; user <= 10; ++user) tickets.push_back(story.join(user));
  for (int i = 0; i < 5; ++i) story.tick();
  int inside = 0;
  for (const Ticket& ticket : tickets) inside += story.poll(ticket).status == active;
  EXPECT_EQ(inside, 3);
  EXPECT_EQ(story.queue().counts().active, 3);
  EXPECT_EQ(story.queue().counts().waiting, 7);
}

TEST(BeingCalled, IsNoFasterThanTheRate) {
  QueueStory story({.max_active = 1'000, .admissions_per_second = 10});
  std::vector<Ticket> tickets;
  for (int user = 1; user <= 100; ++user) tickets.push_back(story.join(user));
  EXPECT_EQ(story.queue().counts().active, 10) << "a burst of one second's worth";
  for (int second = 1; second <= 3; ++second) {
    for (int i = 0; i < 5; ++i) {
      story.now += milliseconds{200};
      story.tick();
      for (const Ticket& ticket : tickets) story.poll(ticket);
    }
    EXPECT_EQ(story.queue().counts().active, 10 + second * 10);
  }
}

TEST(BeingCalled, ByTwoTicksOfOneBatchFillsEachPlaceOnce) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), second = story.join(2), third = story.join(3);
  story.leave(inside);
  story.batch([&](WorkingSet& set) { return story.queue().tick(set), story.queue().tick(set), true; });
  EXPECT_EQ(story.queue().counts().front, 2);
  EXPECT_EQ(story.poll(third).status, waiting);
  EXPECT_EQ(story.poll(second).status, active);
}

TEST(BeingCalled, KeepsThePlaceFromSomebodyWhoJoinsInTheSameBatch) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), called = story.join(2);
  story.leave(inside);
  TicketRow newcomer;
  story.batch([&](WorkingSet& set) {
    story.queue().tick(set);
    newcomer = *story.queue().join(set, {3});
    return true;
  });
  EXPECT_EQ(newcomer.state, TicketState::waiting);
  EXPECT_EQ(story.poll(called).status, active);
}

TEST(BeingCalled, KeepsATokenFromSomebodyWhoJoinsInTheSameBatch) {
  QueueStory story({.max_active = 10, .admissions_per_second = 1});
  story.join(1);
  const Ticket called = story.join(2);
  story.now += seconds{1};
  TicketRow newcomer;
  story.batch([&](WorkingSet& set) {
    story.queue().tick(set);
    newcomer = *story.queue().join(set, {3});
    return true;
  });
  EXPECT_EQ(newcomer.state, TicketState::waiting);
  EXPECT_EQ(story.poll(called).status, active);
}

TEST(BeingCalled, LeavesRoomForAJoinInTheBatchOfAClaim) {
  QueueStory story({.max_active = 2, .admissions_per_second = 100});
  const Ticket one = story.join(1), two = story.join(2), called = story.join(3);
  story.leave(one);
  story.leave(two);
  story.tick();
  TicketRow newcomer;
  story.batch([&](WorkingSet& set) {
    story.queue().claim(set, called.number, called.user);
    newcomer = *story.queue().join(set, {4});
    return true;
  });
  EXPECT_EQ(newcomer.state, TicketState::active) << "nobody waits, and one of two places is free";
  EXPECT_EQ(story.queue().counts().active, 2);
}

TEST(LoweringTheCap, EvictsNobodyAndAdmitsNobodyUntilThereIsRoomAgain) {
  QueueStory story({.max_active = 3, .admissions_per_second = 100});
  const Ticket a = story.join(1), b = story.join(2), c = story.join(3), next = story.join(4);
  story.configure({.max_active = 1, .admissions_per_second = 100});
  story.tick();
  for (const Ticket& ticket : {a, b, c}) EXPECT_EQ(story.poll(ticket).status, active);
  story.leave(a);
  story.leave(b);
  story.tick();
  EXPECT_EQ(story.poll(next).status, waiting);
  story.leave(c);
  story.tick();
  EXPECT_EQ(story.poll(next).status, active);
}

// The end of the sale.

// A ticket says when the sale was to end when it was given; the queue knows when it ends.
TEST(ASaleThatIsExtended, KeepsThePlacesOfThoseWhoWait) {
  QueueStory story(kOnePlace);
  story.sale_ends = story.now + hours{1};
  story.set_window({.opens_at = {}, .closes_at = story.sale_ends});
  const Ticket inside = story.join(1), waits = story.join(2);
  story.set_window({.opens_at = {}, .closes_at = story.now + hours{2}});
  story.now = story.sale_ends + seconds{1};
  EXPECT_EQ(story.look(waits).status, waiting);
  story.tick();  // ends the first, who has been idle
  story.tick();
  EXPECT_EQ(story.poll(waits).status, active);
  EXPECT_EQ(story.look(inside).status, expired);
}

TEST(ASaleThatIsCutShort, IsOverForThoseWhoWait) {
  QueueStory story(kOnePlace);
  story.join(1);
  const Ticket waits = story.join(2);
  story.set_window({.opens_at = {}, .closes_at = story.now + seconds{1}});
  story.now += seconds{1};
  EXPECT_EQ(story.look(waits).status, expired);
}

// Claiming.

TEST(Claiming, IsForTheOwnerOfACalledTicketOnly) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), called = story.join(2), waiting_still = story.join(3);
  story.leave(inside);
  story.tick();
  const auto changes = [&](TicketNumber number, UserId user) {
    return story.batch([&](WorkingSet& set) { return story.queue().claim(set, number, user), false; }).is_changed();
  };
  EXPECT_FALSE(changes(called.number, {99}));
  EXPECT_FALSE(changes(waiting_still.number, waiting_still.user));
  EXPECT_FALSE(changes({77}, {2}));
  EXPECT_TRUE(changes(called.number, called.user));
}

TEST(Claiming, TwiceAdmitsOnce) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), called = story.join(2);
  story.leave(inside);
  story.tick();
  story.configure({.max_active = 5, .admissions_per_second = 100});
  const WorkingSet set = story.batch([&](WorkingSet& in) {
    for (int i = 0; i < 2; ++i) story.queue().claim(in, called.number, called.user);
    return true;
  });
  EXPECT_THAT(activated(set), ElementsAre(2));
  EXPECT_THAT(activated(story.batch([&](WorkingSet& in) { return story.queue().claim(in, called.number, called.user), true; })),
              IsEmpty());
  EXPECT_EQ(story.queue().counts().active, 1);
}

TEST(Claiming, InTheBatchOfLeavingIsTooLate) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), called = story.join(2);
  story.leave(inside);
  story.tick();
  const WorkingSet set = story.batch([&](WorkingSet& in) {
    story.queue().leave(in, called.number, called.user);
    story.queue().claim(in, called.number, called.user);
    return true;
  });
  EXPECT_THAT(set.events, IsEmpty());
  EXPECT_THAT(story.stored(), IsEmpty());
}

TEST(ARollback, LeavesNoTrace) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), second = story.join(2);
  const auto rolled_back = [&](auto decide) { story.batch([&](WorkingSet& set) { return decide(set), false; }); };
  rolled_back([&](WorkingSet& set) { EXPECT_TRUE(story.queue().join(set, {3}).has_value()); });
  EXPECT_EQ(story.queue().counts().tail, 2);
  rolled_back([&](WorkingSet& set) { story.queue().leave(set, inside.number, inside.user); });
  EXPECT_EQ(story.look(inside).status, active);
  story.leave(inside);
  rolled_back([&](WorkingSet& set) { story.queue().tick(set); });
  EXPECT_EQ(story.queue().counts().front, 1);
  story.tick();
  rolled_back([&](WorkingSet& set) { story.queue().claim(set, second.number, second.user); });
  EXPECT_EQ(story.look(second).status, waiting);
  EXPECT_EQ(story.poll(second).status, active) << "and the place is still there";
  EXPECT_EQ(story.join(3).number, TicketNumber{3}) << "and the number was not spent";
}

TEST(Leaving, FreesThePlaceAtOnceAndTwiceIsOnce) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), second = story.join(2);
  story.leave(inside);
  EXPECT_EQ(story.look(inside).status, expired);
  EXPECT_EQ(story.refusal(inside, Purpose::hold), ErrorCode::queue_token_expired);
  EXPECT_FALSE(
      story.batch([&](WorkingSet& set) { return story.queue().leave(set, inside.number, inside.user), true; }).is_changed());
  EXPECT_FALSE(story.batch([&](WorkingSet& set) { return story.queue().leave(set, second.number, {99}), true; }).is_changed());
  EXPECT_THAT(story.stored(), SizeIs(1));
}

TEST(ATick, WithNothingToDoChangesNothing) {
  QueueStory story(kOnePlace);
  EXPECT_FALSE(story.queue().wants_tick(story.now));
  EXPECT_FALSE(story.tick());
  story.join(1);
  story.join(2);
  for (int i = 0; i < 20; ++i) {
    story.now += milliseconds{200};
    EXPECT_FALSE(story.tick());
  }
}

TEST(Entering, NeedsAnActiveTicketOfTheQueue) {
  QueueStory story(kOnePlace);
  const Ticket inside = story.join(1), waits = story.join(2), later = story.join(3);
  for (const Purpose purpose : {Purpose::look, Purpose::hold}) {
    EXPECT_EQ(story.refusal(inside, purpose), std::nullopt);
    EXPECT_EQ(story.refusal(waits, purpose), ErrorCode::queue_token_not_active);
  }
  const auto refused = story.queue().refuse_entry(later, Purpose::hold, story.now, 0);
  EXPECT_EQ(refused->position, 2);
  EXPECT_EQ(refused->retry_after, seconds{3}) << "one hall's worth of places away";
  Ticket never_given = inside;
  never_given.number = {99};
  EXPECT_EQ(story.refusal(never_given, Purpose::look), ErrorCode::queue_token_expired);
  Ticket of_another = inside;  // as after a restore from an old backup, which gave the number again
  of_another.user = {99};
  EXPECT_EQ(story.refusal(of_another, Purpose::look), ErrorCode::queue_token_expired);
}

// The place of a called person counts from the last poll.
TEST(ACalledTicket, KeepsThePlaceByPollsThatWereMadeWhileTheQueueWasOff) {
  QueueStory story(kOnePlace);
  const Ticket first = story.join(1), second = story.join(2);
  story.hold(first, 1, hours{2});  // the one place stays taken
  const auto switch_to = [&](const QueueSettings& settings) {
    story.configure(settings);
    story.tick();
  };
  const auto poll_for_long = [&](TicketStatus status) {
    for (int minute = 0; minute < 15; ++minute) {
      story.wait(seconds{60});
      ASSERT_EQ(story.poll(second).status, status) << minute;
    }
  };
  switch_to({.enabled = false});  // calls everybody
  switch_to(kOnePlace);
  story.wait(seconds{121});  // too late to come in without a place
  poll_for_long(waiting);
  switch_to({.enabled = false});
  poll_for_long(active);
  switch_to(kOnePlace);
  story.tick();
  EXPECT_EQ(story.poll(second).status, active) << "in time, as everybody whom the queue let in meanwhile";
}

}  // namespace
}  // namespace frontrow
