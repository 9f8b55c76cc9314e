// A member of a real group, beside other members that come and go.
#include "adapters/kafka/consumer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "adapters/kafka/publisher.hpp"
#include "cluster/kafka_probe.hpp"
#include "support/wait.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;

struct Member {
  Member(const kafka::KafkaSettings& settings, const std::string& topic) : consumer(settings, topic) {}
  void poll() {
    const Polled polled = consumer.poll(100, Duration{20});
    for (const int partition : polled.revoked) heard.erase(partition), ++revoked;
    for (const ReceivedMessage& message : polled.messages) heard.insert(message.partition);
  }

  kafka::KafkaConsumer consumer;
  std::set<int> heard;  // partitions since they were given last
  int revoked = 0;
};

class KafkaConsumer : public testing::Test {
 protected:
  KafkaConsumer() {
    settings.group = test::fresh_name("group");
    std::vector<Message> messages;
    for (int key = 0; key < 50; ++key) messages.push_back({.topic = topic, .key = std::to_string(key), .payload = "x"});
    kafka::KafkaPublisher(settings).publish(messages, seconds{30});
  }

  kafka::KafkaSettings settings = test::broker();
  const std::string topic = test::fresh_topic("members", 2);
};

TEST_F(KafkaConsumer, APartitionThatComesBackIsNotPaused) {
  Member one(settings, topic);
  ASSERT_TRUE(test::eventually([&] { return one.poll(), one.heard.size() == 2; }));
  one.consumer.pause(0);
  one.consumer.pause(1);
  auto two = std::make_unique<Member>(settings, topic);
  ASSERT_TRUE(test::eventually(
      [&] { return one.poll(), two->poll(), one.revoked == 2 && one.heard.size() == 1 && two->heard.size() == 1; }));
  two.reset();
  EXPECT_TRUE(test::eventually([&] { return one.poll(), one.heard.size() == 2; })) << "nothing was committed, so it comes again";
}

TEST_F(KafkaConsumer, BringsNothingOfAPausedPartitionUntilItIsResumed) {
  Member one(settings, topic);
  ASSERT_TRUE(test::eventually([&] { return one.poll(), one.heard.size() == 2; }));
  one.consumer.pause(0);
  std::vector<Message> more;
  for (int key = 0; key < 50; ++key) more.push_back({.topic = topic, .key = std::to_string(key), .payload = "y"});
  kafka::KafkaPublisher(settings).publish(more, seconds{30});
  std::vector<int> brought;  // numbers of the later messages, by partition
  const auto poll_later = [&] {
    for (const ReceivedMessage& message : one.consumer.poll(100, Duration{20}).messages)
      if (message.payload == "y") brought.push_back(message.partition);
  };
  const auto has = [&](int partition) { return std::ranges::count(brought, partition) > 0; };
  ASSERT_TRUE(test::eventually([&] { return poll_later(), has(1); }));
  EXPECT_FALSE(has(0));
  one.consumer.resume(0);
  EXPECT_TRUE(test::eventually([&] { return poll_later(), has(0); }));
}

TEST_F(KafkaConsumer, SaysHowFarItIsBehind) {
  Member one(settings, topic);
  const auto behind = [&] {
    std::int64_t sum = 0;
    for (const PartitionLag& lag : one.consumer.lag()) sum += lag.end - lag.committed;
    return sum;
  };
  ASSERT_TRUE(test::eventually([&] { return one.poll(), one.heard.size() == 2; }));
  EXPECT_TRUE(test::eventually([&] { return behind() == 50; }));
  for (const PartitionLag& lag : one.consumer.lag()) one.consumer.commit(lag.partition, lag.partition == 0 ? lag.end : 1);
  EXPECT_TRUE(test::eventually([&] {
    const auto lags = one.consumer.lag();
    return lags.size() == 2 && behind() == lags[lags[0].partition == 1 ? 0 : 1].end - 1;
  }));
}

// It leaves in the middle of a new division. With the cooperative division of librdkafka 2.0 the close would wait here
// for ever.
TEST_F(KafkaConsumer, LeavesWhileItHasNotTakenWhatItWasGiven) {
  Member one(settings, topic);
  ASSERT_TRUE(test::eventually([&] { return one.poll(), one.heard.size() == 2; }));
  auto two = std::make_unique<Member>(settings, topic);
  ASSERT_TRUE(test::eventually([&] { return one.poll(), one.revoked > 0; }));
  two.reset();
  EXPECT_TRUE(test::eventually([&] { return one.poll(), one.heard.size() == 2; }));
}

}  // namespace
}  // namespace frontrow
