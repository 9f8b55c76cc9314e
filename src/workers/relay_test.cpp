// The relay against an outbox in memory: with any failure of the stream, no event is lost and none is out of order.
#include "workers/relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "base/log.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/memory_stream.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// One database for several relays: rows and leases as the port promises them.
class MemoryOutbox final : public Outbox {
 public:
  explicit MemoryOutbox(const Clock& clock) : clock_(clock) {}

  std::vector<OutboxRow> pending(int shard, int limit) override {
    std::vector<OutboxRow> found;
    for (const OutboxRow& row : rows)
      if (row.event.reservation.value % kOutboxShards == shard && std::ssize(found) < limit) found.push_back(row);
    return found;
  }
  void delivered(int shard, std::span<const OutboxId> ids) override {
    for (const OutboxId id : ids)
      EXPECT_LE(
          std::erase_if(rows,
                        [&](const OutboxRow& row) { return row.id == id && row.event.reservation.value % kOutboxShards == shard; }),
          1U);
  }
  std::vector<int> take_leases(std::span<const int> shards, std::int64_t owner, Duration ttl) override {
    ++asked;
    std::vector<int> taken;
    for (const int shard : shards) {
      auto& [holder, until] = leases[shard];
      if (holder != owner && clock_.now() < until) continue;
      holder = owner;
      until = clock_.now() + ttl;
      taken.push_back(shard);
    }
    return taken;
  }
  bool has_news(std::span<const int> shards) override {
    ++looks;
    return std::ranges::any_of(rows, [&](const OutboxRow& row) {
      return std::ranges::count(shards, static_cast<int>(row.event.reservation.value % kOutboxShards)) > 0;
    });
  }
  EventId number_events(int) override { return {++numbered}; }

  void add(std::int64_t reservation, int seq, EventType type) {
    rows.push_back({.id = {++last_},
                    .event = {.type = type, .occurred_at = clock_.now(), .reservation = {reservation}, .seq = seq},
                    .reservation = {.id = {reservation}}});
  }
  void add_purchase(std::int64_t reservation) {
    add(reservation, 1, EventType::reservation_created);
    add(reservation, 2, EventType::payment_completed);
  }

  std::vector<OutboxRow> rows;
  std::map<int, std::pair<std::int64_t, TimePoint>> leases;
  int asked = 0, numbered = 0, looks = 0;

 private:
  const Clock& clock_;
  std::int64_t last_ = 0;
};

class RelayTest : public testing::Test {
 protected:
  RelayTest() { configure_log({.out = &log}); }
  ~RelayTest() override { configure_log({}); }

  // "7/1 7/2": reservation and seq of the published events.
  std::string published() const {
    std::string text;
    for (const Message& message : publisher.published) {
      const auto seq = message.payload.find("\"seq\":");
      text += (text.empty() ? "" : " ") + message.key + "/" + message.payload.substr(seq + 6, 1);
    }
    return text;
  }

  std::ostringstream log;
  ManualClock clock;
  MemoryOutbox outbox{clock};
  test::MemoryPublisher publisher;
  Metrics metrics;
  Relay relay{outbox, publisher, clock, metrics, {.owner = 1}};
};

TEST_F(RelayTest, PublishesWhatIsPendingAndTakesItOut) {
  outbox.add_purchase(7);
  outbox.add(8, 1, EventType::reservation_created);
  EXPECT_TRUE(relay.run_once());
  EXPECT_EQ(published(), "7/1 8/1 7/2");
  EXPECT_THAT(outbox.rows, IsEmpty());
  EXPECT_FALSE(relay.run_once());
  EXPECT_EQ(metrics.events_published.Value(), 3);
}

TEST_F(RelayTest, LosesNothingWhileTheStreamIsAwayAndTheFeedGoesOn) {
  outbox.add_purchase(7);
  publisher.is_away = true;
  EXPECT_THROW(relay.run_once(), Unavailable);
  EXPECT_THAT(outbox.rows, SizeIs(2));
  EXPECT_EQ(outbox.numbered, 1);
  clock.advance(seconds{60});
  EXPECT_THROW(relay.run_once(), Unavailable);
  EXPECT_EQ(metrics.event_delivery_lag_seconds.Value(), 60);
  publisher.is_away = false;
  relay.run_once();
  EXPECT_EQ(published(), "7/1 7/2");
  relay.run_once();
  EXPECT_EQ(metrics.event_delivery_lag_seconds.Value(), 0);
}

TEST_F(RelayTest, AnEventWaitsForTheOneBeforeIt) {
  outbox.add_purchase(7);
  outbox.add_purchase(8);
  publisher.refuses = [](const Message& message) { return message.key == "7" && message.topic == "reservation.created"; };
  relay.run_once();
  EXPECT_EQ(published(), "8/1 8/2");
  publisher.refuses = {};
  relay.run_once();
  EXPECT_EQ(published(), "8/1 8/2 7/1 7/2");
}

TEST_F(RelayTest, ALostAcknowledgementOnlyRepeats) {
  outbox.add_purchase(7);
  publisher.forgets_to_acknowledge = [](const Message&) { return true; };
  relay.run_once();
  publisher.forgets_to_acknowledge = {};
  relay.run_once();
  EXPECT_EQ(published(), "7/1 7/1 7/2");
}

TEST_F(RelayTest, AShardHasOneRelayAtATime) {
  relay.run_once();
  Relay other{outbox, publisher, clock, metrics, {.owner = 2}};
  outbox.add(7, 1, EventType::reservation_created);
  EXPECT_FALSE(other.run_once());
  EXPECT_TRUE(relay.run_once());
  EXPECT_EQ(published(), "7/1");
}

TEST_F(RelayTest, AnotherGoesOnWhenOneIsGone) {
  relay.run_once();
  outbox.add(7, 1, EventType::reservation_created);
  Relay other{outbox, publisher, clock, metrics, {.owner = 2}};
  clock.advance(seconds{9});
  EXPECT_FALSE(other.run_once()) << "its lease may still be used";
  clock.advance(seconds{4});
  EXPECT_TRUE(other.run_once());
  EXPECT_EQ(published(), "7/1");
}

TEST_F(RelayTest, AnotherGoesOnAtOnceWhenOneHasGivenBack) {
  relay.run_once();
  relay.release();
  outbox.add(7, 1, EventType::reservation_created);
  Relay other{outbox, publisher, clock, metrics, {.owner = 2}};
  EXPECT_TRUE(other.run_once());
}

TEST_F(RelayTest, ProlongsItsLeasesNowAndThenOnly) {
  for (int round = 0; round < 100; ++round) {
    relay.run_once();
    clock.advance(Duration{100});
  }
  EXPECT_LE(outbox.asked, 4) << "ten seconds, a lease of ten";
  for (const auto& [shard, lease] : outbox.leases) EXPECT_GT(lease.second, clock.now());
}

TEST_F(RelayTest, LeavesAloneWhatSomebodyElseHasTaken) {
  relay.run_once();
  outbox.add(7, 1, EventType::reservation_created);
  for (auto& [shard, lease] : outbox.leases) lease = {2, clock.now() + seconds{60}};
  clock.advance(seconds{8});  // it asks again, and gets the lease
  EXPECT_FALSE(relay.run_once());
  EXPECT_EQ(published(), "");
}

}  // namespace
}  // namespace frontrow
