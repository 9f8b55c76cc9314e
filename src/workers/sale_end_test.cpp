// Tickets end with their sale, and with their concert.
#include "workers/sale_end.hpp"

#include <gtest/gtest.h>

#include "app/commands/concert.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/live_state.hpp"
#include "app/queue/end_tickets.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/model_store.hpp"

namespace frontrow {
namespace {

class SilentBus final : public EventBus {
 public:
  void publish(EventId) override {}
  Subscription subscribe(std::function<void(EventId)>) override { return {}; }
};

// A server's parts on a store that outlives it.
struct Server {
  Server(ModelState& state, const Clock& clock)
      : store(state, clock), live(clock, {}, metrics, bus, &commits), commits(make(clock)) {
    live.rebuild(store);
  }
  CommitQueue make(const Clock& clock) {
    return {store, clock, metrics, {}, [this](const WorkingSet& set) { live.apply(set); }, [] {}};
  }
  void run() {
    while (commits.run_batch()) continue;
  }
  ModelStore store;
  Metrics metrics;
  SilentBus bus;
  LiveState live;
  CommitQueue commits;
};

class SaleEndLoop : public testing::Test {
 protected:
  ConcertId concert_with(Server& server, int people) {
    ConcertPlan plan{.title = "Night", .artist = "", .venue = "", .booking = {}, .queue = {.max_active = 1}, .schedules = {}};
    plan.schedules.push_back({.starts_at = clock.now() + std::chrono::days{1},
                              .sections = {{.name = "", .rows = 0, .seats_per_row = 9, .price = {100}}}});
    ConcertId id;
    server.commits.submit(std::make_unique<CreateConcert>(plan, std::nullopt, [&](Result<MadeConcert> made) { id = made->id; }),
                          CommandClass::settle);
    server.run();
    const auto queue = server.live.catalog().picture()->find(id)->queue;
    for (int user = 1; user <= people; ++user)
      queue->submit_join({user}, {}, {}, {}, [](Result<JoinOutcome> in) { ASSERT_TRUE(in); });
    server.run();
    return id;
  }
  void end(Server& server) {
    SaleEnd loop(server.live.catalog(), clock);
    loop.run_once();
    server.run();
  }

  ManualClock clock;
  ModelState state;
};

TEST_F(SaleEndLoop, EndsTheTicketsOfADeletedConcert) {
  Server server(state, clock);
  const ConcertId deleted = concert_with(server, 3);
  const ConcertId other = concert_with(server, 2);
  end(server);
  ASSERT_EQ(state.tickets.size(), 5U);
  server.commits.submit(std::make_unique<DeleteConcert>(deleted, [](Result<Nothing> gone) { ASSERT_TRUE(gone); }),
                        CommandClass::settle);
  server.run();
  end(server);
  EXPECT_EQ(state.tickets.size(), 2U);
  EXPECT_EQ(server.live.catalog().picture()->find(other)->queue->counts().tail, 2);
}

TEST_F(SaleEndLoop, EndsThoseThatAnEarlierRunHasLeft) {
  {
    Server server(state, clock);
    concert_with(server, 3);
  }
  state.concerts.begin()->second.is_deleted = true;
  Server again(state, clock);
  end(again);
  EXPECT_TRUE(state.tickets.empty());
}

TEST_F(SaleEndLoop, EndsThoseOfASaleAnHourAfterItsEnd) {
  Server server(state, clock);
  concert_with(server, 3);
  clock.advance(std::chrono::days{1} + kTicketsKept - Duration{1});
  end(server);
  EXPECT_EQ(state.tickets.size(), 3U);
  clock.advance(Duration{1});
  end(server);
  EXPECT_TRUE(state.tickets.empty());
}

}  // namespace
}  // namespace frontrow
