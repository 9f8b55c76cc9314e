// Publishing to a real broker that comes and goes.
#include "adapters/kafka/publisher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "cluster/kafka_probe.hpp"
#include "support/services/services.hpp"
#include "support/wait.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using testing::Each;
using testing::SizeIs;

std::vector<Message> numbered(const std::string& topic, int keys, int per_key) {
  std::vector<Message> messages;
  for (int number = 0; number < per_key; ++number)
    for (int key = 0; key < keys; ++key)
      messages.push_back({.topic = topic, .key = std::to_string(key), .payload = std::to_string(number)});
  return messages;
}

bool arrives(EventPublisher& publisher, const std::vector<Message>& messages) {
  try {
    return publisher.publish(messages, seconds{5}) == std::vector(messages.size(), true);
  } catch (const Unavailable&) {
    return false;
  }
}

TEST(KafkaPublisher, KeepsTheOrderOfEachKey) {
  const std::string topic = test::fresh_topic("order", 3);
  kafka::KafkaPublisher publisher(test::broker());
  EXPECT_THAT(publisher.publish(numbered(topic, 50, 40), seconds{20}), Each(true));
  const auto stored = test::stored_in(topic);
  ASSERT_THAT(stored, SizeIs(2'000));
  std::map<std::string, int> next, partition;
  for (const auto& each : stored) {
    EXPECT_EQ(std::stoi(each.payload), next[each.key]++) << "key " << each.key;
    EXPECT_EQ(partition.try_emplace(each.key, each.partition).first->second, each.partition);
  }
}

TEST(KafkaPublisher, CarriesHeaders) {
  const std::string topic = test::fresh_topic("headers");
  kafka::KafkaPublisher publisher(test::broker());
  publisher.publish(
      std::vector<Message>{{.topic = topic, .key = "k", .payload = "p", .headers = {{"topic", "t"}, {"offset", "7"}}}},
      seconds{20});
  const auto stored = test::stored_in(topic);
  ASSERT_THAT(stored, SizeIs(1));
  EXPECT_EQ(stored[0].headers, "topic=t,offset=7");
}

TEST(KafkaPublisher, AMessageThatIsRefusedTakesNoOtherWithIt) {
  const std::string topic = test::fresh_topic("refused");
  kafka::KafkaPublisher publisher(test::broker());
  const std::vector<Message> messages{{.topic = topic, .key = "1", .payload = "a"},
                                      {.topic = topic, .key = "2", .payload = std::string(2'000'000, 'x')},
                                      {.topic = topic, .key = "3", .payload = "c"}};
  EXPECT_EQ(publisher.publish(messages, seconds{20}), (std::vector{true, false, true}));
  EXPECT_THAT(test::stored_in(topic), SizeIs(2));
}

TEST(KafkaPublisher, ThrowsInTimeWhenTheBrokerIsAwayAndGoesOnWhenItIsBack) {
  const std::string topic = test::fresh_topic("away");
  kafka::KafkaPublisher publisher(test::broker());
  ASSERT_THAT(publisher.publish(numbered(topic, 1, 1), seconds{20}), Each(true));
  test::kill_service("kafka");
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THROW(publisher.publish(numbered(topic, 1, 10), seconds{1}), Unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds{30}) << "the wait is bounded";
  EXPECT_THROW(publisher.publish(numbered(topic, 1, 10), seconds{1}), Unavailable);
  test::revive_service("kafka");
  const auto messages = numbered(topic, 1, 10);
  EXPECT_TRUE(test::eventually([&] { return arrives(publisher, messages); }, seconds{60}));
  std::set<std::string> payloads;
  for (const auto& stored : test::stored_in(topic)) payloads.insert(stored.payload);
  EXPECT_THAT(payloads, SizeIs(10));
}

TEST(KafkaPublisher, ABrokerThatHangsCostsRepetitionsAtMost) {
  const std::string topic = test::fresh_topic("hangs");
  kafka::KafkaPublisher publisher(test::broker());
  ASSERT_THAT(publisher.publish(numbered(topic, 1, 1), seconds{20}), Each(true));
  test::pause_service("kafka");
  EXPECT_THROW(publisher.publish(numbered(topic, 1, 500), seconds{1}), Unavailable);  // the messages are on the wire now
  test::resume_service("kafka");
  ASSERT_TRUE(test::eventually([&] { return arrives(publisher, numbered(topic, 1, 500)); }, seconds{60}));
  int next = 0;
  for (const auto& stored : test::stored_in(topic)) {
    const int number = std::stoi(stored.payload);
    EXPECT_LE(number, next) << "the first coming of each is in order";
    next = std::max(next, number + 1);
  }
  EXPECT_EQ(next, 500);
}

TEST(KafkaPublisher, ATopicThatIsNotThereIsNotMadeByPublishing) {
  const std::string topic = test::fresh_name("nowhere");
  kafka::KafkaPublisher publisher(test::broker());
  EXPECT_THROW(publisher.publish(numbered(topic, 1, 1), seconds{2}), Unavailable);
  EXPECT_EQ(test::partitions_of(topic), 0);
}

}  // namespace
}  // namespace frontrow
