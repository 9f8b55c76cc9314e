// The promises to people in a queue, in either profile. The tests ask through PublicQueue, as the API does, on the real store.
#include <gmock/gmock.h>

#include <map>

#include "contract/queue_hall.hpp"
#include "support/services/services.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using enum TicketStatus;

class PublicQueueContract : public testing::TestWithParam<HallKind> {
 protected:
  PublicQueueContract() : hall_(GetParam().make()), hall(*hall_) {}
  // Every test leaves a sale in which all rules hold.
  void TearDown() override {
    for (const std::string& rule : hall.broken_rules()) ADD_FAILURE() << rule;
  }
  std::vector<Ticket> join_many(std::int64_t first, int people) {
    std::vector<Ticket> tickets;
    for (int i = 0; i < people; ++i) tickets.push_back(hall.join(first + i));
    return tickets;
  }
  // Plays people who poll at the given interval, until `end`. Returns when each came in.
  std::map<std::int64_t, TimePoint> play(std::vector<Ticket> tickets, Duration time,
                                         const std::function<void(const Ticket&)>& once_in) {
    std::map<std::int64_t, TimePoint> came_in, next_poll;
    for (const Ticket& ticket : tickets) next_poll[ticket.number.value] = hall.clock.now();
    hall.wait(time, [&] {
      for (const Ticket& ticket : tickets) {
        const std::int64_t number = ticket.number.value;
        if (came_in.contains(number) || hall.clock.now() < next_poll[number]) continue;
        const TicketView view = hall.poll(ticket);
        next_poll[number] = hall.clock.now() + view.poll_after;
        if (view.status != active) continue;
        came_in[number] = hall.clock.now();
        once_in(ticket);
      }
    });
    return came_in;
  }

  std::unique_ptr<QueueHall> hall_;
  QueueHall& hall;
};

// Joining.

TEST_P(PublicQueueContract, APassGivesOnePlaceWhicheverPodItIsShownTo) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const auto pass = [](int id) {
    return ShownPass{.refusal = {}, .use = {.owner = {}, .operation = Operation::use_pass, .hash = {static_cast<std::byte>(id)}}};
  };
  const ShownPass none{.refusal = Refusal{.code = ErrorCode::join_pass_required}};
  const auto refusal = [&](std::int64_t user, const ShownPass& shown) {
    const auto joined = hall.try_join(user, shown);
    return joined ? ErrorCode::not_found : joined.error().code;
  };
  const auto first = hall.try_join(1, pass(1));
  ASSERT_TRUE(first);
  for (std::int64_t user = 2; user < 6; ++user) EXPECT_EQ(refusal(user, pass(1)), ErrorCode::join_pass_used);
  for (int again = 0; again < 3; ++again) EXPECT_EQ(hall.try_join(1, none)->number, first->number);
  EXPECT_EQ(hall.try_join(2, pass(2))->number.value, 2) << "no refusal has taken a number";
  EXPECT_EQ(hall.try_join(2, pass(3))->number.value, 2);
  EXPECT_EQ(hall.try_join(3, pass(3))->number.value, 3) << "a pass that gave no place is not used";
  hall.leave(*first);
  EXPECT_EQ(refusal(1, none), ErrorCode::join_pass_required);
  EXPECT_EQ(refusal(1, pass(1)), ErrorCode::join_pass_used);
}

// For an operator, who knows the user and no number.
TEST_P(PublicQueueContract, AUserIsRemovedByName) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket inside = hall.join(1), waiting = hall.join(2);
  const auto remove = [&](Ticket ticket) {
    ticket.number = {};
    hall.leave(ticket);
    hall.leave(ticket);
  };
  remove(waiting);
  EXPECT_EQ(hall.status(waiting), expired);
  EXPECT_EQ(hall.status(inside), active);
  remove(inside);
  EXPECT_EQ(hall.status(inside), expired);
  EXPECT_GT(hall.join(1).number, waiting.number);
}

TEST_P(PublicQueueContract, AnEmptyQueueWithRoomLetsInAtOnce) {
  hall.open({.max_active = 2, .admissions_per_second = 10});
  EXPECT_EQ(hall.status(hall.join(1)), active);
  EXPECT_EQ(hall.status(hall.join(2)), active);
  const Ticket third = hall.join(3);
  EXPECT_EQ(hall.status(third), waiting);
  EXPECT_EQ(hall.poll(third).position, 1);
}

