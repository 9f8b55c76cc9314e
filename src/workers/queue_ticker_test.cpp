// Every queue with something to do gets a tick, and no other queue does.
#include "workers/queue_ticker.hpp"

#include <gtest/gtest.h>

#include "app/commit/commit_queue.hpp"
#include "app/queue/concert_queue.hpp"
#include "app/queue/queue.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/scripted_store.hpp"

namespace frontrow {
namespace {

class QueueTickerTest : public testing::Test {
 protected:
  std::shared_ptr<ConcertQueue> put(ConcertId id) {
    const Concert concert{.id = id, .title = "", .artist = "", .venue = "", .booking = {}, .queue = {.max_active = 1}};
    auto queue = std::make_shared<ConcertQueue>(concert, QueueLimits{}, clock.now(), &commits);
    const Schedule date{.id = {id.value}, .concert = id, .starts_at = clock.now() + std::chrono::hours{24}, .available_seats = 1};
    const auto hall = std::make_shared<Hall>(date);
    catalog.put(
        std::make_shared<const ConcertEntry>(ConcertEntry{.concert = concert, .schedules = {{date, hall}}, .queue = queue}));
    queues[id] = queue;
    return queue;
  }
  void sell_out(ConcertId id) {
    catalog.picture()->find(id)->schedules.front().hall->apply(Hall::Commit{.version = 1, .freed = -1});
  }
  void join(const std::shared_ptr<ConcertQueue>& queue, UserId user) {
    commits.submit(std::make_unique<JoinQueue>(queue, user, std::nullopt, [](auto) {}), CommandClass::join);
    commits.run_batch();
  }

  ManualClock clock;
  ScriptedStore store{clock};
  Metrics metrics;
  std::map<ConcertId, std::shared_ptr<ConcertQueue>> queues;
  CommitQueue commits{store,
                      clock,
                      metrics,
                      {},
                      [this](const WorkingSet& set) {
                        for (const auto& [id, change] : set.queues) queues.at(id)->apply(change, set.now);
                      },
                      [] {}};
  Catalog catalog;
  QueueTicker ticker{catalog, clock, metrics};
};

TEST_F(QueueTickerTest, TicksOnlyWhatHasSomethingToDo) {
  const auto busy = put({1}), idle = put({2});
  join(busy, {7});
  store.batches.clear();
  ticker.run_once();
  while (commits.run_batch()) {
  }
  EXPECT_EQ(store.batches, (std::vector<std::size_t>{1}));
}

TEST_F(QueueTickerTest, CallsTheNextPerson) {
  const auto queue = put({1});
  join(queue, {7});
  join(queue, {8});
  EXPECT_EQ(queue->counts().front, 1);
  clock.advance(std::chrono::seconds{120});  // the first person has been idle for too long
  for (int i = 0; i < 2; ++i) {
    ticker.run_once();
    commits.run_batch();
  }
  EXPECT_EQ(queue->counts().front, 2);
}

TEST_F(QueueTickerTest, CallsNobodyToAConcertWithoutAFreeSeat) {
  const auto queue = put({1});
  join(queue, {7});
  join(queue, {8});
  sell_out({1});
  clock.advance(std::chrono::seconds{120});
  for (int i = 0; i < 5; ++i) {
    ticker.run_once();
    commits.run_batch();
  }
  EXPECT_EQ(queue->counts().active, 0);
  EXPECT_EQ(queue->counts().front, 1);
}

TEST_F(QueueTickerTest, CountsWaitingAndActiveOverAllQueues) {
  const auto one = put({1}), other = put({2});
  for (int user = 1; user <= 3; ++user) join(one, {user});
  for (int user = 1; user <= 2; ++user) join(other, {user});
  ticker.run_once();
  EXPECT_EQ(metrics.queue_active.Value(), 2);
  EXPECT_EQ(metrics.queue_waiting.Value(), 3);
}

}  // namespace
}  // namespace frontrow
