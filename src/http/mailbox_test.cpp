#include "http/mailbox.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "support/faults/every_exception.hpp"

namespace frontrow::http {
namespace {

TEST(Mailbox, WakesOnceForABatch) {
  int wakes = 0, ran = 0;
  Mailbox mailbox{[&] { ++wakes; }};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(mailbox.post([&] { ++ran; }));
  EXPECT_EQ(wakes, 1);
  mailbox.drain();
  EXPECT_EQ(ran, 10);
  mailbox.post([&] { ++ran; });
  EXPECT_EQ(wakes, 2);
}

TEST(Mailbox, KeepsTheOrderAndLetsMessagesPost) {
  std::string order;
  Mailbox mailbox{[] {}};
  mailbox.post([&] {
    order += 'a';
    mailbox.post([&] { order += 'c'; });
  });
  mailbox.post([&] { order += 'b'; });
  mailbox.drain();
  EXPECT_EQ(order, "ab");
  mailbox.drain();
  EXPECT_EQ(order, "abc");
}

TEST(Mailbox, AMessageThatThrowsKeepsNoOtherFromBeingRun) {
  std::ostringstream log;
  configure_log({.out = &log});
  std::size_t ran = 0;
  Mailbox mailbox{[] {}};
  for (const test::Thrown& thrown : test::every_exception()) {
    mailbox.post([&] { thrown.now(); });
    mailbox.post([&] { ++ran; });
  }
  mailbox.drain();
  EXPECT_EQ(ran, test::every_exception().size());
  configure_log({});
}

TEST(Mailbox, AWakeUpThatFailedIsMadeGoodByTheNextMessage) {
  std::ostringstream log;
  configure_log({.out = &log});
  for (const test::Thrown& thrown : test::every_exception()) {
    int wakes = 0, ran = 0;
    const auto mailbox = std::make_shared<Mailbox>([&] {
      if (++wakes == 1) thrown.now();
    });
    {
      const Mailbox::Group group;
      mailbox->post([&] { ++ran; });
    }
    mailbox->post([&] { ++ran; });
    EXPECT_EQ(wakes, 2) << thrown.name;
    mailbox->drain();
    EXPECT_EQ(ran, 2) << thrown.name;
  }
  configure_log({});
}

TEST(Mailbox, GetsWhatAGroupHasGatheredAtItsEndInOrderAndWithOneWake) {
  int wakes[] = {0, 0};
  std::string order;
  const auto first = std::make_shared<Mailbox>([&] { ++wakes[0]; });
  const auto second = std::make_shared<Mailbox>([&] { ++wakes[1]; });
  {
    const Mailbox::Group group;
    for (const char letter : {'a', 'b', 'c'}) EXPECT_TRUE(first->post([&order, letter] { order += letter; }));
    EXPECT_TRUE(second->post([&] { order += 'd'; }));
    // Messages of another thread do not wait for the group, nor the group for them.
    std::thread([&] { first->post([&] { order += '-'; }); }).join();
    first->drain();
    EXPECT_EQ(order, "-");
    EXPECT_EQ(wakes[0], 1);
  }
  EXPECT_EQ(wakes[0], 2);
  EXPECT_EQ(wakes[1], 1);
  first->drain();
  second->drain();
  EXPECT_EQ(order, "-abcd");
  first->post([&] { order += 'e'; });
  first->drain();
  EXPECT_EQ(order, "-abcde") << "the group is over";
}

TEST(Mailbox, DestroysWhatAGroupBringsTooLateWithoutItsLock) {
  const auto mailbox = std::make_shared<Mailbox>([] {});
  int refused = 0;
  const auto post_again = [&](int*) { refused += mailbox->post([] {}) ? 0 : 1; };  // like a Responder that is destroyed unused
  {
    const Mailbox::Group group;
    EXPECT_TRUE(mailbox->post([held = std::shared_ptr<int>(&refused, post_again)] {}));
    mailbox->close();
    EXPECT_FALSE(mailbox->post([] {}));
    EXPECT_EQ(refused, 0);
  }
  EXPECT_EQ(refused, 1);
}

TEST(Mailbox, GoesOnAfterAMessageThatThrows) {
  bool ran = false;
  Mailbox mailbox{[] {}};
  mailbox.post([] { throw std::runtime_error("on purpose"); });
  mailbox.post([&] { ran = true; });
  mailbox.drain();
  EXPECT_TRUE(ran);
}

TEST(Mailbox, DestroysWhatComesAfterItsEnd) {
  Mailbox mailbox{[] {}};
  const auto alive = std::make_shared<int>();
  EXPECT_TRUE(mailbox.post([alive] { FAIL(); }));
  mailbox.close();
  EXPECT_FALSE(mailbox.post([alive] { FAIL(); }));
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Mailbox, TakesMessagesFromManyThreads) {
  constexpr int kEach = 10'000;
  std::atomic<bool> woken{false};
  int ran = 0;
  Mailbox mailbox{[&] { woken = true; }};
  std::vector<std::jthread> senders;
  for (int t = 0; t < 4; ++t) {
    senders.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) mailbox.post([&] { ++ran; });
    });
  }
  while (ran < 4 * kEach) {
    if (woken.exchange(false)) mailbox.drain();
    std::this_thread::yield();
  }
  EXPECT_EQ(ran, 4 * kEach);
}

}  // namespace
}  // namespace frontrow::http
