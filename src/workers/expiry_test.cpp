// Expiry names due reservations, one command at a time, until they have ended.
#include "workers/expiry.hpp"

#include "app/commit/commit_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/commands/reservation.hpp"
#include "base/log.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ExpiryTest : public testing::Test {
 protected:
  ExpiryTest() {
    configure_log({.out = &log});
    store.on_execute = [this](std::span<Command* const> batch) {
      for (const Command* command : batch) {
        Keys keys;
        command->declare(keys);
        named.push_back(keys.reservations);
      }
    };
  }
  ~ExpiryTest() override { configure_log({}); }

  std::ostringstream log;
  ManualClock clock;
  ScriptedStore store{clock};
  Metrics metrics;
  CommitQueue commits{store, clock, metrics, {.capacity = 4}, [](const WorkingSet&) {}, [] {}};
  Deadlines deadlines;
  Expiry expiry{deadlines, commits, clock};
  std::vector<std::vector<ReservationId>> named;
};

TEST_F(ExpiryTest, SubmitsNothingWhileNothingIsDue) {
  deadlines.add(clock.now() + Duration{1}, {1});
  expiry.run_once();
  EXPECT_FALSE(commits.run_batch());
}

TEST_F(ExpiryTest, NamesWhatIsDueAtTheDeadlineItself) {
  deadlines.add(clock.now(), {1});
  deadlines.add(clock.now() + Duration{1}, {2});
  expiry.run_once();
  EXPECT_TRUE(commits.run_batch());
  EXPECT_THAT(named, ElementsAre(ElementsAre(ReservationId{1})));
}

TEST_F(ExpiryTest, HasOneCommandUnderWayAtATime) {
  deadlines.add(clock.now(), {1});
  for (int i = 0; i < 5; ++i) expiry.run_once();
  EXPECT_TRUE(commits.run_batch());
  EXPECT_FALSE(commits.run_batch());
  EXPECT_THAT(named, SizeIs(1));
  expiry.run_once();  // it is still there, so it is named again
  EXPECT_TRUE(commits.run_batch());
  EXPECT_THAT(named, SizeIs(2));
}

TEST_F(ExpiryTest, TakesAMassExpiryInBites) {
  for (std::int64_t id = 1; id <= 2'500; ++id) deadlines.add(clock.now() - seconds{1}, {id});
  std::vector<std::size_t> bites;
  while (true) {
    expiry.run_once();
    if (!commits.run_batch()) break;
    bites.push_back(named.back().size());
    for (const ReservationId id : named.back()) deadlines.remove(clock.now() - seconds{1}, id);
  }
  EXPECT_THAT(bites, ElementsAre(1'000, 1'000, 500));
}

TEST_F(ExpiryTest, GoesOnAfterACommandThatDidNotMakeIt) {
  deadlines.add(clock.now(), {1});
  for (int i = 0; i < 4; ++i)
    commits.submit(std::make_unique<ExpireReservations>(std::vector<ReservationId>{}, [](auto) {}), CommandClass::settle);
  expiry.run_once();  // no room: the command is dropped at once
  while (commits.run_batch()) named.clear();
  const auto works = store.on_execute;
  store.on_execute = [](std::span<Command* const>) { throw Unavailable("store", "away"); };
  expiry.run_once();
  EXPECT_TRUE(commits.run_batch());
  EXPECT_THAT(named, IsEmpty());
  expiry.run_once();
  clock.advance(seconds{2});  // the command waits too long
  EXPECT_FALSE(commits.run_batch());
  store.on_execute = works;
  expiry.run_once();
  EXPECT_TRUE(commits.run_batch());
  EXPECT_THAT(named, ElementsAre(ElementsAre(ReservationId{1})));
}

}  // namespace
}  // namespace frontrow
