// A pod that stops while others sell: its relay has something to deliver in every round.
#include "workers/event_workers.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "support/fakes/manual_clock.hpp"
#include "support/fakes/memory_stream.hpp"
#include "support/wait.hpp"

namespace frontrow {
namespace {

// The next event comes as soon as one is delivered.
class BusyOutbox final : public Outbox {
 public:
  std::vector<OutboxRow> pending(int shard, int) override {
    if (shard != 0) return {};
    const ReservationId reservation{16 * (rounds + 1)};
    return {{.id = {rounds + 1},
             .event = {.type = EventType::reservation_created, .reservation = reservation, .seq = 1},
             .reservation = {.id = reservation}}};
  }
  void delivered(int, std::span<const OutboxId>) override {
    ++rounds;
    after_first_round();
  }
  std::vector<int> take_leases(std::span<const int> shards, std::int64_t, Duration) override {
    return {shards.begin(), shards.end()};
  }
  bool has_news(std::span<const int>) override { return true; }
  EventId number_events(int) override { return {1}; }

  std::function<void()> after_first_round;
  std::atomic<std::int64_t> rounds{0};
};

TEST(EventWorkersTest, AStopWaitsForOneRoundOfTheRelayHoweverManyEventsCome) {
  ManualClock clock;
  BusyOutbox outbox;
  test::MemoryPublisher publisher, dead_letters;
  test::MemoryConsumer consumer;
  Metrics metrics;
  Relay relay{outbox, publisher, clock, metrics, {.owner = 1}};
  DelayLine line{consumer, dead_letters, clock, metrics, [](const std::vector<ReservationId>&, const DelayLine::Done&) {}};
  IdlePace pace{kRelayPassesOver};
  std::atomic<EventWorkers*> started{nullptr};
  outbox.after_first_round = [&] {
    while (started == nullptr) std::this_thread::yield();
    started.load()->stop();
  };
  EventWorkers workers{relay, line, pace};
  started = &workers;
  EXPECT_TRUE(test::eventually([&] { return outbox.rounds > 0; }));
  workers.stop();
  EXPECT_EQ(outbox.rounds, 1);
}

}  // namespace
}  // namespace frontrow
