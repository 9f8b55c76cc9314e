// The rule of the waiting room, on the plainest facts there are.
#include "domain/waiting_room.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/fakes/plain_room.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::PlainRoom;

constexpr Duration kTick{200};

// Half of the called people do not come.
void expect_no_shows(PlainRoom& room) { room.row.flow.called = 90, room.row.flow.missed = 50; }

TEST(WaitingRoom, LetsPeopleInAtOnceWhileNobodyWaitsAndThereIsRoom) {
  PlainRoom room({.max_active = 2});
  room.join_many(3);
  EXPECT_TRUE(room.is_inside(1));
  EXPECT_TRUE(room.is_inside(2));
  EXPECT_FALSE(room.is_inside(3));
  room.leave(1);
  EXPECT_FALSE(room.is_inside(room.join())) << "number 3 waits";
}

TEST(WaitingRoom, GivesNumbersBeforeBookingOpensAndNoneAfterItCloses) {
  PlainRoom room;
  room.room.booking = {.opens_at = room.now + seconds{10}, .closes_at = room.now + hours{1}};
  const std::int64_t early = room.join();
  room.wait(seconds{9});
  EXPECT_FALSE(room.poll(early));
  EXPECT_EQ(room.row.front, 0);
  room.wait(seconds{2});
  EXPECT_TRUE(room.poll(early));
  room.now += hours{1};
  EXPECT_EQ(room.join(), 0);
}

TEST(WaitingRoom, CallsAsManyAsThereArePlacesFor) {
  PlainRoom room({.max_active = 3});
  room.join_many(10);
  EXPECT_EQ(room.row.front, 3);
  room.leave(1), room.leave(3);
  room.wait(milliseconds{200});
  EXPECT_EQ(room.row.front, 5);
  room.wait(milliseconds{400});
  EXPECT_EQ(room.row.front, 5) << "two places are kept for two people";
  EXPECT_TRUE(room.poll(5));
  EXPECT_TRUE(room.poll(4)) << "kept while number 5 came first";
  EXPECT_FALSE(room.poll(6)) << "not called";
}

TEST(WaitingRoom, PassesNumbersThatWereLeftWithoutCallingThem) {
  PlainRoom room({.max_active = 1});
  room.join_many(5);
  for (const std::int64_t number : {2, 3, 1}) room.leave(number);
  room.wait(milliseconds{200});
  EXPECT_EQ(room.row.front, 4);
  EXPECT_TRUE(room.poll(4));
}

TEST(WaitingRoom, OverbooksByTheShareOfThoseWhoDoNotCome) {
  PlainRoom room({.max_active = 20});
  room.join_many(80);
  expect_no_shows(room);
  for (std::int64_t number = 1; number <= 10; ++number) room.leave(number);
  room.wait(milliseconds{200});
  EXPECT_EQ(room.row.front, 40) << "twenty are called for ten places";
  room.wait(milliseconds{600});
  EXPECT_EQ(room.row.front, 40);
}

// Two people are called for one place.
class WaitingRoomOverbooked : public testing::Test {
 protected:
  WaitingRoomOverbooked() : room({.max_active = 2}) {
    room.join_many(6);
    expect_no_shows(room);
    room.leave(1);
    room.wait(milliseconds{200});
    EXPECT_EQ(room.row.front, 4);
  }
  PlainRoom room;
};

TEST_F(WaitingRoomOverbooked, TheHigherNumberDoesNotTakeThePlaceOfTheLower) {
  EXPECT_FALSE(room.poll(4));
  EXPECT_TRUE(room.poll(3));
}

TEST_F(WaitingRoomOverbooked, APersonWhoFoundNoPlaceIsNext) {
  EXPECT_TRUE(room.poll(3));
  EXPECT_FALSE(room.poll(4));
  room.wait(seconds{1});
  EXPECT_FALSE(room.poll(4));
  room.leave(2);
  room.wait(seconds{1});
  EXPECT_EQ(room.row.front, 4) << "nobody else is called for the place";
  EXPECT_TRUE(room.poll(4));
}

TEST_F(WaitingRoomOverbooked, ALateReturnerTakesNoPlaceThatIsKept) {
  room.wait(seconds{4});
  EXPECT_EQ(room.row.late, 4) << "neither came";
  EXPECT_GT(room.row.front, 4) << "so others were called";
  EXPECT_FALSE(room.poll(3)) << "the place is kept for number 5";
  EXPECT_FALSE(room.poll(5)) << "number 3 is expected again";
  room.wait(seconds{1});
  EXPECT_TRUE(room.poll(3)) << "came as told this time, and is first";
}

TEST_F(WaitingRoomOverbooked, ALateReturnerTakesAPlaceThatIsKeptForNobody) {
  room.wait(seconds{30});
  for (std::int64_t number = 5; number <= 6; ++number) EXPECT_LE(number, room.row.late);
  EXPECT_TRUE(room.poll(4));
}