TEST_P(PublicQueueContract, AskingAgainIsTheSamePlace) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket inside = hall.join(1), waits = hall.join(2);
  EXPECT_EQ(hall.join(1).number, inside.number);
  EXPECT_EQ(hall.join(2).number, waits.number);
  EXPECT_EQ(hall.join(3).number.value, 3);
}

TEST_P(PublicQueueContract, BeforeBookingOpensNobodyIsInAndThePlaceCounts) {
  hall.open({.max_active = 1, .admissions_per_second = 10}, 10, {.opens_at = hall.clock.now() + minutes{1}});
  const Ticket first = hall.join(1), second = hall.join(2);
  EXPECT_EQ(hall.poll(second).position, 2);
  hall.wait(seconds{30});
  EXPECT_EQ(hall.status(first), waiting);
  const auto came_in = play({first, second}, seconds{70}, [&](const Ticket& ticket) { hall.leave(ticket); });
  ASSERT_EQ(came_in.size(), 2U);
  EXPECT_LT(came_in.at(1), came_in.at(2));
}

TEST_P(PublicQueueContract, AClosedSaleTakesNobody) {
  hall.open({}, 10, {.closes_at = hall.clock.now() + minutes{1}});
  const Ticket inside = hall.join(1);
  hall.wait(minutes{1});
  EXPECT_EQ(hall.try_join(2).error().code, ErrorCode::booking_not_open);
  hall.patch({.closes_at = std::optional{hall.clock.now() + minutes{5}}});
  EXPECT_TRUE(hall.try_join(2).has_value()) << "it was extended";
  EXPECT_EQ(hall.status(inside), active);
}

// Order, cap and rate.

TEST_P(PublicQueueContract, WhoPollsAsToldComesInByNumber) {
  hall.open({.max_active = 3, .admissions_per_second = 5});
  const auto came_in = play(join_many(1, 25), seconds{60}, [&](const Ticket& ticket) { hall.leave(ticket); });
  ASSERT_EQ(came_in.size(), 25U);
  TimePoint last{};
  for (const auto& [number, at] : came_in) {
    EXPECT_LE(last, at) << "number " << number;
    last = at;
  }
}

TEST_P(PublicQueueContract, TheCapHolds) {
  hall.open({.max_active = 4, .admissions_per_second = 100});
  std::vector<Ticket> tickets = join_many(1, 30), inside;
  const auto came_in = play(tickets, seconds{20}, [&](const Ticket& ticket) { inside.push_back(ticket); });
  EXPECT_EQ(inside.size(), 4U);
  for (const Ticket& ticket : inside) hall.leave(ticket);
  inside.clear();
  tickets.erase(tickets.begin(), tickets.begin() + 4);
  play(tickets, seconds{20}, [&](const Ticket& ticket) { inside.push_back(ticket); });
  EXPECT_EQ(inside.size(), 4U);
}

