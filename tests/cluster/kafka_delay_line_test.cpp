// The delay line on a real broker.
#include "workers/delay_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>

#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/publisher.hpp"
#include "adapters/kafka/topics.hpp"
#include "cluster/kafka_probe.hpp"
#include "support/services/services.hpp"
#include "support/wait.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;

struct Named {
  ReservationId id;
  TimePoint at;
};

Message created(const std::string& topic, std::int64_t id, TimePoint ends) {
  Message message = message_of({.id = {},
                                .event = {.type = EventType::reservation_created, .occurred_at = {}, .reservation = {id}, .seq = 1},
                                .reservation = {.id = {id}, .expires_at = ends}});
  message.topic = topic;
  return message;
}

// One member of the group with its delay line, which settles due holds at once.
struct Member {
  Member(const kafka::KafkaSettings& settings, const std::string& topic)
      : consumer(settings, topic),
        dead_letters(settings),
        line(consumer, dead_letters, clock, metrics, [this](auto due, auto done) {
          for (const ReservationId id : due) named.push_back({id, clock.now()});
          done(true);
        }) {}
  bool runs_until(const std::function<bool()>& condition, seconds patience = seconds{60}) {
    return test::eventually(
        [&] {
          line.run_once(Duration{50});
          return condition();
        },
        patience);
  }
  std::int64_t committed() {
    std::int64_t sum = 0;
    for (const PartitionLag& lag : consumer.lag()) sum += lag.committed;
    return sum;
  }

  SystemClock clock;
  Metrics metrics;
  kafka::KafkaConsumer consumer;
  kafka::KafkaPublisher dead_letters;
  std::vector<Named> named;
  DelayLine line;
};

class KafkaDelayLine : public testing::Test {
 protected:
  KafkaDelayLine() {
    settings.group = test::fresh_name("group");
    kafka::ensure_topics(settings, std::array{std::string(kDeadLetterTopic)});
  }
  void publish(std::vector<Message> messages) {
    kafka::KafkaPublisher publisher(settings);
    const auto delivered = publisher.publish(messages, seconds{30});
    ASSERT_THAT(delivered, testing::Each(true));
  }

  kafka::KafkaSettings settings = test::broker();
  SystemClock clock;
};

TEST_F(KafkaDelayLine, NamesEachHoldOnceAndNoneBeforeItsEnd) {
  const std::string topic = test::fresh_topic("holds", 3);
  const TimePoint base = clock.now() + seconds{1};
  std::vector<Message> messages;
  for (int id = 1; id <= 300; ++id) messages.push_back(created(topic, id, base + Duration{10} * id));
  publish(messages);
  Member member(settings, topic);
  ASSERT_TRUE(member.runs_until([&] { return member.named.size() >= 300; }));
  std::set<ReservationId> ids;
  for (const Named& named : member.named) {
    EXPECT_GE(named.at, base + Duration{10} * named.id.value) << named.id.value;
    ids.insert(named.id);
  }
  EXPECT_EQ(ids.size(), 300U);
  EXPECT_EQ(member.named.size(), 300U);
  EXPECT_TRUE(member.runs_until([&] { return member.committed() == 300; }));
}

TEST_F(KafkaDelayLine, IsNotPutOutOfTheGroupWhileItWaits) {
  settings.session_timeout = seconds{2};
  settings.max_poll_interval = seconds{2};
  const std::string topic = test::fresh_topic("patient");
  std::vector<Message> messages;
  const TimePoint end = clock.now() + seconds{7};  // several times longer than a member may go without a poll
  for (std::size_t id = 1; id <= DelayLine::kWaiting + 100; ++id)
    messages.push_back(created(topic, static_cast<std::int64_t>(id), end));
  publish(messages);
  Member member(settings, topic);
  ASSERT_TRUE(member.runs_until([&] { return member.named.size() >= messages.size(); }));
  EXPECT_EQ(member.named.size(), messages.size()) << "one that was put out would have been given them again";
}

