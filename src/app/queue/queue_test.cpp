// The commands of the waiting room around the decisions of ConcertQueue: keys, replays, and which joins count as new.
#include "app/queue/queue.hpp"
#include "app/queue/concert_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fakes/hand_made_set.hpp"

namespace frontrow {
namespace {

using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

class QueueCommandsTest : public testing::Test {
 protected:
  QueueCommandsTest() { rows.set.now += std::chrono::milliseconds{250}; }
  Result<JoinOutcome> join(UserId user, std::optional<Idempotent> key = {}) { return rows.run<JoinQueue>(queue, user, key); }
  Result<JoinOutcome> join_with(UserId user, const ShownPass& pass) {
    std::optional<Result<JoinOutcome>> outcome;
    JoinQueue command(queue, user, {}, [&](Result<JoinOutcome> result) { outcome = std::move(result); });
    command.pass = pass;
    command.decide(rows.set);
    command.complete(CommitStatus::committed);
    return std::move(*outcome);
  }
  void commit() {
    for (const auto& [concert, change] : rows.set.queues) queue->apply(change, rows.set.now);
    rows.set.queues.clear();
    rows.set.events.clear();
  }
  HandMadeSet rows;
  Concert concert{.id = kConcert, .title = "", .artist = "", .venue = "", .booking = {}, .queue = {.max_active = 1}};
  std::shared_ptr<ConcertQueue> queue = std::make_shared<ConcertQueue>(concert, QueueLimits{}, rows.set.now);
};

TEST_F(QueueCommandsTest, AJoinIsNewOnceAndTheSamePlaceAfterwards) {
  const auto first = join(kAnn), again = join(kAnn), other = join(kBob);
  EXPECT_TRUE(first->is_new);
  EXPECT_EQ(first->place.state, TicketState::active);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->place.number, first->place.number);
  EXPECT_TRUE(other->is_new);
  EXPECT_EQ(other->place.state, TicketState::waiting);
  commit();
  const auto later = join(kBob);
  EXPECT_FALSE(later->is_new);
  EXPECT_EQ(later->place.number, other->place.number);
  EXPECT_EQ(later->place.issued_at, other->place.issued_at);
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(QueueCommandsTest, AJoinWithTheSameKeyIsAnsweredTheSame) {
  const Idempotent key = keyed(kAnn, Operation::join, 1, 42);
  const auto first = join(kAnn, key);
  const auto twice_in_a_batch = join(kAnn, key);
  EXPECT_TRUE(twice_in_a_batch->is_new);
  EXPECT_EQ(twice_in_a_batch->place.number, first->place.number);
  commit();
  rows.run<LeaveQueue>(queue, first->place.number, kAnn);
  commit();
  const auto replay = join(kAnn, key);
  EXPECT_TRUE(replay->is_new) << "the same status again";
  EXPECT_TRUE(replay->is_replay);
  EXPECT_FALSE(first->is_replay);
  EXPECT_EQ(replay->place.number, first->place.number);
  EXPECT_EQ(replay->place.user, kAnn);
  EXPECT_EQ(replay->place.state, first->place.state);
  EXPECT_EQ(replay->place.issued_at, first->place.issued_at) << "to the same signed ticket";
  EXPECT_EQ(join(kAnn, keyed(kAnn, Operation::join, 1, 43)).error().code, ErrorCode::idempotency_key_reused);
}

TEST_F(QueueCommandsTest, AJoinThatGaveNothingNewStoresNoKey) {
  join(kAnn);
  join(kAnn, keyed(kAnn, Operation::join, 1, 42));
  EXPECT_THAT(rows.set.new_keys, IsEmpty());
}

TEST_F(QueueCommandsTest, ARefusedJoinTouchesNothing) {
  concert.booking.closes_at = rows.set.now;
  queue->change_concert(concert);
  EXPECT_EQ(join(kAnn, keyed(kAnn, Operation::join, 1, 42)).error().code, ErrorCode::booking_not_open);
  EXPECT_FALSE(rows.set.is_changed());
  EXPECT_THAT(rows.set.known_keys, IsEmpty());
}

TEST_F(QueueCommandsTest, AJoinAfterALapseIsNew) {
  const auto first = join(kAnn);
  commit();
  rows.set.now += seconds{120};
  const auto second = join(kAnn);
  EXPECT_TRUE(second->is_new);
  EXPECT_GT(second->place.number, first->place.number);
}

TEST_F(QueueCommandsTest, ClaimingLeavingAndTickingNeverRefuse) {
  EXPECT_TRUE(rows.run<ClaimPlace>(queue, TicketNumber{99}, kAnn).has_value());
  EXPECT_TRUE(rows.run<LeaveQueue>(queue, TicketNumber{99}, kAnn).has_value());
  EXPECT_TRUE(rows.run<AdmitNext>(queue, std::nullopt).has_value());
  EXPECT_FALSE(rows.set.is_changed());
}

TEST_F(QueueCommandsTest, OnePersonGoesInWhenAnotherLeaves) {
  const TicketNumber inside = join(kAnn)->place.number, waiting = join(kBob)->place.number;
  commit();
  rows.run<LeaveQueue>(queue, inside, kAnn);
  commit();
  rows.run<AdmitNext>(queue, std::nullopt);
  commit();
  rows.run<ClaimPlace>(queue, waiting, kBob);
  ASSERT_THAT(rows.set.events, SizeIs(1));
  EXPECT_EQ(rows.set.events[0].user, kBob);
  commit();
  EXPECT_EQ(queue->counts().active, 1);
  EXPECT_EQ(queue->counts().waiting, 0);
}

ShownPass pass(int id) {
  return {.refusal = {}, .use = {.owner = {}, .operation = Operation::use_pass, .hash = {static_cast<std::byte>(id)}}};
}

TEST_F(QueueCommandsTest, APassGivesOneNewPlace) {
  EXPECT_TRUE(join_with(kAnn, pass(1))->is_new);
  const auto in_the_same_batch = join_with(kBob, pass(1));
  ASSERT_FALSE(in_the_same_batch);
  EXPECT_EQ(in_the_same_batch.error().code, ErrorCode::join_pass_used);
  commit();
  EXPECT_EQ(join_with(kBob, pass(1)).error().code, ErrorCode::join_pass_used);
  EXPECT_TRUE(join_with(kBob, pass(2))->is_new);
  EXPECT_THAT(rows.set.new_keys, SizeIs(2));
}

TEST_F(QueueCommandsTest, APlaceIsFoundAgainWithoutAPassAndUsesNone) {
  const auto first = join_with(kAnn, pass(1));
  const ShownPass none{.refusal = Refusal{.code = ErrorCode::join_pass_required}};
  EXPECT_EQ(join_with(kAnn, none)->place.number, first->place.number) << "in the same batch";
  commit();
  EXPECT_EQ(join_with(kAnn, none)->place.number, first->place.number);
  EXPECT_FALSE(join_with(kAnn, pass(2))->is_new);
  EXPECT_TRUE(join_with(kBob, pass(2))->is_new) << "it gave no place before";
  commit();
  rows.run<LeaveQueue>(queue, first->place.number, kAnn);
  EXPECT_EQ(join_with(kAnn, none).error().code, ErrorCode::join_pass_required) << "left in this batch";
  commit();
  EXPECT_EQ(join_with(kAnn, none).error().code, ErrorCode::join_pass_required);
}

TEST_F(QueueCommandsTest, ARefusedJoinUsesNoPass) {
  concert.booking.closes_at = rows.set.now;
  queue->change_concert(concert);
  EXPECT_EQ(join_with(kAnn, pass(1)).error().code, ErrorCode::booking_not_open);
  EXPECT_THAT(rows.set.new_keys, IsEmpty());
}

TEST_F(QueueCommandsTest, AUserIsRemovedWhateverTheNumber) {
  const TicketNumber inside = join(kAnn)->place.number;
  join(kBob);
  commit();
  rows.run<LeaveQueue>(queue, TicketNumber{}, kAnn);
  rows.run<LeaveQueue>(queue, TicketNumber{}, kAnn);
  rows.run<LeaveQueue>(queue, TicketNumber{}, UserId{99});
  commit();
  EXPECT_EQ(queue->counts().active, 0);
  EXPECT_EQ(queue->counts().waiting, 1);
  EXPECT_GT(join(kAnn)->place.number, inside) << "at the tail";
}

TEST_F(QueueCommandsTest, DeclareNothingButAKey) {
  Keys keys;
  JoinQueue(queue, kAnn, {}, [](auto) {}).declare(keys);
  EXPECT_THAT(keys.idempotency, IsEmpty());
  JoinQueue(queue, kAnn, keyed(kAnn, Operation::join, 1, 42), [](auto) {}).declare(keys);
  EXPECT_THAT(keys.idempotency, SizeIs(1));
}

}  // namespace
}  // namespace frontrow