TEST_P(PublicQueueContract, TheRateHolds) {
  hall.open({.max_active = 1'000, .admissions_per_second = 2});
  const TimePoint opened = hall.clock.now();
  std::vector<TimePoint> times;
  play(join_many(1, 20), seconds{8}, [&](const Ticket&) { times.push_back(hall.clock.now()); });
  for (const TimePoint at : times) {
    const auto so_far = std::ranges::count_if(times, [&](TimePoint other) { return other <= at; });
    EXPECT_LE(static_cast<double>(so_far), 2 + 2 * std::chrono::duration<double>(at - opened).count());
  }
  EXPECT_GE(times.size(), 12U);
}

TEST_P(PublicQueueContract, AMissingCallDelaysNobodyForLongAndTheLateOneIsNext) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const std::vector<Ticket> tickets = join_many(1, 4);
  hall.leave(tickets[0]);
  const auto came_in = play({tickets[2], tickets[3]}, seconds{90}, [&](const Ticket& ticket) {
    if (ticket.number.value == 3) hall.leave(ticket);
  });
  ASSERT_EQ(came_in.size(), 2U) << "the second never came";
  EXPECT_EQ(hall.status(tickets[1]), waiting) << "the fourth is inside";
  hall.leave(tickets[3]);
  EXPECT_EQ(play({tickets[1]}, seconds{10}, [](const Ticket&) {}).size(), 1U) << "late, and in as soon as there is room";
}

// Knocking.

TEST_P(PublicQueueContract, CalledPeopleWhoOnlyKnockFreezeNothing) {
  hall.open({.max_active = 5, .admissions_per_second = 20});
  const std::vector<Ticket> inside = join_many(1, 5), knockers = join_many(100, 20), polite = join_many(200, 20);
  for (const Ticket& ticket : inside) hall.leave(ticket);
  std::map<std::int64_t, TimePoint> next_poll;
  std::size_t came_in = 0;
  hall.wait(seconds{150}, [&] {
    for (const Ticket& ticket : knockers) EXPECT_EQ(hall.refusal(ticket, Purpose::hold), ErrorCode::queue_token_not_active);
    for (const Ticket& ticket : polite) {
      if (next_poll[ticket.number.value] > hall.clock.now()) continue;
      const TicketView view = hall.poll(ticket);
      next_poll[ticket.number.value] = hall.clock.now() + view.poll_after;
      if (view.status == active) ++came_in, hall.leave(ticket);
    }
  });
  EXPECT_EQ(came_in, polite.size());
}

// Switches.

TEST_P(PublicQueueContract, OffAndOnEvictsNobody) {
  hall.open({.max_active = 2, .admissions_per_second = 10});
  const std::vector<Ticket> tickets = join_many(1, 6);
  hall.configure({.enabled = false, .max_active = 2, .admissions_per_second = 10});
  for (int i = 0; i < 20; ++i) {
    hall.wait_long(seconds{10});
    for (const Ticket& ticket : tickets) EXPECT_EQ(hall.status(ticket), active);
  }
  hall.configure({.enabled = true, .max_active = 2, .admissions_per_second = 10});
  hall.wait(seconds{1});
  for (const Ticket& ticket : tickets) EXPECT_EQ(hall.status(ticket), active) << ticket.number.value;
  const Ticket late = hall.join(7);
  hall.wait(seconds{5});
  EXPECT_EQ(hall.status(late), waiting) << "too many are in";
}

TEST_P(PublicQueueContract, ALoweredCapEvictsNobodyAndARaisedOneCalls) {
  hall.open({.max_active = 4, .admissions_per_second = 10});
  std::vector<Ticket> tickets = join_many(1, 10);
  hall.configure({.max_active = 1, .admissions_per_second = 10});
  hall.wait(seconds{2});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(hall.status(tickets[static_cast<std::size_t>(i)]), active);
  hall.leave(tickets[0]);
  tickets.erase(tickets.begin(), tickets.begin() + 4);
  EXPECT_EQ(play(tickets, seconds{10}, [](const Ticket&) {}).size(), 0U);
  hall.configure({.max_active = 6, .admissions_per_second = 10});
  EXPECT_EQ(play(tickets, seconds{15}, [](const Ticket&) {}).size(), 3U);
}

// Endings.

TEST_P(PublicQueueContract, LeavingFreesThePlaceAndTheUserMayJoinAgainAtTheTail) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket first = hall.join(1), second = hall.join(2), third = hall.join(3);
  hall.leave(second);
  EXPECT_EQ(hall.status(second), expired);
  EXPECT_EQ(hall.poll(third).position, 1);
  hall.leave(second);
  const Ticket again = hall.join(2);
  EXPECT_EQ(again.number.value, 4);
  EXPECT_EQ(hall.status(second), expired) << "the old ticket stays over";
  EXPECT_EQ(hall.poll(again).position, 2);
  hall.leave(first);
  EXPECT_EQ(hall.refusal(first, Purpose::look), ErrorCode::queue_token_expired);
  EXPECT_EQ(play({third}, seconds{5}, [](const Ticket&) {}).size(), 1U);
}

TEST_P(PublicQueueContract, PayingCompletesTheTicket) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket ticket = hall.join(1), next = hall.join(2);
  hall.buy(ticket);
  EXPECT_EQ(hall.status(ticket), completed);
  EXPECT_EQ(hall.refusal(ticket, Purpose::look), ErrorCode::queue_token_completed);
  EXPECT_EQ(hall.hold(ticket).error().code, ErrorCode::queue_token_completed);
  EXPECT_EQ(play({next}, seconds{5}, [](const Ticket&) {}).size(), 1U) << "the slot is free";
  EXPECT_EQ(hall.join(1).number.value, 3);
}

