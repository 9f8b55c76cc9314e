// The delay line, with a clock that the test moves and a stream that the test fills.
#include "workers/delay_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/log.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/memory_stream.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Ids = std::vector<ReservationId>;

class DelayLineTest : public testing::Test {
 protected:
  DelayLineTest() { configure_log({.out = &log}); }
  ~DelayLineTest() override { configure_log({}); }

  std::int64_t add(int partition, std::int64_t reservation, Duration ends_in) {
    const FeedEvent feed{
        .id = {},
        .event = {.type = EventType::reservation_created, .occurred_at = clock.now(), .reservation = {reservation}, .seq = 1},
        .reservation = {.id = {reservation}, .expires_at = clock.now() + ends_in}};
    return consumer.add(partition, message_of(feed).payload);
  }
  void run() { line.run_once(Duration{100}); }
  void settle(bool is_settled = true) {
    for (auto& done : std::exchange(under_way, {})) done(is_settled);
  }

  std::ostringstream log;
  ManualClock clock;
  test::MemoryConsumer consumer;
  test::MemoryPublisher dead_letters;
  Metrics metrics;
  std::vector<Ids> named;
  std::vector<DelayLine::Done> under_way;
  DelayLine line{consumer, dead_letters, clock, metrics, [this](Ids due, DelayLine::Done done) {
                   named.push_back(std::move(due));
                   under_way.push_back(std::move(done));
                 }};
};

TEST_F(DelayLineTest, NamesAHoldAtItsEndAndNotBefore) {
  add(0, 5, seconds{300});
  run();
  clock.advance(seconds{300} - Duration{1});
  run();
  EXPECT_THAT(named, IsEmpty());
  clock.advance(Duration{1});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}}));
}

// The sender's clock was wrong, or the message is not one of ours.
TEST_F(DelayLineTest, ADeadlineThatNoHoldCanHaveKeepsNoOtherWaiting) {
  add(0, 5, std::chrono::years{7'000});
  add(0, 6, DelayLine::kLongestHold + Duration{1});
  add(0, 7, seconds{300});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}, {6}})) << "the store decides whether they are over";
  settle();
  clock.advance(seconds{300});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}, {6}}, Ids{{7}}));
}

TEST_F(DelayLineTest, CommitsOnlyWhatIsSettled) {
  add(0, 5, seconds{1});
  add(0, 6, seconds{1});
  add(0, 7, seconds{2});
  clock.advance(seconds{1});
  run();
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}, {6}})) << "and not again while they are under way";
  EXPECT_THAT(consumer.committed, IsEmpty());
  settle();
  run();
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 2}));
}

TEST_F(DelayLineTest, CommitsAgainWhatTheBrokerHasLost) {
  add(0, 5, Duration{0});
  run();
  settle();
  run();
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 1}));
  consumer.committed.clear();
  consumer.lags = {{.partition = 0, .committed = 0, .end = 1}};
  clock.advance(seconds{10});
  run();
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 1}));
  consumer.committed.clear();
  consumer.lags = {{.partition = 0, .committed = 1, .end = 1}};
  clock.advance(seconds{10});
  run();
  EXPECT_THAT(consumer.committed, IsEmpty()) << "the broker has it";
}

TEST_F(DelayLineTest, NamesAgainWhatCouldNotBeSettled) {
  add(0, 5, Duration{0});
  run();
  settle(false);
  run();
  EXPECT_THAT(named, SizeIs(1)) << "not in the same breath";
  clock.advance(DelayLine::kRetry);
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}}, Ids{{5}}));
  EXPECT_THAT(consumer.committed, IsEmpty());
  settle();
  run();
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 1}));
}

TEST_F(DelayLineTest, AHeadThatIsNotDueHoldsUpItsOwnPartitionOnly) {
  add(0, 5, seconds{10});
  add(0, 6, seconds{1});
  add(1, 7, seconds{1});
  clock.advance(seconds{1});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{7}}));
}

TEST_F(DelayLineTest, DropsAnEventThatHasHadItsEffect) {
  add(0, 5, Duration{0});
  run();
  settle();
  add(0, 5, Duration{0});
  run();
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}}));
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 2})) << "the repetition is done with";
}

TEST_F(DelayLineTest, NamesAReservationOnceHoweverOftenItWaits) {
  add(0, 5, Duration{0});
  add(0, 5, Duration{0});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}}));
}

