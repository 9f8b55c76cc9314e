// Every type of exception, from every port, into every loop and reader: none leaves its thread, every request is
// answered once, and the next work is done as usual.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <sstream>
#include <thread>

#include "app/commit/commit_queue.hpp"
#include "app/commit/readers.hpp"
#include "app/live/halls.hpp"
#include "base/boundary.hpp"
#include "base/log.hpp"
#include "base/periodic.hpp"
#include "support/fakes/empty_reader.hpp"
#include "support/fakes/lambda_command.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/memory_stream.hpp"
#include "support/fakes/no_room.hpp"
#include "support/fakes/scripted_store.hpp"
#include "support/faults/every_exception.hpp"
#include "support/wait.hpp"
#include "workers/delay_line.hpp"
#include "workers/expiry.hpp"
#include "workers/relay.hpp"
#include "workers/sweep.hpp"

namespace frontrow {
namespace {

using enum CommitStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using test::every_exception;
using test::Thrown;

// Throws once, at the next call of a port.
class Trap {
 public:
  void set(const Thrown& thrown) { thrown_ = &thrown; }
  bool is_set() const { return thrown_ != nullptr; }
  void step_on() {
    if (const Thrown* thrown = thrown_.exchange(nullptr)) thrown->now();
  }

 private:
  std::atomic<const Thrown*> thrown_{nullptr};
};

class Boundaries : public testing::TestWithParam<Thrown> {
 protected:
  Boundaries() { configure_log({.out = &log_}); }
  ~Boundaries() override { configure_log({}); }
  std::ostringstream log_;
  ManualClock clock;
  Metrics metrics;
  Trap trap;
};

INSTANTIATE_TEST_SUITE_P(Every, Boundaries, testing::ValuesIn(every_exception()));

// Readers.

TEST_P(Boundaries, AReaderAnswersAndReadsOn) {
  ScriptedStore store{clock};
  store.on_open_reader = [] { return std::make_unique<EmptyReader>(); };
  std::optional<Result<int>> failed, later;
  {
    Readers readers(store, 1, 10);
    EXPECT_TRUE(readers.ask(
        [&](StoreReader&) {
          GetParam().now();
          return 1;
        },
        [&](Result<int> answer) {
          failed = std::move(answer);
          GetParam().now();
        }));
    EXPECT_TRUE(readers.ask([](StoreReader&) { return 2; }, [&](Result<int> answer) { later = std::move(answer); }));
  }
  ASSERT_TRUE(failed && !failed->has_value());
  EXPECT_EQ(failed->error().code, ErrorCode::store_unavailable);
  EXPECT_TRUE(failed->error().retry_after);
  ASSERT_TRUE(later && later->has_value());
  EXPECT_EQ(**later, 2);
}

// Halls.

TEST_P(Boundaries, ALookAtAHallIsAnsweredAndTheNextOneIsShown) {
  ScriptedStore store{clock};
  store.on_open_reader = [] { return std::make_unique<EmptyReader>(); };
  Trap in_submit, in_answer;
  const StoredSeatMap rows{.version = 1,
                           .sections = {{.id = {1}, .schedule = {1}, .name = ""}},
                           .seats = {{.place = {.id = {1}, .schedule = {1}, .section = {1}, .number = 1}}}};
  std::atomic<int> refused = 0, shown = 0;
  std::unique_ptr<Readers> readers;
  Halls halls(
      [&](ScheduleId, Halls::Answer answer) {
        in_submit.step_on();
        return readers->ask(
            [&](StoreReader&) {
              trap.step_on();
              return std::optional{rows};
            },
            std::move(answer));
      },
      {},
      clock,
      metrics);
  readers = std::make_unique<Readers>(store, 1, 10);
  const auto hall = std::make_shared<Hall>(Schedule{.id = {1}, .concert = {1}, .version = 1, .available_seats = 1});
  const auto look = [&] {
    halls.look(hall, [&](const Result<Halls::MapPtr>& found) {
      ++(found ? shown : refused);
      in_answer.step_on();
    });
  };
  in_submit.set(GetParam());
  look();
  EXPECT_EQ(refused, 1) << "the read did not begin";
  trap.set(GetParam());
  look();
  EXPECT_TRUE(eventually([&] { return refused == 2; })) << "the read failed";
  in_answer.set(GetParam());
  look();
  EXPECT_TRUE(eventually([&] { return shown == 1; }));
  look();
  EXPECT_TRUE(eventually([&] { return shown == 2; })) << "although an answer threw";
  readers.reset();
}

// The commit queue.

class Completed final : public Command {
 public:
  Completed(std::vector<CommitStatus>& out, Trap* in_decide, Trap* in_complete)
      : out_(out), in_decide_(in_decide), in_complete_(in_complete) {}
  void declare(Keys&) const override {}
  Verdict decide(WorkingSet&) override {
    if (in_decide_ != nullptr) in_decide_->step_on();
    return Verdict::decided;
  }
  void complete(CommitStatus status) override {
    out_.push_back(status);
    if (in_complete_ != nullptr) in_complete_->step_on();
  }