TEST_P(PublicQueueContract, WithAnotherHoldLeftPayingCompletesNothingYet) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket ticket = hall.join(1);
  const auto one = hall.hold(ticket), two = hall.hold(ticket);
  ASSERT_TRUE(one && two);
  hall.pay(ticket, *one);
  EXPECT_EQ(hall.status(ticket), active);
  EXPECT_EQ(hall.refusal(ticket, Purpose::look), std::nullopt);
  hall.give_back(ticket, *two);
  EXPECT_EQ(hall.status(ticket), completed);
}

TEST_P(PublicQueueContract, SilenceEndsAStayAndATurnHasItsTime) {
  hall.limits.active = seconds{600};
  hall.open({.max_active = 2, .admissions_per_second = 10});
  const Ticket silent = hall.join(1), busy = hall.join(2), next = hall.join(3), last = hall.join(4);
  hall.wait_long(seconds{260}, [&] { EXPECT_EQ(hall.status(busy), active); });
  EXPECT_EQ(hall.status(silent), expired);
  EXPECT_EQ(play({next}, seconds{5}, [](const Ticket&) {}).size(), 1U) << "the silent one's slot is free";
  const std::function<void()> both = [&] { hall.poll(busy), hall.poll(next); };
  hall.wait_long(seconds{330}, both);
  EXPECT_EQ(hall.status(busy), active);
  hall.wait(seconds{15}, both);
  EXPECT_EQ(hall.status(busy), expired) << "however often it polls";
  const Ticket again = hall.join(2);
  EXPECT_EQ(again.number.value, last.number.value + 1);
  EXPECT_EQ(play({last, again}, seconds{10}, [](const Ticket&) {}).size(), 1U);
}

TEST_P(PublicQueueContract, ALiveHoldKeepsTheTicketForPaying) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket ticket = hall.join(1);
  hall.wait_long(seconds{500}, [&] { hall.poll(ticket); });
  const auto held = hall.hold(ticket);
  ASSERT_TRUE(held.has_value());
  hall.wait_long(seconds{150});
  EXPECT_EQ(hall.refusal(ticket, Purpose::look), std::nullopt);
  EXPECT_EQ(hall.hold(ticket).error().code, ErrorCode::queue_token_expired);
  hall.pay(ticket, *held);
  EXPECT_EQ(hall.status(ticket), completed);
}

TEST_P(PublicQueueContract, ACalledPlaceLapsesAfterTheReturnWindow) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket first = hall.join(1), silent = hall.join(2);
  hall.leave(first);
  hall.wait_long(seconds{300});
  EXPECT_EQ(hall.join(2).number, silent.number) << "still in line";
  hall.wait_long(seconds{760});
  EXPECT_EQ(hall.status(silent), expired);
  EXPECT_EQ(hall.join(2).number.value, 3);
}

// Seats.

TEST_P(PublicQueueContract, NobodyIsCalledIntoASoldOutHall) {
  hall.open({.max_active = 1, .admissions_per_second = 10}, 1);
  const Ticket buyer = hall.join(1), next = hall.join(2);
  const auto held = hall.hold(buyer);
  ASSERT_TRUE(held.has_value());
  hall.pay(buyer, *held);
  EXPECT_EQ(play({next}, seconds{30}, [](const Ticket&) {}).size(), 0U);
  EXPECT_EQ(hall.status(next), waiting) << "the place is kept";
}

// Restarts.

