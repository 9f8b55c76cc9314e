// A reader sees a whole value, the newest, and never goes back.
#include "base/published.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

namespace frontrow {
namespace {

struct Board {
  std::int64_t front;
  std::int64_t twice_front;
};

auto board(std::int64_t front) { return std::make_shared<const Board>(Board{front, 2 * front}); }

TEST(Published, ShowsTheNewest) {
  Published<Board> published{board(1)};
  EXPECT_EQ(published.get()->front, 1);
  published.publish(board(2));
  EXPECT_EQ(published.get()->front, 2);
}

TEST(Published, DropsTheOldValueWithItsLastReader) {
  auto first = board(1);
  const std::weak_ptr<const Board> watched = first;
  Published<Board> published{std::move(first)};
  auto read = published.get();
  published.publish(board(2));
  EXPECT_FALSE(watched.expired()) << "it is being read";
  read = published.get();
  EXPECT_TRUE(watched.expired());
}

TEST(Published, ReadersNeverSeeHalfAValueOrGoBack) {
  constexpr std::int64_t kLast = 20'000;
  constexpr int kReaders = 4;
  Published<Board> published{board(0)};
  std::latch start{kReaders + 1};
  std::vector<int> faults(kReaders);
  std::vector<std::jthread> threads;
  for (int i = 0; i < kReaders; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (std::int64_t seen = 0; seen < kLast;) {
        const auto now = published.get();
        if (now->twice_front != 2 * now->front || now->front < seen) ++faults[static_cast<std::size_t>(i)];
        seen = now->front;
      }
    });
  }
  start.arrive_and_wait();
  for (std::int64_t front = 1; front <= kLast; ++front) published.publish(board(front));
  threads.clear();
  EXPECT_EQ(faults, std::vector<int>(kReaders));
}

}  // namespace
}  // namespace frontrow
