// The rights are tested without a trace. tests/failover/settings_test.py takes each right away once.
#include "adapters/kafka/rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "adapters/kafka/client.hpp"
#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/publisher.hpp"
#include "base/clock.hpp"
#include "cluster/kafka_probe.hpp"
#include "support/wait.hpp"

// Must come after the library's other header.
#include <librdkafka/rdkafka_mock.h>

namespace frontrow {
namespace {

using kafka::KafkaRefused;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::ThrowsMessage;

TEST(KafkaRights, AreAskedForWithoutWriting) {
  const std::array topics{test::fresh_topic("rights"), test::fresh_topic("rights")};
  kafka::require_rights(test::broker(), topics[0], topics);
  for (const auto& topic : topics) {
    EXPECT_EQ(test::end_of(topic), 0) << "a message that was taken back would count as well";
    kafka::KafkaPublisher publisher(test::broker());
    EXPECT_THAT(publisher.publish(std::vector<Message>{{.topic = topic, .key = "k", .payload = "p"}}, seconds{20}), Each(true));
    EXPECT_EQ(test::end_of(topic), 1) << "and one that is written would be seen";
  }
}

TEST(KafkaRights, CostAStartLessThanTwoSeconds) {
  const std::array topics{test::fresh_topic("rights")};
  kafka::require_rights(test::broker(), topics[0], topics);  // the first call of all makes the brokers' own topic of groups
  const auto before = steady_now();
  kafka::require_rights(test::broker(), topics[0], topics);
  EXPECT_LT(steady_now() - before, seconds{2});
}

TEST(KafkaRights, AreAskedForWithoutDisturbingTheGroup) {
  kafka::KafkaSettings settings = test::broker();
  settings.group = test::fresh_name("rights");
  const std::array topics{test::fresh_topic("rights")};
  kafka::KafkaPublisher publisher(settings);
  publisher.publish(std::vector<Message>{{.topic = topics[0], .key = "k", .payload = "p"}}, seconds{20});
  kafka::KafkaConsumer consumer(settings, topics[0]);
  ASSERT_TRUE(test::eventually([&] { return consumer.poll(1, milliseconds{100}).messages.size() == 1; }, seconds{20}));
  consumer.commit(0, 1);
  kafka::require_rights(settings, topics[0], topics);
  EXPECT_THAT(consumer.poll(1, milliseconds{500}).revoked, IsEmpty());
  const auto lags = consumer.lag();
  ASSERT_THAT(lags, SizeIs(1)) << "it has its partition";
  EXPECT_EQ(lags[0].committed, 1);
}

TEST(KafkaRights, AQuestionWithoutAnAnswerIsNoYes) {
  kafka::KafkaSettings settings = test::broker();
  settings.answer_timeout = seconds{1};
  const std::string topic = test::fresh_topic("rights"), missing = test::fresh_name("missing");
  EXPECT_THAT([&] { kafka::require_rights(settings, topic, std::array{topic, missing}); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("right to write to " + missing), Not(HasSubstr("\n")))));
  EXPECT_THAT([&] { kafka::require_rights(settings, missing, std::array{topic}); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr(missing), HasSubstr("read"))));
}

// A broker that gives scripted answers: the library's own mock, in this process.
class ToldBroker {
 public:
  ToldBroker() {
    rd_kafka_mock_topic_create(cluster_.get(), "told", 1, 1);
    settings_.brokers = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    settings_.answer_timeout = seconds{5};
  }

  void answers(int request, rd_kafka_resp_err_t answer) { rd_kafka_mock_push_request_errors(cluster_.get(), request, 1, answer); }
  void require_rights() const { kafka::require_rights(settings_, "told", std::array<std::string, 1>{"told"}); }

  static constexpr int kProduce = 0, kInitProducerId = 22;

 private:
  kafka::KafkaSettings settings_{.brokers = "127.0.0.1:1"};
  kafka::Client owner_ = kafka::Configuration(settings_).make(RD_KAFKA_PRODUCER);
  std::unique_ptr<rd_kafka_mock_cluster_t, kafka::Deleter<rd_kafka_mock_cluster_destroy>> cluster_{
      rd_kafka_mock_cluster_new(owner_.get(), 1)};
};

TEST(KafkaRights, AnAnswerToAnotherQuestionIsNoYes) {
  ToldBroker broker;
  broker.answers(ToldBroker::kProduce, RD_KAFKA_RESP_ERR_POLICY_VIOLATION);
  EXPECT_THAT([&] { broker.require_rights(); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("right to write to told"), HasSubstr("Policy violation"))));
}

TEST(KafkaRights, ABrokerThatWritesAnythingGivesTheRight) {
  const ToldBroker broker;
  EXPECT_NO_THROW(broker.require_rights());
}

TEST(KafkaRights, BrokersThatGiveNoNumberWithoutARightOfItsOwnAreHeard) {
  ToldBroker broker;
  broker.answers(ToldBroker::kProduce, RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS);
  broker.answers(ToldBroker::kInitProducerId, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
  EXPECT_THAT([&] { broker.require_rights(); }, ThrowsMessage<KafkaRefused>(HasSubstr("IdempotentWrite")));
}

}  // namespace
}  // namespace frontrow
