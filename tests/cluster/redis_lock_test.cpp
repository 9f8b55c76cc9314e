// Seat locks against a real Redis. They only thin the crowd. So besides one winner, it matters that no buyer is locked
// out for long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "adapters/redis/seat_lock.hpp"
#include "support/faults/redis_faults.hpp"

namespace frontrow::test {
namespace {

using testing::Each;
using testing::ElementsAre;

using Groups = std::vector<std::vector<SeatId>>;

struct RedisLock : testing::Test {
  redis::Client client{redis_settings()};
  redis::SeatLock lock{client};
  const SeatId seat{unused_ids()};

  SeatId next(int n) const { return {seat.value + n}; }
  std::string key(SeatId of) const { return "lock:seat:" + std::to_string(of.value); }
  bool is_locked(SeatId of) { return ask(client, {"EXISTS", key(of)}).integer() == 1; }
};

TEST_F(RedisLock, HasOneWinnerAmongFiftyOwners) {
  for (int round = 0; round < 20; ++round) {
    const Groups wanted{{next(round)}};
    std::atomic<int> winners{0};
    std::latch start(50);
    {
      std::vector<std::jthread> owners;
      for (int i = 0; i < 50; ++i)
        owners.emplace_back([&] {
          start.arrive_and_wait();
          const SeatLocks locks = lock.take(wanted);
          winners += locks.granted[0];
        });
    }
    EXPECT_EQ(winners, 1);
  }
}

TEST_F(RedisLock, IsForAllSeatsOfAGroupOrNone) {
  const SeatLocks other = lock.take(Groups{{next(1)}});
  const SeatLocks locks = lock.take(Groups{{next(0), next(1)}, {next(2), next(3)}});
  EXPECT_THAT(locks.granted, ElementsAre(false, true));
  EXPECT_THAT(locks.seats, ElementsAre(next(2), next(3)));
  EXPECT_FALSE(is_locked(next(0))) << "what a group got in vain is given back";
  EXPECT_TRUE(is_locked(next(1))) << "and what is another's stays";
  lock.release(locks);
  EXPECT_FALSE(is_locked(next(2)));
  lock.release(other);
  EXPECT_FALSE(is_locked(next(1)));
}

TEST_F(RedisLock, DoesNotSetGroupsOfOneBatchAgainstEachOther) {
  const SeatLocks other = lock.take(Groups{{next(5)}});
  const SeatLocks locks = lock.take(Groups{{next(0), next(1)}, {next(1), next(2)}, {next(2), next(5)}, {}});
  EXPECT_THAT(locks.granted, ElementsAre(true, true, false, true));
  EXPECT_THAT(locks.seats, ElementsAre(next(0), next(1), next(2))) << "the third group's seat is wanted by the second too";
}

TEST_F(RedisLock, EndsByItself) {
  const SeatLocks locks = lock.take(Groups{{seat}});
  const std::int64_t left = ask(client, {"PTTL", key(seat)}).integer();
  EXPECT_GT(left, 0);
  EXPECT_LE(left, 5'000);
  ask(client, {"PEXPIRE", key(seat), "20"});
  EXPECT_TRUE(eventually([&]() -> bool { return lock.take(Groups{{seat}}).granted[0]; }));
}

TEST_F(RedisLock, NeverDeletesAnothers) {
  const SeatLocks slow = lock.take(Groups{{seat}, {next(1)}});
  ask(client, {"DEL", key(seat)});  // as if its lease had ended
  const SeatLocks other = lock.take(Groups{{seat}});
  ASSERT_TRUE(other.granted[0]);
  lock.release(slow);
  EXPECT_TRUE(is_locked(seat));
  EXPECT_FALSE(is_locked(next(1)));
  EXPECT_FALSE(lock.take(Groups{{seat}}).granted[0]);
}

TEST_F(RedisLock, GrantsEverythingWhenRedisIsLost) {
  redis::Client hasty(redis_settings(std::chrono::milliseconds{30}));
  redis::SeatLock impatient(hasty);
  ask(hasty, {"PING"});
  const std::string primary = primary_service(client);
  pause_service(primary);
  const SeatLocks locks = impatient.take(Groups{{seat}, {next(1), next(2)}});
  resume_service(primary);
  EXPECT_THAT(locks.granted, Each(true));
  EXPECT_THAT(locks.seats, ElementsAre(seat, next(1), next(2))) << "which may be locked all the same";
  EXPECT_TRUE(eventually([&] {
    impatient.release(locks);
    return !is_locked(seat) && !is_locked(next(1)) && !is_locked(next(2));
  }));
  wait_for_replicas(client);
}

}  // namespace
}  // namespace frontrow::test