TEST_F(DelayLineTest, PausesAFullPartitionAndGoesOnPolling) {
  for (std::size_t i = 0; i < DelayLine::kWaiting + 10; ++i) add(0, static_cast<std::int64_t>(i + 1), seconds{300});
  for (int round = 0; round < 5; ++round) run();
  EXPECT_THAT(consumer.paused, ElementsAre(0));
  EXPECT_THAT(consumer.waits, SizeIs(5)) << "a member that does not poll is put out of its group";
  EXPECT_LE(consumer.waiting.size(), 10U);
  clock.advance(seconds{300});
  for (std::size_t lot = 0; lot <= (DelayLine::kWaiting + 10) / DelayLine::kNamedAtOnce; ++lot) {
    run();
    settle();
  }
  run();
  EXPECT_THAT(consumer.paused, IsEmpty());
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, static_cast<std::int64_t>(DelayLine::kWaiting + 10)}));
}

TEST_F(DelayLineTest, PutsAsideWhatItCannotRead) {
  add(0, 5, Duration{0});
  consumer.add(0, "rubbish");
  add(0, 6, Duration{0});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}, {6}}));
  ASSERT_THAT(dead_letters.published, SizeIs(1));
  const Message& letter = dead_letters.published.front();
  EXPECT_EQ(letter.topic, "frontrow.dead-letter");
  EXPECT_EQ(letter.payload, "rubbish");
  EXPECT_EQ(letter.key, "k");
  EXPECT_THAT(letter.headers, testing::Contains(std::pair<std::string, std::string>("offset", "1")));
  EXPECT_EQ(metrics.dead_letters.Value(), 1);
}

TEST_F(DelayLineTest, KeepsWhatItCannotReadUntilItIsPutAside) {
  consumer.add(0, "rubbish");
  dead_letters.is_away = true;
  run();
  EXPECT_THAT(consumer.committed, IsEmpty());
  dead_letters.is_away = false;
  clock.advance(DelayLine::kRetry);
  run();
  EXPECT_THAT(dead_letters.published, SizeIs(1));
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 1}));
  clock.advance(seconds{10});
  run();
  EXPECT_THAT(dead_letters.published, SizeIs(1));
}

TEST_F(DelayLineTest, ForgetsAPartitionThatWasTakenAway) {
  add(0, 5, Duration{0});
  add(1, 6, seconds{1});
  run();
  consumer.revoked = {0, 1};
  run();
  settle();
  clock.advance(seconds{1});
  run();
  EXPECT_THAT(named, ElementsAre(Ids{{5}}));
  EXPECT_THAT(consumer.committed, IsEmpty()) << "it is somebody else's now";
}

TEST_F(DelayLineTest, AnOutcomeOfBeforeIsNotTakenForOneOfNow) {
  add(0, 5, Duration{0});
  run();
  consumer.revoked = {0};
  run();
  add(0, 6, Duration{0});  // given back
  run();
  ASSERT_THAT(under_way, SizeIs(2));
  under_way.front()(true);
  run();
  EXPECT_THAT(consumer.committed, IsEmpty());
  under_way.back()(true);
  run();
  EXPECT_THAT(consumer.committed, ElementsAre(std::pair{0, 2}));
}

TEST_F(DelayLineTest, WaitsNoLongerThanUntilTheNextEnd) {
  add(0, 5, Duration{30});
  run();
  run();
  EXPECT_THAT(consumer.waits, ElementsAre(Duration{100}, Duration{30}));
}

TEST_F(DelayLineTest, CountsAsLagOnlyWhatIsOverdue) {
  add(0, 5, seconds{1});
  add(0, 6, seconds{300});
  consumer.lags = {{.partition = 0, .committed = 0, .end = 2}};
  run();
  EXPECT_EQ(metrics.consumer_lag.Value(), 0);
  EXPECT_EQ(metrics.consumer_raw_lag.Value(), 2);
  clock.advance(seconds{1});
  run();
  EXPECT_EQ(metrics.consumer_lag.Value(), 1);
  settle();
  clock.advance(seconds{1});
  run();
  EXPECT_EQ(metrics.consumer_lag.Value(), 0);
}

TEST_F(DelayLineTest, WhatWasNotFetchedCountsWhenAllThatWasIsOverdue) {
  add(0, 5, Duration{0});
  consumer.lags = {{.partition = 0, .committed = 0, .end = 50'000}};
  run();
  EXPECT_EQ(metrics.consumer_lag.Value(), 50'000);
}

}  // namespace
}  // namespace frontrow
