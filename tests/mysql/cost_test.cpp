// The number of a batch's statements does not grow with the batch.
#include <cstdio>

#include "mysql_test.hpp"

namespace frontrow::mysql {
namespace {

class Cost : public MysqlTest {
 protected:
  StoreSettings counting() {
    StoreSettings settings = MysqlTest::settings();
    settings.on_batch = [this](const BatchCost& cost) { last_ = cost; };
    return settings;
  }
  // `count` holds of one seat, each of another user and with a key.
  BatchCost holds(Store& store, const std::vector<SeatId>& seats, std::size_t first, std::size_t count) {
    std::vector<CommandPtr> batch;
    for (std::size_t i = first; i < first + count; ++i) {
      const UserId user{static_cast<std::int64_t>(i) + 1};
      batch.push_back(with_catalog(
          hold({.user = user, .seats = {seats[i]}, .key = key_of(user, Operation::hold, ++keys_)}, made<ReservationId>())));
    }
    execute(store, batch);
    return last_;
  }
  // Like the real command, it reads the concert and the schedule.
  static CommandPtr with_catalog(CommandPtr inner) {
    const std::shared_ptr<LambdaCommand> command = std::move(inner);
    return std::make_unique<LambdaCommand>(
        [=](Keys& keys) {
          keys.concerts.push_back({1});
          keys.schedules.push_back({1});
          command->declare(keys);
        },
        [=](WorkingSet& set) { return command->decide(set); });
  }

  int keys_ = 0;
  BatchCost last_;
};

TEST_F(Cost, ABatchOfHoldsIsAHandfulOfRoundTripsWhateverItsSize) {
  const auto store = open_store(counting());
  const auto seats = made_concert(*store, {.seats_of_schedules = {1'000}}).seats[0];
  holds(*store, seats, 0, 1);  // takes the first block of ids
  const BatchCost one = holds(*store, seats, 1, 1), many = holds(*store, seats, 100, 64), most = holds(*store, seats, 200, 256);
  std::printf("a batch of 1, 64, 256 holds: %ld, %ld, %ld statements in %ld, %ld, %ld round trips\n",
              one.traffic.statements,
              many.traffic.statements,
              most.traffic.statements,
              one.traffic.round_trips,
              many.traffic.round_trips,
              most.traffic.round_trips);
  EXPECT_LE(many.traffic.statements, 17);
  EXPECT_LE(many.traffic.round_trips, 10);
  EXPECT_EQ(one.traffic.statements, many.traffic.statements);
  EXPECT_EQ(most.traffic.statements, many.traffic.statements);
  EXPECT_EQ(most.traffic.round_trips, many.traffic.round_trips);
}

TEST_F(Cost, TakingOverPayingAndEndingAddAFew) {
  const auto store = open_store(counting());
  const auto seats = made_concert(*store, {.seats_of_schedules = {1'000}}).seats[0];
  holds(*store, seats, 0, 64);
  clock_.advance(kHold);
  const BatchCost takeover = holds(*store, seats, 0, 64);
  std::vector<CommandPtr> mixed;
  for (std::int64_t i = 1; i <= 60; ++i) {
    mixed.push_back(charge({i}, {50'000}, key_of({i}, Operation::charge, 2)));
    mixed.push_back(pay({64 + i}, {i}, made<PaymentId>(), key_of({i}, Operation::pay, 2)));
  }
  mixed.push_back(end({64 + 61}, ReservationStatus::cancelled));
  mixed.push_back(end({64 + 62}, ReservationStatus::cancelled));
  execute(*store, mixed);
  std::printf("64 takeovers: %ld statements in %ld round trips; 60 charges, 60 payments and 2 cancellations: %ld in %ld\n",
              takeover.traffic.statements,
              takeover.traffic.round_trips,
              last_.traffic.statements,
              last_.traffic.round_trips);
  EXPECT_LE(takeover.traffic.round_trips, 10);
  EXPECT_LE(takeover.traffic.statements, 22);
  EXPECT_LE(last_.traffic.round_trips, 10);
  EXPECT_LE(last_.traffic.statements, 27);
}

}  // namespace
}  // namespace frontrow::mysql
