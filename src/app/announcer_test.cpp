#include "app/announcer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/memory_stream.hpp"

namespace frontrow {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class AnnouncerTest : public testing::Test {
 protected:
  void let_in(std::int64_t number) {
    announcer.announce(
        {.type = EventType::queue_activated, .occurred_at = {}, .concert = {7}, .ticket = {number}, .user = {number + 100}});
  }
  std::vector<std::string> numbers() const {
    std::vector<std::string> all;
    for (const Message& message : publisher.published) {
      const auto at = message.payload.find("\"number\":") + 9;
      all.push_back(message.payload.substr(at, message.payload.find('}', at) - at));
    }
    return all;
  }

  test::MemoryPublisher publisher;
  Metrics metrics;
  Announcer announcer{publisher, metrics};
};

TEST_F(AnnouncerTest, TellsWhoWasLetInByConcert) {
  let_in(1);
  let_in(2);
  EXPECT_TRUE(announcer.run_once());
  EXPECT_FALSE(announcer.run_once());
  EXPECT_THAT(numbers(), ElementsAre("1", "2"));
  EXPECT_EQ(publisher.published[0].topic, "queue.activated");
  EXPECT_EQ(publisher.published[0].key, "7");
  EXPECT_EQ(metrics.events_published.Value(), 2);
}

TEST_F(AnnouncerTest, KeepsThemWhileTheStreamIsAway) {
  let_in(1);
  publisher.is_away = true;
  EXPECT_THROW(announcer.run_once(), Unavailable);
  let_in(2);
  publisher.is_away = false;
  announcer.run_once();
  EXPECT_THAT(numbers(), ElementsAre("1", "2"));
}

TEST_F(AnnouncerTest, KeepsOnlyThoseThatWereNotDelivered) {
  for (int number = 1; number <= 3; ++number) let_in(number);
  publisher.refuses = [](const Message& message) { return message.payload.find("\"number\":2}") != std::string::npos; };
  announcer.run_once();
  publisher.refuses = {};
  announcer.run_once();
  EXPECT_THAT(numbers(), ElementsAre("1", "3", "2"));
}

TEST_F(AnnouncerTest, DropsTheOldestAndCountsThem) {
  for (std::size_t number = 1; number <= Announcer::kWaiting + 5; ++number) let_in(static_cast<std::int64_t>(number));
  EXPECT_EQ(metrics.events_dropped.Value(), 5);
  publisher.is_away = true;
  EXPECT_THROW(announcer.run_once(), Unavailable);
  EXPECT_EQ(metrics.events_dropped.Value(), 5);
  publisher.is_away = false;
  while (announcer.run_once()) {
  }
  ASSERT_THAT(publisher.published, SizeIs(Announcer::kWaiting));
  EXPECT_EQ(numbers().front(), "6");
}

}  // namespace
}  // namespace frontrow