TEST_F(WaitingRoomOverbooked, APlaceLapsesAfterTheReturnWindowWithoutAPoll) {
  const Duration window = room.room.limits.return_window;
  EXPECT_FALSE(room.poll(4));
  room.wait(window);
  EXPECT_FALSE(has_place_lapsed(room.room, room.row, room.at(3), room.now)) << "its promise was over later";
  room.wait(seconds{40});
  EXPECT_TRUE(has_place_lapsed(room.room, room.row, room.at(3), room.now));
  EXPECT_TRUE(has_place_lapsed(room.room, room.row, room.at(4), room.now)) << "silent since";
  EXPECT_TRUE(room.poll(3)) << "the poll that comes before the end is decided";
}

TEST_F(WaitingRoomOverbooked, AnotherPollKeepsTheCalledPlace) {
  room.join_many(20);
  EXPECT_TRUE(room.poll(3));
  room.wait(room.room.limits.return_window);
  EXPECT_FALSE(room.poll(4));
  room.wait(seconds{40});
  EXPECT_FALSE(has_place_lapsed(room.room, room.row, room.at(4), room.now));
  TicketRow uncalled{.number = {room.row.front + 1}, .user = {1}, .issued_at = room.now};
  room.now += hours{24};
  EXPECT_FALSE(has_place_lapsed(room.room, room.row, uncalled, room.now)) << "waiting never ends by idling";
}

TEST(WaitingRoom, AHigherCapCallsMoreAndALowerOneEvictsNobody) {
  PlainRoom room({.max_active = 2});
  room.join_many(9);
  room.room.settings.max_active = 4;
  room.wait(milliseconds{200});
  EXPECT_EQ(room.row.front, 4);
  room.room.settings.max_active = 1;
  room.wait(milliseconds{200});
  EXPECT_FALSE(room.poll(3)) << "called, and no place is left";
  EXPECT_EQ(room.inside_now(), 2);
  room.leave(1);
  room.wait(milliseconds{200});
  EXPECT_FALSE(room.poll(3));
  room.leave(2);
  room.wait(milliseconds{200});
  EXPECT_TRUE(room.poll(3));
}

