// Missing topics are made; an obstacle is reported in one line.
#include "adapters/kafka/topics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "adapters/kafka/client.hpp"
#include "cluster/kafka_probe.hpp"
#include "support/services/services.hpp"

namespace frontrow {
namespace {

using kafka::KafkaRefused;
using kafka::KafkaSettings;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

KafkaSettings with_login(const char* user, const char* password) {
  KafkaSettings settings = test::broker();
  settings.brokers = test::service("KAFKA_SASL_BROKERS");
  settings.security = kafka::Security::sasl_plaintext;
  settings.sasl_mechanism = "PLAIN";
  settings.user = user;
  settings.password = Secret(password);
  return settings;
}

TEST(KafkaTopics, AreCreatedWhenMissingAndLeftAloneWhenThere) {
  KafkaSettings settings = test::broker();
  const std::array names{test::fresh_name("t"), test::fresh_name("t")};
  settings.partitions = 4;
  kafka::ensure_topics(settings, names);
  EXPECT_EQ(test::partitions_of(names[0]), 4);
  EXPECT_EQ(test::partitions_of(names[1]), 4);
  settings.partitions = 7;
  kafka::ensure_topics(settings, names);
  EXPECT_EQ(test::partitions_of(names[0]), 4);
}

TEST(KafkaTopics, CanBeCreatedByManyPodsAtOnce) {
  const std::array names{test::fresh_name("t"), test::fresh_name("t")};
  {
    std::vector<std::jthread> pods;
    for (int pod = 0; pod < 4; ++pod) pods.emplace_back([&] { EXPECT_NO_THROW(kafka::ensure_topics(test::broker(), names)); });
  }
  EXPECT_EQ(test::partitions_of(names[0]), 3);
}

TEST(KafkaTopics, AreCreatedBehindAPassword) {
  const std::array names{test::fresh_name("t")};
  kafka::ensure_topics(with_login("frontrow", test::service_password("KAFKA_PASSWORD_FILE").c_str()), names);
  EXPECT_EQ(test::partitions_of(names[0]), 3);
}

TEST(KafkaTopics, MissingRightsAreSaidInOneLine) {
  const std::array names{test::fresh_name("t")};
  EXPECT_THAT(
      [&] { kafka::ensure_topics(with_login("guest", test::service_password("KAFKA_GUEST_PASSWORD_FILE").c_str()), names); },
      ThrowsMessage<KafkaRefused>(AllOf(HasSubstr(names[0]), HasSubstr("may not create it"), Not(HasSubstr("\n")))));
}

TEST(KafkaTopics, AWrongPasswordIsSaidInOneLineAndIsNotShown) {
  KafkaSettings settings = with_login("frontrow", "not-the-password");
  settings.connect_timeout = std::chrono::seconds{3};
  const std::array names{test::fresh_name("t")};
  EXPECT_THAT([&] { kafka::ensure_topics(settings, names); },
              ThrowsMessage<Unavailable>(
                  AllOf(HasSubstr("Invalid username or password"), Not(HasSubstr("not-the-password")), Not(HasSubstr("\n")))));
}

TEST(KafkaTopics, AnUnreachableBrokerIsSaidInOneLine) {
  KafkaSettings settings = test::broker();
  settings.brokers = "127.0.0.1:1";
  settings.connect_timeout = std::chrono::seconds{1};
  const std::array names{test::fresh_name("t")};
  EXPECT_THAT([&] { kafka::ensure_topics(settings, names); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("\n")))));
}

TEST(KafkaTopics, MoreReplicasThanBrokersAreRefused) {
  KafkaSettings settings = test::broker();
  settings.replication_factor = 3;
  const std::array names{test::fresh_name("t")};
  EXPECT_THAT([&] { kafka::ensure_topics(settings, names); },
              ThrowsMessage<KafkaRefused>(AllOf(HasSubstr(names[0]), HasSubstr("eplication"), Not(HasSubstr("\n")))));
}

TEST(KafkaTopics, ASettingTheClientDoesNotKnowIsRefused) {
  KafkaSettings settings = with_login("frontrow", "x");
  settings.sasl_mechanism = "MAGIC";
  EXPECT_THROW(kafka::ensure_topics(settings, std::array{test::fresh_name("t")}), KafkaRefused);
}

}  // namespace
}  // namespace frontrow
