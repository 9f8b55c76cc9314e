// Events leave the outbox in order, by one relay for each shard, and the feed skips none.
#include <array>
#include <numeric>

#include "adapters/mysql/feed.hpp"
#include "mysql_test.hpp"

namespace frontrow::mysql {
namespace {

class OutboxOfMysql : public MysqlTest {
 protected:
  static bool takes(Outbox& outbox, int shard, std::int64_t owner) {
    return outbox.take_leases(std::array{shard}, owner, Duration{5'000}) == std::vector{shard};
  }
  const std::unique_ptr<Store> store_ = open_store(settings());
  const std::unique_ptr<Outbox> outbox_ = open_outbox(settings());
  const std::vector<SeatId> seats_ = made_concert(*store_, {.seats_of_schedules = {60}}).seats[0];
};

TEST_F(OutboxOfMysql, TellsWhatIsPendingInTheShardOfItsReservationUntilItIsDelivered) {
  const auto id = made<ReservationId>();
  execute(*store_, hold({.user = kAnn, .seats = {seats_[0], seats_[1]}}, id));
  execute(*store_, charge(kAnn, {100'000}));
  execute(*store_, pay(*id, kAnn));
  execute(*store_, hold({.user = kBen, .seats = {seats_[2]}}, made<ReservationId>()));
  const int shard = static_cast<int>(id->value % kOutboxShards);
  const auto rows = outbox_->pending(shard, 10);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_LT(rows[0].id, rows[1].id);
  EXPECT_EQ(rows[0].event.type, EventType::reservation_created);
  EXPECT_EQ(rows[0].event.seq, 1);
  EXPECT_EQ(rows[0].event.occurred_at, clock_.now());
  EXPECT_EQ(rows[0].reservation.seats.size(), 2u);
  EXPECT_FALSE(rows[0].payment);
  EXPECT_EQ(rows[1].event.type, EventType::payment_completed);
  ASSERT_TRUE(rows[1].payment);
  EXPECT_EQ(rows[1].payment->amount, Points{100'000});
  EXPECT_EQ(outbox_->pending(shard, 1).size(), 1u);

  outbox_->delivered(shard, std::vector{rows[0].id});
  outbox_->delivered(shard, std::vector{rows[0].id});
  ASSERT_EQ(outbox_->pending(shard, 10).size(), 1u);
  EXPECT_EQ(outbox_->pending(shard, 10)[0].id, rows[1].id);
  std::size_t all = 0;
  for (int other = 0; other < kOutboxShards; ++other) all += outbox_->pending(other, 10).size();
  EXPECT_EQ(all, 2u) << "Ben's hold waits in another shard";
}

TEST_F(OutboxOfMysql, HasNoRowForABatchThatWasRolledBack) {
  std::vector<CommandPtr> batch;
  batch.push_back(hold({.user = kAnn, .seats = {seats_[0]}}, made<ReservationId>()));
  batch.push_back(hold({.user = kBen, .seats = {seats_[0]}}, made<ReservationId>()));
  EXPECT_THROW(execute(*store_, batch), ConstraintBroken);
  EXPECT_EQ(run("SELECT count(*) FROM outbox"), "0");
  EXPECT_EQ(run("SELECT count(*) FROM events"), "0");
}

TEST_F(OutboxOfMysql, LeasesAShardToOneOwnerAtATime) {
  const auto other = open_outbox(settings());
  EXPECT_TRUE(takes(*outbox_, 3, 11));
  EXPECT_FALSE(takes(*other, 3, 22));
  EXPECT_TRUE(takes(*other, 4, 22)) << "another shard";
  clock_.advance(Duration{4'000});
  EXPECT_TRUE(takes(*outbox_, 3, 11)) << "renewed";
  clock_.advance(Duration{4'999});
  EXPECT_FALSE(takes(*other, 3, 22));
  clock_.advance(Duration{1});
  EXPECT_TRUE(takes(*other, 3, 22)) << "it has ended";
  EXPECT_FALSE(takes(*outbox_, 3, 11));
}

TEST_F(OutboxOfMysql, LeasesThoseOfSeveralShardsThatNobodyElseHas) {
  const auto other = open_outbox(settings());
  EXPECT_EQ(other->take_leases(std::array{1, 5}, 22, Duration{5'000}), (std::vector{1, 5}));
  EXPECT_EQ(outbox_->take_leases(std::array{0, 1, 4, 5, 6}, 11, Duration{5'000}), (std::vector{0, 4, 6}));
  EXPECT_EQ(outbox_->take_leases(std::array{4}, 11, Duration{5'000}), (std::vector{4})) << "only those that were asked for";
  EXPECT_TRUE(outbox_->take_leases({}, 11, Duration{5'000}).empty());
}

TEST_F(OutboxOfMysql, TellsWhetherThereIsAnythingToDo) {
  EXPECT_FALSE(outbox_->has_news(std::array{0, 1, 2}));
  const auto id = made<ReservationId>();
  execute(*store_, hold({.user = kAnn, .seats = {seats_[0]}}, id));
  const int shard = static_cast<int>(id->value % kOutboxShards), another = (shard + 1) % kOutboxShards;
  EXPECT_TRUE(outbox_->has_news(std::array{another})) << "it has no number yet";
  outbox_->number_events(10);
  EXPECT_FALSE(outbox_->has_news(std::array{another}));
  EXPECT_TRUE(outbox_->has_news(std::array{shard, another}));
  std::vector<int> all(kOutboxShards);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_TRUE(outbox_->has_news(all));
  outbox_->delivered(shard, std::vector{outbox_->pending(shard, 1).at(0).id});
  EXPECT_FALSE(outbox_->has_news(all));
}

TEST_F(OutboxOfMysql, TheFeedHasNoNumbersBeforeTheyAreGivenAndNoGapAfter) {
  for (int i = 0; i < 5; ++i)
    execute(*store_, hold({.user = kAnn, .seats = {seats_[static_cast<std::size_t>(i)]}}, made<ReservationId>()));
  EXPECT_EQ(store_->last_event(), EventId{0});
  EXPECT_EQ(outbox_->number_events(3), EventId{3});
  EXPECT_EQ(outbox_->number_events(3), EventId{5});
  EXPECT_EQ(outbox_->number_events(3), EventId{5});
  EXPECT_EQ(store_->last_event(), EventId{5});
  const auto told = store_->open_reader()->events_after({}, 10);
  ASSERT_EQ(told.size(), 5u);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].id.value, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(told[i].event.reservation.value, static_cast<std::int64_t>(i) + 1);
  }
}

TEST_F(OutboxOfMysql, WhoeverReadsTheFeedSeesWhatWasCommittedBefore) {
  execute(*store_, hold({.user = kAnn, .seats = {seats_[0]}}, made<ReservationId>()));
  const auto told = store_->open_reader()->events_after({}, 10);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].id, EventId{1});
  EXPECT_EQ(store_->last_event(), EventId{1}) << "with a number that stays";
}

// Ids are given at insert. So a batch that commits late has lower ids than a reader has seen already.
TEST_F(OutboxOfMysql, TheFeedSkipsNoCommitThatComesLate) {
  const auto late = session();
  mysql::run(*late,
             "INSERT INTO events (type, seq, occurred_at, concert_id, ticket, user_id) VALUES (5, 0, 0, 1, 1, 1);"
             "INSERT INTO outbox (shard, event_id) VALUES (1, LAST_INSERT_ID())");
  execute(*store_, hold({.user = kAnn, .seats = {seats_[0]}}, made<ReservationId>()));
  EXPECT_EQ(outbox_->number_events(100), EventId{1}) << "neither waits for the batch under way nor counts it";
  mysql::run(*late, "COMMIT");
  EXPECT_EQ(outbox_->number_events(100), EventId{2});
  const auto told = store_->open_reader()->events_after({1}, 10);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].event.type, EventType::queue_activated);
  EXPECT_EQ(outbox_->pending(1, 10).size(), 2u);
}

TEST_F(OutboxOfMysql, TheFeedFollowsAReservationAcrossStores) {
  const auto other = open_store(settings());
  const auto id = made<ReservationId>();
  execute(*store_, hold({.user = kAnn, .seats = {seats_[0]}}, id));
  execute(*other, hold({.user = kBen, .seats = {seats_[1]}}, made<ReservationId>()));
  execute(*other, end(*id, ReservationStatus::cancelled));
  for (int i = 0; i < 3; ++i) outbox_->number_events(1);
  const auto told = store_->open_reader()->events_after({}, 10);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].event.reservation, *id);
  EXPECT_EQ(told[2].event.reservation, *id);
  EXPECT_EQ(told[2].event.seq, 2);
}

}  // namespace
}  // namespace frontrow::mysql