TEST(WaitingRoom, LetsInNoFasterThanTheRate) {
  PlainRoom room({.max_active = 1'000, .admissions_per_second = 10});
  room.join_many(100);
  EXPECT_EQ(room.inside_now(), 10) << "one second's worth at once";
  for (int round = 0; round < 50; ++round) {
    room.wait(milliseconds{200});
    for (std::int64_t number = 11; number <= room.row.front; ++number) room.poll(number);
    EXPECT_LE(room.inside_now(), 10 + 2 * (round + 1));
  }
  EXPECT_GE(room.inside_now(), 100);
}

TEST(WaitingRoom, OffCallsEverybodyAndOnLetsThemInBeyondCapAndRateForAWhile) {
  PlainRoom room({.max_active = 2, .admissions_per_second = 1});
  room.join_many(8);
  room.room.settings.enabled = false;
  room.wait(room.room.limits.idle * 2);
  EXPECT_EQ(room.row.front, room.row.tail);
  const std::int64_t meanwhile = room.join();
  EXPECT_EQ(room.row.front, meanwhile);
  EXPECT_FALSE(has_stay_ended(room.room, {.admitted_at = room.now - hours{1}, .seen_at = room.now - hours{1}}, room.now))
      << "nobody's stay ends while the queue is off";

  room.room.settings.enabled = true;
  room.wait(seconds{10});
  EXPECT_FALSE(room.is_inside(room.join())) << "full, and they are expected";
  for (std::int64_t number = 2; number <= meanwhile; ++number) EXPECT_TRUE(room.poll(number)) << number;
  EXPECT_EQ(room.inside_now(), 9);
  room.leave(9);
  room.wait(seconds{10});
  EXPECT_EQ(room.row.front, meanwhile) << "too many inside only stop further calls";
}

TEST(WaitingRoom, TheFreeClaimEndsAfterTheIdleTime) {
  PlainRoom room({.max_active = 1});
  room.join_many(3);
  room.room.settings.enabled = false;
  room.wait(seconds{1});
  room.room.settings.enabled = true;
  room.wait(seconds{1});
  EXPECT_TRUE(room.poll(2));
  room.wait(room.room.limits.idle);
  EXPECT_FALSE(room.poll(3));
}

TEST(WaitingRoom, CallsNobodyBeyondTheSeatsThatAreLeft) {
  PlainRoom room({.max_active = 100}, {.people_per_free_seat = 5});
  room.join_many(300);
  for (std::int64_t number = 1; number <= 98; ++number) room.leave(number);
  room.free_seats = 2;
  room.wait(milliseconds{200});
  EXPECT_EQ(room.row.front, 108) << "two are inside, eight more may look for two seats";
}

TEST(WaitingRoom, LetsNobodyInWhileNoSeatIsFreeAndTheFirstAtOnceWhenOneComesBack) {
  PlainRoom room({.max_active = 1});
  room.join_many(4);
  room.leave(1);
  room.wait(milliseconds{200});
  room.free_seats = 0;
  room.wait(minutes{5});
  EXPECT_EQ(room.row.front, 2) << "called before";
  EXPECT_FALSE(room.poll(2)) << "there is nothing to see";
  room.free_seats = 1;
  room.wait(seconds{1});
  EXPECT_TRUE(room.poll(2));
}

TEST(WaitingRoom, PollsWithoutFreeSeatsAreFartherApartAndStillInTime) {
  PlainRoom room({.max_active = 1});
  room.join_many(3);
  const Duration apart = poll_interval(room.room, 0, false, 0.999);
  EXPECT_GT(apart, poll_interval(room.room, 0, true, 0.999));
  EXPECT_LE(apart + kTick, seconds{5});
  room.free_seats = 0;
  room.wait(seconds{60});
  room.leave(1);
  room.wait(milliseconds{200});  // the first in line has just polled
  room.free_seats = 1;
  room.wait(apart);
  EXPECT_EQ(room.row.front, 2) << "still expected, so nobody else was called";
  EXPECT_TRUE(room.poll(2));
}

TEST(PollInterval, GrowsWithTheDistanceFromOneSecondToThirty) {
  const Room room{.settings = {.max_active = 500, .admissions_per_second = 100}, .booking = {}, .limits = {}};
  EXPECT_EQ(poll_interval(room, 0, true, 0), seconds{1});
  EXPECT_EQ(poll_interval(room, 500, true, 0), seconds{3});
  EXPECT_EQ(poll_interval(room, 1'000'000, true, 0), seconds{30});
  EXPECT_LT(poll_interval(room, 1'000'000, true, 0.999), seconds{39});
}

RC_GTEST_PROP(PollInterval, NeverShrinksWithTheDistance, ()) {
  const Room room{.settings = {.max_active = *rc::gen::inRange(1, 10'000), .admissions_per_second = *rc::gen::inRange(1, 1'000)},
                  .booking = {},
                  .limits = {}};
  const std::int64_t near = *rc::gen::inRange(0, 100'000), far = near + *rc::gen::inRange(0, 100'000);
  const bool has_seats = *rc::gen::arbitrary<bool>();
  RC_ASSERT(poll_interval(room, near, has_seats, 0) <= poll_interval(room, far, has_seats, 0));
  RC_ASSERT(poll_interval(room, far, true, 0) <= poll_interval(room, far, false, 0));
  RC_ASSERT(poll_interval(room, near, has_seats, 0) >= seconds{1});
}

// A person polled far from the front, and then the front moved faster. The promise of the call that reaches this person
// still covers the interval of that poll.
RC_GTEST_PROP(Promise, CoversThePollThatWasAgreedOnFartherAway, ()) {
  Room room{.settings = {.max_active = *rc::gen::inRange(1, 50), .admissions_per_second = *rc::gen::inRange(1, 20)},
            .booking = {},
            .limits = {}};
  QueueRow row;
  TimePoint now{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  std::vector<std::pair<TimePoint, std::int64_t>> fronts{{now, 0}};
  for (int calls = *rc::gen::inRange(1, 12); calls > 0; --calls) {
    now += milliseconds{*rc::gen::inRange(200, 15'000)};
    const std::int64_t people = *rc::gen::inRange(1, 60);
    const TimePoint until = now + longest_promise(room, row, people - 1, now);
    const std::int64_t number = row.front + people;
    for (std::size_t i = 0; i < fronts.size(); ++i) {  // the person may have polled just before the front moved
      const TimePoint polled = i + 1 < fronts.size() ? fronts[i + 1].first : now;
      RC_ASSERT(polled + poll_interval(room, number - fronts[i].second - 1, true, 0.999) <= until);
    }
    row.front = number;
    row.calls.push_back({.upto = number, .people = people, .at = now, .until = until});
    fronts.emplace_back(now, number);
  }
}

TEST(Stay, EndsByAgeByIdlenessAndNotWhileAHoldLives) {
  const Room room{.settings = {}, .booking = {}, .limits = {}};
  const TimePoint now{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  EXPECT_FALSE(has_stay_ended(room, {.admitted_at = now - seconds{599}, .seen_at = now - seconds{119}}, now));
  EXPECT_TRUE(has_stay_ended(room, {.admitted_at = now - seconds{600}, .seen_at = now}, now));
  EXPECT_TRUE(has_stay_ended(room, {.admitted_at = now - seconds{120}, .seen_at = now - seconds{120}}, now));
  EXPECT_FALSE(has_stay_ended(room, {.admitted_at = now - hours{1}, .seen_at = now, .holds_until = now + seconds{1}}, now));
}

}  // namespace
}  // namespace frontrow
