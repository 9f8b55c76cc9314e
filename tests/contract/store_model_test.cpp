// A real store and the model get the same random moves, possible and impossible ones, and must hold the same sale.
#include <algorithm>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "adapters/mysql/store.hpp"
#include "adapters/sqlite/store.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/fakes/model_store.hpp"
#include "support/fakes/numbering_store.hpp"
#include "support/rounds.hpp"
#include "support/services/mysql_database.hpp"
#include "support/store_moves.hpp"
#include "support/store_picture.hpp"

namespace frontrow {
namespace {

constexpr UserId kUsers[] = {{1}, {2}, {3}, {4}, {5}};

// A move that checks before it changes. Two blind moves in one batch can leave rows that satisfy every constraint and
// contradict each other; a store may rely on commands that check.
CommandPtr looking(const std::function<bool(const WorkingSet&)>& may, CommandPtr inner) {
  const std::shared_ptr<LambdaCommand> command = std::move(inner);
  return std::make_unique<LambdaCommand>([=](Keys& keys) { command->declare(keys); },
                                         [=](WorkingSet& set) {
                                           if (!may(set)) throw std::out_of_range("impossible now");
                                           return command->decide(set);
                                         });
}

auto is_held(ReservationId id) {
  return [=](const WorkingSet& set) {
    const ReservationRecord* record = set.reservation(id);
    return record != nullptr && record->reservation.status == ReservationStatus::held;
  };
}

auto are_free(const std::vector<SeatId>& seats) {
  return [=](const WorkingSet& set) {
    return std::ranges::all_of(seats, [&](SeatId id) { return set.seat(id)->seat.is_free(set.now); });
  };
}

class RandomMoves {
 public:
  explicit RandomMoves(unsigned seed) : dice_(seed) {}

  std::vector<CommandPtr> batch() {
    std::vector<CommandPtr> moves;
    const int size = 1 + up_to(4);
    for (int i = 0; i < size; ++i) moves.push_back(move(size == 1));
    return moves;
  }
  int up_to(int most) { return std::uniform_int_distribution<int>{0, most}(dice_); }

 private:
  UserId user() { return kUsers[up_to(4)]; }
  ReservationId reservation() { return {1 + up_to(static_cast<int>(holds_))}; }
  std::optional<IdempotencyKey> key(UserId owner, Operation operation) {
    return up_to(2) == 0 ? std::optional{key_of(owner, operation, up_to(200))} : std::nullopt;
  }
  CommandPtr move(bool is_alone) {
    const UserId who = user();
    switch (up_to(9)) {
      case 0: return charge(who, {1 + up_to(200'000)}, key(who, Operation::charge));
      case 1:
      case 2: {
        const ReservationId id = reservation();
        return looking(is_held(id), pay(id, who, made<PaymentId>(), key(who, Operation::pay)));
      }
      case 3: {
        const ReservationId id = reservation();
        return looking(is_held(id), end(id, up_to(1) == 0 ? ReservationStatus::cancelled : ReservationStatus::expired));
      }
      case 4: return join(who, static_cast<TicketState>(up_to(2)));
      default: {
        std::vector<SeatId> seats{{1 + up_to(29)}};
        if (up_to(2) == 0 && seats[0].value < 30) seats.push_back({seats[0].value + 1});
        ++holds_;
        auto blind =
            hold({.user = who, .seats = seats, .ticket = {up_to(3)}, .key = key(who, Operation::hold)}, made<ReservationId>());
        return is_alone ? std::move(blind) : looking(are_free(seats), std::move(blind));
      }
    }
  }

  // With the next a user's earlier tickets end, whichever of them were stored.
  CommandPtr join(UserId who, TicketState state) {
    const TimePoint admitted_at{Duration{state == TicketState::active ? 1'000 : 0}};
    const TicketRow next{.number = {++tail_}, .user = who, .state = state, .issued_at = {}, .admitted_at = admitted_at};
    std::vector<TicketRow>& rows = tickets_[who];
    for (TicketRow& earlier : rows) earlier.state = TicketState::ended;
    rows.push_back(next);
    return move_queue({1}, tail_, tail_ / 2, rows);
  }

  std::mt19937 dice_;
  std::int64_t tail_ = 0, holds_ = 0;
  std::map<UserId, std::vector<TicketRow>> tickets_;
};

// The end of a batch. Two stores may differ only in the words of the error.
std::string attempt(Store& store, const std::vector<CommandPtr>& batch) {
  try {
    const Executed executed = execute(store, batch);
    return "committed, last event " + std::to_string(executed.set.last_event.value);
  } catch (const ConstraintBroken&) {
    return "constraint broken";
  } catch (const std::out_of_range&) {
    return "impossible";
  }
}

struct Told {
  int committed = 0, broken = 0;
};

// Gives both stores the moves of one seed.
void tell(unsigned seed, Store& store, ManualClock& clock, Told& told) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  ModelState state;
  ModelStore model{state, clock};
  for (Store* one : {static_cast<Store*>(&model), &store})
    execute(*one, create({.seats_of_schedules = {20, 10}}, std::make_shared<MadeConcert>()));
  RandomMoves moves{seed};
  for (int step = 0; step < 150; ++step) {
    clock.advance(Duration{moves.up_to(20'000)});
    const auto batch = moves.batch();
    const std::string expected = attempt(model, batch);
    ASSERT_EQ(attempt(store, batch), expected) << "step " << step;
    ++(expected.starts_with("committed") ? told.committed : told.broken);
    if (step % 10 != 0) continue;
    ASSERT_EQ(difference(picture_of(store, kUsers), picture_of(model, kUsers)), "") << "step " << step;
  }
  ASSERT_EQ(difference(picture_of(store, kUsers), picture_of(model, kUsers)), "");
}

TEST(StoreAndModel, SqliteHoldsTheSameSaleAfterRandomMoves) {
  Told told;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    ManualClock clock;
    const auto store = sqlite::open_store({.location = "file:/store-model-test-" + std::to_string(seed) + "?vfs=memdb"}, clock);
    ASSERT_NO_FATAL_FAILURE(tell(seed, *store, clock, told));
  }
  EXPECT_GT(told.committed, 100);
  EXPECT_GT(told.broken, 100);
}

TEST(StoreAndModel, MysqlHoldsTheSameSaleAfterRandomMoves) {
  Told told;
  for (unsigned seed = 1; seed <= static_cast<unsigned>(test::rounds(3, 100)); ++seed) {
    ManualClock clock;
    const test::MysqlDatabase database;
    mysql::migrate_database(database.endpoint());
    test::NumberingStore store({.primary = database.endpoint(), .clock = &clock});
    ASSERT_NO_FATAL_FAILURE(tell(seed, store, clock, told));
  }
  EXPECT_GT(told.committed, 20);
  EXPECT_GT(told.broken, 20);
}

}  // namespace
}  // namespace frontrow