TEST_P(PublicQueueContract, ARestartKeepsEveryPlace) {
  hall.open({.max_active = 2, .admissions_per_second = 10});
  const std::vector<Ticket> tickets = join_many(1, 8);
  hall.leave(tickets[4]);
  hall.buy(tickets[0]);
  std::vector<std::int64_t> before;
  for (const Ticket& ticket : tickets) before.push_back(hall.poll(ticket).position);
  hall.restart();
  EXPECT_EQ(hall.status(tickets[0]), completed);
  EXPECT_EQ(hall.status(tickets[1]), active);
  EXPECT_EQ(hall.status(tickets[4]), expired);
  for (std::size_t i = 2; i < tickets.size(); ++i) EXPECT_LE(hall.poll(tickets[i]).position, before[i]) << i;
  EXPECT_EQ(hall.join(3).number.value, 3);
  EXPECT_EQ(hall.join(9).number.value, 9);
  const auto came_in = play({tickets[2], tickets[3], tickets[5]}, seconds{90}, [&](const Ticket& ticket) { hall.leave(ticket); });
  EXPECT_EQ(came_in.size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Halls, PublicQueueContract,
                         testing::Values(HallKind{"Embedded", embedded_hall}, HallKind{"Cluster", [] { return cluster_hall(1); }},
                                         HallKind{"ClusterOfTwo", [] { return cluster_hall(2); }}),
                         [](const auto& kind) { return kind.param.name; });

// In a cluster, the boards and sightings beside the store may vanish at any time.

class Polite {
 public:
  Polite(QueueHall& hall, const std::vector<Ticket>& tickets) : hall_(hall) {
    for (const Ticket& ticket : tickets) people_.push_back({.ticket = ticket});
  }
  void poll_those_due() {
    for (Person& person : people_) {
      if (hall_.clock.now() < person.next_poll) continue;
      const TicketView view = hall_.poll(person.ticket);
      person.next_poll = hall_.clock.now() + view.poll_after;
      EXPECT_LE(view.position, person.position) << "number " << person.ticket.number.value;
      person.position = view.position;
      person.is_in = view.status == active;
    }
  }
  std::size_t inside() const { return static_cast<std::size_t>(std::ranges::count_if(people_, &Person::is_in)); }

 private:
  struct Person {
    Ticket ticket;
    TimePoint next_poll{};
    std::int64_t position = INT64_MAX;
    bool is_in = false;
  };
  QueueHall& hall_;
  std::vector<Person> people_;
};

class ClusterOnly : public testing::TestWithParam<int> {
 protected:
  std::unique_ptr<QueueHall> hall_ = cluster_hall(GetParam());
  QueueHall& hall = *hall_;
};

TEST_P(ClusterOnly, WithRedisAwayEverybodyGoesOn) {
  hall.open({.max_active = 2, .admissions_per_second = 10});
  std::vector<Ticket> tickets;
  for (std::int64_t user = 1; user <= 6; ++user) tickets.push_back(hall.join(user));
  BesideTheStore::is_away = true;
  tickets.push_back(hall.join(7));
  EXPECT_EQ(tickets.back().number.value, 7);
  hall.buy(tickets[0]);
  hall.leave(tickets[1]);
  Polite polite(hall, {tickets.begin() + 2, tickets.end()});
  hall.wait(seconds{60}, [&] { polite.poll_those_due(); });
  EXPECT_EQ(polite.inside(), 2U);
  BesideTheStore::is_away = false;
  for (const std::string& rule : hall.broken_rules()) ADD_FAILURE() << rule;
}

TEST_P(ClusterOnly, NobodyIsEndedForSilenceWhilePresenceIsUnknown) {
  hall.open({.max_active = 1, .admissions_per_second = 10});
  const Ticket ticket = hall.join(1);
  hall.wait_long(seconds{100}, [&] { hall.poll(ticket); });
  BesideTheStore::is_away = true;
  hall.wait_long(seconds{200});
  EXPECT_EQ(hall.status(ticket), active);
  BesideTheStore::is_away = false;
  hall.wait_long(seconds{100});
  EXPECT_EQ(hall.status(ticket), active);
}

TEST_P(ClusterOnly, EmptyingRedisIsNotNoticed) {
  hall.open({.max_active = 2, .admissions_per_second = 10});
  std::vector<Ticket> tickets;
  for (std::int64_t user = 1; user <= 10; ++user) tickets.push_back(hall.join(user));
  int rounds = 0;
  Polite polite(hall, tickets);
  hall.wait(seconds{20}, [&] {
    if (++rounds % 10 == 0) BesideTheStore::forget();
    polite.poll_those_due();
  });
  EXPECT_EQ(hall.join(11).number.value, 11);
}

// A join waits in line for the queue's row. People inside are no part of that line.
TEST_P(ClusterOnly, OnlyJoinsAndClaimsWaitForTheQueuesRow) {
  hall.open({.max_active = 4, .admissions_per_second = 10});
  std::vector<Ticket> tickets;
  for (std::int64_t user = 1; user <= 4; ++user) tickets.push_back(hall.join(user));
  for (const Ticket& ticket : tickets) ASSERT_EQ(hall.status(ticket), active);
  const Result<ReservationId> to_pay = hall.hold(tickets[0]), to_give_back = hall.hold(tickets[1]),
                              to_lapse = hall.hold(tickets[2]);
  ASSERT_TRUE(to_pay && to_give_back && to_lapse);
  auto rival = hall.lock_queue();
  ASSERT_FALSE(hall.try_join(5)) << "the row is locked indeed";
  hall.pay(tickets[0], *to_pay);
  hall.give_back(tickets[1], *to_give_back);
  EXPECT_TRUE(hall.hold(tickets[1]));
  hall.leave(tickets[3]);
  EXPECT_EQ(hall.status(tickets[0]), TicketStatus::completed);
  EXPECT_EQ(hall.status(tickets[3]), TicketStatus::expired);
  rival.reset();
  EXPECT_EQ(hall.join(5).number.value, 5);
  for (const std::string& rule : hall.broken_rules()) ADD_FAILURE() << rule;
}

TEST_P(ClusterOnly, AStoreThatDiesAndComesBackLosesNoPlace) {
  hall.open({.max_active = 2, .admissions_per_second = 10});
  std::vector<Ticket> tickets;
  for (std::int64_t user = 1; user <= 6; ++user) tickets.push_back(hall.join(user));
  const auto position = [&](std::size_t i) { return hall.poll(tickets[i]).position; };
  const std::int64_t before = position(5);
  kill_service("mysql-primary");
  EXPECT_FALSE(hall.try_join(7)) << "a place is given when it is stored";
  EXPECT_EQ(position(5), before) << "what was shown is shown from memory";
  revive_service("mysql-primary");
  Result<Ticket> seventh = std::unexpected(Refusal{});
  ASSERT_TRUE(eventually([&] { return (seventh = hall.try_join(7)).has_value(); }));
  EXPECT_GE(seventh->number.value, 7);
  EXPECT_LE(position(5), before);
  Result<ReservationId> held = std::unexpected(Refusal{});
  ASSERT_TRUE(eventually([&] { return (held = hall.hold(tickets[0])).has_value(); })) << "a connection that died refuses once";
  hall.pay(tickets[0], *held);
  tickets.push_back(*seventh);
  Polite polite(hall, {tickets.begin() + 1, tickets.end()});
  hall.wait(seconds{60}, [&] { polite.poll_those_due(); });
  EXPECT_EQ(polite.inside(), 2U);
  for (const std::string& rule : hall.broken_rules()) ADD_FAILURE() << rule;
}

INSTANTIATE_TEST_SUITE_P(Cluster, ClusterOnly, testing::Values(1, 2));

// Every answer of Redis comes late: in time, or after the pod has given up.
class SlowRedis : public testing::TestWithParam<Duration> {};

TEST_P(SlowRedis, CostsNobodyAPlaceOrATurn) {
  const auto hall = cluster_hall(2, GetParam());
  hall->open({.max_active = 2, .admissions_per_second = 10});
  std::vector<Ticket> tickets;
  for (std::int64_t user = 1; user <= 8; ++user) {
    tickets.push_back(hall->join(user));
    EXPECT_EQ(tickets.back().number.value, user);
  }
  hall->buy(tickets[0]);
  hall->leave(tickets[1]);
  Polite polite(*hall, {tickets.begin() + 2, tickets.end()});
  hall->wait(seconds{20}, [&] { polite.poll_those_due(); });
  EXPECT_EQ(polite.inside(), 2U);
  EXPECT_EQ(hall->status(tickets[2]), active) << "in the order of their numbers";
  EXPECT_EQ(hall->status(tickets[3]), active);
  EXPECT_EQ(hall->status(tickets[4]), waiting);
  for (const std::string& rule : hall->broken_rules()) ADD_FAILURE() << rule;
}

INSTANTIATE_TEST_SUITE_P(Cluster, SlowRedis, testing::Values(Duration{10}, Duration{60}),
                         [](const auto& param) { return "Milliseconds" + std::to_string(param.param.count()); });

}  // namespace
}  // namespace frontrow::test