 private:
  std::vector<CommitStatus>& out_;
  Trap *in_decide_, *in_complete_;
};

class CommitBoundaries : public Boundaries {
 protected:
  void submit(Trap* in_decide = nullptr, Trap* in_complete = nullptr) {
    queue.submit(std::make_unique<Completed>(out, in_decide, in_complete), CommandClass::settle);
  }
  // The batch that throws, and one after it.
  void run() {
    while (queue.run_batch()) {
    }
    submit();
    while (queue.run_batch()) {
    }
  }

  ScriptedStore store{clock};
  Trap in_memory, in_reload, in_around;
  int reloads = 0;
  std::vector<CommitStatus> out;
  CommitQueue queue{store,
                    clock,
                    metrics,
                    {},
                    [this](const WorkingSet&) { in_memory.step_on(); },
                    [this] {
                      ++reloads;
                      in_reload.step_on();
                    }};
};
INSTANTIATE_TEST_SUITE_P(Every, CommitBoundaries, testing::ValuesIn(every_exception()));

TEST_P(CommitBoundaries, ACommandThatThrowsIsAnsweredAloneAndNothingElseIsLost) {
  struct Always final : Command {
    Always(const Thrown& thrown, std::vector<CommitStatus>& out) : thrown_(thrown), out_(out) {}
    void declare(Keys&) const override {}
    Verdict decide(WorkingSet&) override {
      thrown_.now();
      return Verdict::decided;
    }
    void complete(CommitStatus status) override { out_.push_back(status); }
    const Thrown& thrown_;
    std::vector<CommitStatus>& out_;
  };
  std::vector<CommitStatus> bad;
  submit();
  queue.submit(std::make_unique<Always>(GetParam(), bad), CommandClass::settle);
  submit();
  run();
  EXPECT_EQ(bad.size(), 1U);
  EXPECT_NE(bad.front(), committed);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out.back(), committed) << "the next batch is as any other";
}

TEST_P(CommitBoundaries, WhatIsCommittedIsAnsweredSoAndMemoryIsRebuilt) {
  in_memory.set(GetParam());
  submit();
  submit();
  run();
  EXPECT_EQ(out, std::vector(3, committed));
  EXPECT_EQ(reloads, 1);
}

TEST_P(CommitBoundaries, ARebuildThatFailsIsDoneAgain) {
  in_memory.set(GetParam());
  in_reload.set(GetParam());
  submit();
  run();
  EXPECT_EQ(out, (std::vector{committed, committed}));
  EXPECT_EQ(reloads, 2) << "idle rounds rebuild, too";
}

TEST_P(CommitBoundaries, ACompletionThatThrowsKeepsNobodyElseWaiting) {
  Trap trap;
  trap.set(GetParam());
  submit(nullptr, &trap);
  submit();
  run();
  EXPECT_EQ(out, std::vector(3, committed));
}

TEST_P(CommitBoundaries, UpkeepAndWhatIsAroundABatchMayFail) {
  Trap in_tend;
  store.on_tend = [&] { in_tend.step_on(); };
  queue.set_around_batch([&](const CommitQueue::Run& inner) {
    inner();
    in_around.step_on();
  });
  in_tend.set(GetParam());
  in_around.set(GetParam());
  submit();
  run();
  EXPECT_EQ(out, (std::vector{committed, committed}));
}

TEST_P(CommitBoundaries, ABatchThatNeverBeganIsNotLeftWithoutAnAnswer) {
  queue.set_around_batch([&](const CommitQueue::Run& inner) {
    in_around.step_on();
    inner();
  });
  in_around.set(GetParam());
  submit();
  run();
  EXPECT_EQ(out, (std::vector{unknown, committed}));
}

TEST_P(CommitBoundaries, TheWritersThreadGoesOn) {
  std::atomic<int> upkeeps{0};
  Trap in_upkeep;
  in_upkeep.set(GetParam());
  queue.set_upkeep([&] {
    ++upkeeps;
    in_upkeep.step_on();
  });
  store.on_execute = [&](std::span<Command* const>) { trap.step_on(); };
  trap.set(GetParam());
  in_memory.set(GetParam());
  {
    std::jthread writer([&](const std::stop_token& stop) { queue.run(stop); });
    submit();
    EXPECT_TRUE(eventually([&] { return !trap.is_set(); }));
    EXPECT_TRUE(eventually([&] {
      clock.advance(seconds{1});
      return upkeeps > 1;
    }));
    submit();
  }
  ASSERT_EQ(out.size(), 2U);
}

// The waiting rooms.

class TrappedBoards final : public NoBoards {
 public:
  explicit TrappedBoards(Trap& trap) : trap_(trap) {}
  std::vector<std::optional<Board>> read(std::span<const ConcertId> concerts) override {
    ++reads;
    trap_.step_on();
    return NoBoards::read(concerts);
  }
  std::atomic<int> reads{0};

