// The relay on a real broker that is killed while it publishes: every event arrives, and the first coming of each is in order.
#include "workers/relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <map>
#include <thread>

#include "adapters/kafka/publisher.hpp"
#include "adapters/kafka/topics.hpp"
#include "base/periodic.hpp"
#include "base/random.hpp"
#include "cluster/kafka_probe.hpp"
#include "cluster/shared_outbox.hpp"
#include "support/services/services.hpp"
#include "support/wait.hpp"
#include "workers/event_workers.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;

// A relay with its loop, as in a pod.
struct Pod {
  Pod(test::SharedOutbox& outbox, std::int64_t owner)
      : publisher(test::broker()),
        relay(outbox, publisher, clock, metrics, {.owner = owner, .lease = seconds{4}, .wait = seconds{1}, .rows = 20}) {}

  SystemClock clock;
  Metrics metrics;
  kafka::KafkaPublisher publisher;
  Relay relay;
  std::atomic<int> failures{0};
  Periodic loop{"relay", Duration{20}, [this] { run(); }, kStreamBackoff};  // declared last: it is destroyed first

 private:
  void run() try { relay.run_once(); } catch (...) {
    ++failures;
    throw;
  }
};

// The order in which the keys of a topic came first.
std::map<std::string, std::int64_t> first_comings(const std::string& topic) {
  std::map<std::string, std::int64_t> first;
  for (const auto& stored : test::stored_in(topic)) {
    const auto at = first.try_emplace(stored.key, stored.published_at).first;
    at->second = std::min(at->second, stored.published_at);
  }
  return first;
}

void expect_everything_in_order(std::int64_t begin, std::int64_t end) {
  const auto created = first_comings("reservation.created"), paid = first_comings("payment.completed");
  for (std::int64_t id = begin; id < end; ++id) {
    const std::string key = std::to_string(id);
    ASSERT_TRUE(created.contains(key) && paid.contains(key)) << key;
    EXPECT_LE(created.at(key), paid.at(key)) << key;
  }
}

TEST(KafkaRelay, LosesNothingWhileBrokerAndRelaysComeAndGo) {
  kafka::ensure_topics(test::broker(), std::array<std::string, 2>{"reservation.created", "payment.completed"});
  const auto begin = static_cast<std::int64_t>(SystemRandom().next() >> 16);
  std::atomic<std::int64_t> end = begin;
  test::SharedOutbox outbox;
  auto one = std::make_unique<Pod>(outbox, 1);
  Pod two(outbox, 2);
  std::jthread sale([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!test::eventually([&] { return outbox.size() < 200; }, seconds{1})) continue;
      outbox.add(end, 1, EventType::reservation_created);
      outbox.add(end++, 2, EventType::payment_completed);
    }
  });
  EXPECT_TRUE(test::eventually([&] { return one->metrics.events_published.Value() + two.metrics.events_published.Value() > 100; }));
  test::kill_service("kafka");
  EXPECT_TRUE(test::eventually([&] { return one->failures + two.failures > 1; }, seconds{60}));
  sale.request_stop();
  sale.join();
  EXPECT_GT(outbox.size(), 0U);
  one.reset();  // without giving its shards back, as in a crash
  test::revive_service("kafka");
  const auto revived = steady_now();
  EXPECT_TRUE(test::eventually([&] { return outbox.size() == 0; }, seconds{90})) << outbox.size() << " left";
  std::cout << "everything delivered " << std::chrono::duration_cast<Duration>(steady_now() - revived).count()
            << " ms after the broker was back\n";
  expect_everything_in_order(begin, end);
}

}  // namespace
}  // namespace frontrow