TEST_F(KafkaDelayLine, PutsAsideWhatItCannotReadAndGoesOn) {
  const std::string topic = test::fresh_topic("poison");
  const std::string rubbish = test::fresh_name("rubbish");
  publish({created(topic, 1, clock.now()), {.topic = topic, .key = "9", .payload = rubbish}, created(topic, 2, clock.now())});
  Member member(settings, topic);
  ASSERT_TRUE(member.runs_until([&] { return member.named.size() >= 2 && member.committed() == 3; }));
  int letters = 0;
  for (const auto& stored : test::stored_in(std::string(kDeadLetterTopic))) {
    if (stored.payload != rubbish) continue;
    ++letters;
    EXPECT_EQ(stored.key, "9");
    EXPECT_EQ(stored.headers, "topic=" + topic + ",partition=0,offset=1,reason=not a reservation.created event");
  }
  EXPECT_EQ(letters, 1);
}

TEST_F(KafkaDelayLine, ADuplicateIsDropped) {
  const std::string topic = test::fresh_topic("twice");
  publish({created(topic, 1, clock.now())});
  Member member(settings, topic);
  ASSERT_TRUE(member.runs_until([&] { return member.committed() == 1; }));
  publish({created(topic, 1, clock.now()), created(topic, 2, clock.now())});
  ASSERT_TRUE(member.runs_until([&] { return member.committed() == 3; }));
  ASSERT_EQ(member.named.size(), 2U);
  EXPECT_EQ(member.named[1].id, ReservationId{2});
}

TEST_F(KafkaDelayLine, AnotherMemberGoesOnWhereOneHasStopped) {
  const std::string topic = test::fresh_topic("handover", 3);
  std::vector<Message> messages;
  for (int id = 1; id <= 50; ++id) messages.push_back(created(topic, id, clock.now()));
  for (int id = 51; id <= 100; ++id) messages.push_back(created(topic, id, clock.now() + seconds{4}));
  publish(messages);
  {
    Member one(settings, topic);
    ASSERT_TRUE(one.runs_until([&] { return one.named.size() >= 50 && one.committed() == 50; }));
  }
  Member two(settings, topic);
  ASSERT_TRUE(two.runs_until([&] { return two.committed() == 100; }));
  std::set<ReservationId> ids;
  for (const Named& named : two.named) ids.insert(named.id);
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_EQ(ids.begin()->value, 51);
}

TEST_F(KafkaDelayLine, GoesOnAfterTheBrokerWasAway) {
  const std::string topic = test::fresh_topic("broken");
  publish({created(topic, 1, clock.now()), created(topic, 2, clock.now() + seconds{3})});
  Member member(settings, topic);
  ASSERT_TRUE(member.runs_until([&] { return member.named.size() == 1; }));
  test::kill_service("kafka");
  EXPECT_TRUE(member.runs_until([&] { return member.named.size() == 2; })) << "what was fetched falls due without a broker";
  test::revive_service("kafka");
  publish({created(topic, 3, clock.now())});
  const auto has_named_third = [&] {
    return std::ranges::any_of(member.named, [](const Named& each) { return each.id.value == 3; });
  };
  EXPECT_TRUE(member.runs_until(has_named_third, seconds{90}));
  EXPECT_TRUE(member.runs_until([&] { return member.committed() == 3; }));
}

TEST_F(KafkaDelayLine, LeavesSoonThoughTheBrokerHangs) {
  const std::string topic = test::fresh_topic("leaving");
  publish({created(topic, 1, clock.now())});
  auto member = std::make_unique<Member>(settings, topic);
  ASSERT_TRUE(member->runs_until([&] { return member->named.size() == 1; }));
  test::pause_service("kafka");
  const auto before = steady_now();
  member.reset();
  const auto taken = steady_now() - before;
  test::resume_service("kafka");
  EXPECT_LT(taken, seconds{20}) << "a stop has 20 s in all";
}

TEST_F(KafkaDelayLine, ATopicThatIsNotThereIsSaid) {
  Member member(settings, test::fresh_name("nowhere"));
  EXPECT_THROW(member.runs_until([] { return false; }, seconds{30}), Unavailable);
}

}  // namespace
}  // namespace frontrow