 private:
  Trap& trap_;
};

class TrappedQueueRows final : public NoQueueRows {
 public:
  explicit TrappedQueueRows(Trap& trap) : trap_(trap) {}
  QueueRow row(ConcertId) override {
    ++reads;
    trap_.step_on();
    return {};
  }
  std::atomic<int> reads{0};

 private:
  Trap& trap_;
};

TEST_P(Boundaries, TheRoomsLoopGoesOn) {
  Trap in_rows;
  TrappedBoards boards{trap};
  TrappedQueueRows rows{in_rows};
  NoPresence presence;
  NoCommits commits;
  SharedRooms rooms{1, {.boards = boards, .presence = presence, .reader = rows}, commits, commits, clock};
  const auto queue =
      rooms.queue({.id = {1}, .title = "Rooms", .artist = {}, .venue = {}, .booking = {}, .queue = {.max_active = 3}}, {});
  std::ignore = queue->look({.concert = {1}, .number = {1}, .user = {1}, .issued_at = {}, .expires_at = {}}, clock.now(), 0);
  trap.set(GetParam());
  in_rows.set(GetParam());
  std::jthread loop([&](const std::stop_token& stop) { rooms.run(stop); });
  EXPECT_TRUE(eventually([&] {
    clock.advance(milliseconds{200});
    return boards.reads > 2 && rows.reads > 2;
  }));
  EXPECT_FALSE(trap.is_set());
  EXPECT_FALSE(in_rows.is_set());
}

struct TrappedCommits final : NoCommits {
  Trap* trap = nullptr;
  std::vector<std::unique_ptr<Command>> taken;
  void submit(std::unique_ptr<Command> command, CommandClass) override {
    if (trap != nullptr) trap->step_on();
    taken.push_back(std::move(command));
  }
};

// The periodic loops.

TEST_P(Boundaries, ALoopOnAClockGoesOn) {
  std::latch after{2};
  std::atomic<int> runs = 0;
  trap.set(GetParam());
  Periodic loop("loop", Duration{1}, [&] {
    ++runs;
    trap.step_on();
    if (!after.try_wait()) after.count_down();
  });
  after.wait();
  EXPECT_GE(runs, 3) << "one that threw, and two after it";
}

class TrappedDue final : public DueHolds {
 public:
  explicit TrappedDue(Trap& trap) : trap_(trap) {}
  std::vector<ReservationId> due(TimePoint, int) override {
    trap_.step_on();
    return {{1}};
  }

