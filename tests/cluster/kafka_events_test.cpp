// From the outbox through Kafka to the end of a hold, with the loops of a pod.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <set>

#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/publisher.hpp"
#include "adapters/kafka/topics.hpp"
#include "base/random.hpp"
#include "cluster/kafka_probe.hpp"
#include "cluster/shared_outbox.hpp"
#include "support/services/services.hpp"
#include "support/wait.hpp"
#include "workers/event_workers.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;

// Every due hold, named by the stream or by the sweep.
class Ended {
 public:
  DelayLine::OnDue collect() {
    return [this](std::vector<ReservationId> due, const DelayLine::Done& done) {
      {
        const std::lock_guard lock(mutex_);
        ids_.insert(due.begin(), due.end());
      }
      done(true);
    };
  }
  std::size_t count(std::int64_t begin, std::int64_t end) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::distance(ids_.lower_bound({begin}), ids_.lower_bound({end})));
  }

 private:
  std::mutex mutex_;
  std::set<ReservationId> ids_;
};

struct Pod {
  Pod(test::SharedOutbox& outbox, Ended& ended, std::int64_t owner, const kafka::KafkaSettings& settings)
      : publisher(settings),
        dead_letters(settings),
        consumer(settings, "reservation.created"),
        relay(outbox, publisher, clock, metrics, {.owner = owner}),
        line(consumer, dead_letters, clock, metrics, ended.collect()) {}
  ~Pod() { workers.stop(); }

  SystemClock clock;
  Metrics metrics;
  kafka::KafkaPublisher publisher, dead_letters;
  kafka::KafkaConsumer consumer;
  Relay relay;
  DelayLine line;
  IdlePace pace{kRelayPassesOver};
  EventWorkers workers{relay, line, pace};
};

TEST(KafkaEvents, HoldsOfTheOutboxEndThroughTheStream) {
  kafka::KafkaSettings settings = test::broker();
  settings.group = test::fresh_name("group");
  kafka::ensure_topics(settings, std::array<std::string, 2>{"reservation.created", std::string(kDeadLetterTopic)});
  const auto begin = static_cast<std::int64_t>(SystemRandom().next() >> 16);
  constexpr std::int64_t kHolds = 20'000;
  test::SharedOutbox outbox;
  Ended ended;
  const auto before = steady_now();
  for (std::int64_t id = begin; id < begin + kHolds; ++id) outbox.add(id, 1, EventType::reservation_created, seconds{1});
  Pod one(outbox, ended, 1, settings), two(outbox, ended, 2, settings);
  EXPECT_TRUE(test::eventually([&] { return outbox.size() == 0; }, seconds{60})) << outbox.size();
  const auto published = steady_now();
  EXPECT_TRUE(test::eventually([&] { return ended.count(begin, begin + kHolds) == kHolds; }, seconds{60}))
      << ended.count(begin, begin + kHolds);
  const auto milliseconds = [](auto duration) { return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(); };
  std::cout << kHolds << " holds: delivered after " << milliseconds(published - before) << " ms, ended after "
            << milliseconds(steady_now() - before) << " ms\n";
}

TEST(KafkaEvents, APodKnowsWhetherItCanDeliver) {
  kafka::KafkaSettings settings = test::broker();
  settings.group = test::fresh_name("group");
  kafka::ensure_topics(settings, std::array<std::string, 2>{"reservation.created", std::string(kDeadLetterTopic)});
  test::SharedOutbox outbox;
  Ended ended;
  Pod pod(outbox, ended, 1, settings);
  const auto id = static_cast<std::int64_t>(SystemRandom().next() >> 16);
  test::kill_service("kafka");
  EXPECT_TRUE(pod.workers.is_up()) << "nothing to deliver";
  outbox.add(id, 1, EventType::reservation_created);
  EXPECT_TRUE(test::eventually([&] { return !pod.workers.is_up(); }));
  test::revive_service("kafka");
  EXPECT_TRUE(test::eventually([&] { return pod.workers.is_up() && outbox.size() == 0; }, seconds{60}));
  EXPECT_TRUE(test::eventually([&] { return ended.count(id, id + 1) == 1; }, seconds{60}));
}

}  // namespace
}  // namespace frontrow
