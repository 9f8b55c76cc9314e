// Every subscriber is notified, and none after its end.
#include "adapters/local/event_bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

#include "support/faults/every_exception.hpp"

namespace frontrow::local {
namespace {

using testing::ElementsAre;

TEST(LocalEventBus, TellsEverySubscriberInTheOrderPublished) {
  LocalEventBus bus;
  std::vector<std::int64_t> first, second;
  const auto one = bus.subscribe([&](EventId last) { first.push_back(last.value); });
  bus.publish({1});
  const auto two = bus.subscribe([&](EventId last) { second.push_back(last.value); });
  bus.publish({2});
  bus.publish({5});
  EXPECT_THAT(first, ElementsAre(1, 2, 5));
  EXPECT_THAT(second, ElementsAre(2, 5));
}

TEST(LocalEventBus, WithoutSubscribersPublishesToNobody) { LocalEventBus{}.publish({1}); }

TEST(LocalEventBus, TellsNobodyWhoseSubscriptionIsGone) {
  LocalEventBus bus;
  int told = 0, others = 0;
  auto gone = bus.subscribe([&](EventId) { ++told; });
  auto copy = gone;
  const auto stays = bus.subscribe([&](EventId) { ++others; });
  gone.reset();
  bus.publish({1});
  EXPECT_EQ(told, 1) << "a copy keeps it";
  copy.reset();
  bus.publish({2});
  EXPECT_EQ(told, 1);
  EXPECT_EQ(others, 2);
}

TEST(LocalEventBus, MayDieBeforeItsSubscriptions) {
  EventBus::Subscription subscription;
  {
    LocalEventBus bus;
    subscription = bus.subscribe([](EventId) {});
  }
  subscription.reset();
}

// Once the subscription is destroyed, the callback does not run any more: objects that it uses may die.
TEST(LocalEventBus, UnsubscribingWaitsForACallbackThatIsRunning) {
  LocalEventBus bus;
  std::atomic<bool> stop{false};
  std::latch publishing{1};
  std::jthread publisher([&] {
    for (std::int64_t id = 1; !stop; ++id) {
      bus.publish({id});
      if (id == 1) publishing.count_down();
    }
  });
  publishing.wait();
  for (int i = 0; i < 500; ++i) {
    // Not atomic on purpose: a late callback is a race and a use after the end of life.
    std::optional<std::vector<std::int64_t>> heard;
    heard.emplace();
    auto subscription = bus.subscribe([&heard](EventId last) { heard->assign(1, last.value); });
    if (i % 2 == 0) std::this_thread::yield();
    subscription.reset();
    heard.reset();
  }
  stop = true;
}

TEST(LocalEventBus, ASubscriberThatFailsKeepsNoOtherFromTheNews) {
  for (const test::Thrown& thrown : test::every_exception()) {
    LocalEventBus bus;
    EventId heard{};
    const auto first = bus.subscribe([&](EventId) { thrown.now(); });
    const auto second = bus.subscribe([&](EventId last) { heard = last; });
    bus.publish({5});
    EXPECT_EQ(heard, EventId{5}) << thrown.name;
  }
}

}  // namespace
}  // namespace frontrow::local