 private:
  Trap& trap_;
};

TEST_P(Boundaries, ASweepThatFailedSweepsAgain) {
  Trap in_submit;
  TrappedDue due{trap};
  TrappedCommits commits;
  commits.trap = &in_submit;
  SeededRandom random{1};
  Sweep sweep{due, commits, clock, random};
  trap.set(GetParam());
  in_submit.set(GetParam());
  EXPECT_ANY_THROW(sweep.run_once());
  EXPECT_ANY_THROW(sweep.run_once());
  sweep.run_once();
  EXPECT_EQ(commits.taken.size(), 1U);
}

TEST_P(Boundaries, AnExpiryThatFailedIsDoneAgain) {
  TrappedCommits commits;
  commits.trap = &trap;
  Deadlines deadlines;
  deadlines.add(clock.now(), {1});
  Expiry expiry{deadlines, commits, clock};
  trap.set(GetParam());
  EXPECT_ANY_THROW(expiry.run_once());
  expiry.run_once();
  EXPECT_EQ(commits.taken.size(), 1U);
}

TEST_P(Boundaries, TheDelayLineNamesAgainWhatItCouldNotName) {
  test::MemoryConsumer consumer;
  test::MemoryPublisher dead_letters;
  Trap in_publish;
  dead_letters.refuses = [&](const Message&) {
    in_publish.step_on();
    return false;
  };
  std::vector<DelayLine::Done> under_way;
  DelayLine line{consumer, dead_letters, clock, metrics, [&](const std::vector<ReservationId>&, DelayLine::Done done) {
                   trap.step_on();
                   under_way.push_back(std::move(done));
                 }};
  const auto run = [&] {
    try {
      line.run_once(Duration{0});
    } catch (...) {
    }
    clock.advance(DelayLine::kRetry);
  };
  const FeedEvent feed{.id = {},
                       .event = {.type = EventType::reservation_created, .occurred_at = clock.now(), .reservation = {5}, .seq = 1},
                       .reservation = {.id = {5}, .expires_at = clock.now()}};
  consumer.add(0, message_of(feed).payload);
  consumer.add(0, "unreadable");
  trap.set(GetParam());
  in_publish.set(GetParam());
  for (int round = 0; round < 5 && under_way.empty(); ++round) run();
  ASSERT_EQ(under_way.size(), 1U);
  under_way.front()(true);
  run();
  EXPECT_EQ(consumer.committed.at(0), 2);
  EXPECT_EQ(metrics.dead_letters.Value(), 1);
}

class TrappedOutbox final : public Outbox {
 public:
  Trap in_pending, in_delivered, in_lease, in_news, in_number;
  std::vector<OutboxRow> rows;
  std::vector<OutboxRow> pending(int shard, int) override {
    in_pending.step_on();
    return shard == 0 ? rows : std::vector<OutboxRow>{};
  }
  void delivered(int, std::span<const OutboxId>) override {
    in_delivered.step_on();
    rows.clear();
  }
  std::vector<int> take_leases(std::span<const int> shards, std::int64_t, Duration) override {
    in_lease.step_on();
    return {shards.begin(), shards.end()};
  }
  bool has_news(std::span<const int>) override {
    in_news.step_on();
    return !rows.empty();
  }
  EventId number_events(int) override {
    in_number.step_on();
    return {1};
  }
};

TEST_P(Boundaries, TheRelayDeliversInTheEnd) {
  TrappedOutbox outbox;
  test::MemoryPublisher publisher;
  publisher.refuses = [&](const Message&) {
    trap.step_on();
    return false;
  };
  Relay relay{outbox, publisher, clock, metrics, {.owner = 1}};
  outbox.rows.push_back(
      {.id = {1},
       .event = {.type = EventType::reservation_created, .occurred_at = clock.now(), .reservation = {8}, .seq = 1},
       .reservation = {.id = {8}}});
  for (Trap* each : {&outbox.in_pending, &outbox.in_delivered, &outbox.in_lease, &outbox.in_news, &outbox.in_number, &trap})
    each->set(GetParam());
  for (int round = 0; round < 10 && !outbox.rows.empty(); ++round) {
    contained("relay", [&] { relay.run_once(); });
    clock.advance(seconds{1});
  }
  EXPECT_TRUE(outbox.rows.empty());
  outbox.in_lease.set(GetParam());
  relay.release();  // called outside of any loop, as at the end of the process
}

}  // namespace
}  // namespace frontrow
