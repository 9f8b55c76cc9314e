// Boards and presence in a real Redis.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/redis/queue_boards.hpp"
#include "support/services/redis_services.hpp"

namespace frontrow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Pair;
using testing::UnorderedElementsAre;

TimePoint at(std::int64_t ms) { return TimePoint{milliseconds{ms}}; }

Board board(std::int64_t version, std::int64_t published_ms) {
  return {.row = {.tail = 10 * version, .version = version}, .published_at = at(published_ms)};
}

struct RedisBoards : testing::Test {
  redis::Client client{redis_settings()};
  redis::QueueBoards boards{client};
  redis::Presence presence{client};
  const std::vector<ConcertId> concert{{unused_ids()}};

  std::int64_t shown() { return boards.read(concert).at(0)->row.tail; }
};

TEST_F(RedisBoards, AreReadAsTheyWerePublishedAndWhereThereIsNoneThereIsNone) {
  EXPECT_EQ(boards.read(concert).at(0), std::nullopt);
  boards.publish(concert[0], board(3, 1'234));
  const std::vector<ConcertId> both{{concert[0].value + 1}, concert[0]};
  const auto read = boards.read(both);
  EXPECT_EQ(read.at(0), std::nullopt);
  EXPECT_EQ(read.at(1)->row, board(3, 1'234).row);
  EXPECT_EQ(read.at(1)->published_at, at(1'234));
}

TEST_F(RedisBoards, AreReplacedByNewerOnesOnly) {
  boards.publish(concert[0], board(3, 1'000));
  boards.publish(concert[0], board(2, 1'100));
  EXPECT_EQ(shown(), 30);
  boards.publish(concert[0], board(4, 1'050));
  EXPECT_EQ(shown(), 40);
}

TEST_F(RedisBoards, GiveWayWhenTheStoreWasRestored) {
  boards.publish(concert[0], board(30, 1'000));
  boards.publish(concert[0], board(2, 5'999));
  EXPECT_EQ(shown(), 300);
  boards.publish(concert[0], board(2, 6'000));
  EXPECT_EQ(shown(), 20);
}

TEST_F(RedisBoards, OfAnotherFormAreNone) {
  boards.publish(concert[0], board(1, 1'000));
  ask(client, {"HSET", "queue:concert:" + std::to_string(concert[0].value) + ":board", "text", "{}"});
  EXPECT_EQ(boards.read(concert).at(0), std::nullopt);
}

TEST_F(RedisBoards, PresenceKeepsTheLastSightingAndDropsOldOnes) {
  presence.seen(concert[0], std::vector<Sighting>{{{1}, at(1'000)}, {{2}, at(2'000)}});
  presence.seen(concert[0], std::vector<Sighting>{{{1}, at(3'000)}, {{2}, at(1'500)}});
  EXPECT_THAT(presence.all(concert[0], at(0)).at,
              UnorderedElementsAre(Pair(TicketNumber{1}, at(3'000)), Pair(TicketNumber{2}, at(2'000))));
  EXPECT_EQ(presence.last_seen(concert[0], {2}), at(2'000));
  EXPECT_EQ(presence.last_seen(concert[0], {3}), std::nullopt);
  EXPECT_THAT(presence.all(concert[0], at(2'500)).at, UnorderedElementsAre(Pair(TicketNumber{1}, at(3'000))));
}

TEST_F(RedisBoards, PresenceThatWasForgottenHasAnotherName) {
  const std::string before = presence.all(concert[0], at(0)).memory;
  EXPECT_FALSE(before.empty());
  EXPECT_EQ(presence.all(concert[0], at(0)).memory, before);
  ask(client, {"FLUSHALL"});
  EXPECT_NE(presence.all(concert[0], at(0)).memory, before);
}

}  // namespace
}  // namespace frontrow::test
