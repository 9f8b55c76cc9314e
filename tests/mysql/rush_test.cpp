// Several writers at the same seats, users and reservations, without shards: no batch is ever a deadlock's victim, and
// the sale is sound at the end.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <latch>
#include <random>
#include <thread>

#include "app/commands/payment.hpp"
#include "app/commands/point.hpp"
#include "app/commands/reservation.hpp"
#include "mysql_test.hpp"
#include "support/fakes/lambda_command.hpp"
#include "support/rounds.hpp"

namespace frontrow::mysql {
namespace {

constexpr int kWriters = 4;
constexpr std::int64_t kUsers = 200;
constexpr std::int64_t kWindow = 100;  // the seats of a schedule that all buyers want; they move on, or all would soon be sold
constexpr Duration kShort{150};        // so that holds end, and are taken over, all the time

class Rush : public MysqlTest {
 protected:
  Rush() { made_ = made_concert(*open(), {.seats_of_schedules = {seats_, seats_, seats_}, .price = {10}}); }
  StoreSettings writer() {
    StoreSettings settings{.primary = database_.endpoint()};  // the time is the database's
    settings.connection.lock_timeout = settings.connection.statement_timeout = settings.connection.row_patience = test::kPatience;
    settings.on_batch = [this](const BatchCost& cost) {
      ++batches_;
      retries_ += cost.attempts - 1;
    };
    return settings;
  }

  const int seats_ = test::rounds(400, 8'000);  // of each schedule
  MadeConcert made_;
  Metrics metrics_;
  std::atomic<int> batches_{0}, retries_{0}, given_up_{0}, again_{0};
  std::atomic<std::int64_t> newest_{1};  // a reservation that a writer has made
  std::atomic<int> held_{0}, paid_{0}, cancelled_{0}, refused_{0};
};

class Writer {
 public:
  Writer(unsigned seed, const MadeConcert& made, Metrics& metrics, std::atomic<std::int64_t>& newest, std::atomic<int>& held,
         std::atomic<int>& paid)
      : dice_(seed), made_(made), metrics_(metrics), newest_(newest), held_(held), paid_(paid) {}

  // `progress` runs from 0 to 1.
  std::vector<std::unique_ptr<Command>> batch(double progress) {
    window_ = static_cast<std::int64_t>(progress * static_cast<double>(std::ssize(made_.seats[0]) - kWindow - 12));
    std::vector<std::unique_ptr<Command>> commands;
    const auto size = 1 + below(24);
    for (std::int64_t i = 0; i < size; ++i) commands.push_back(command());
    return commands;
  }

 private:
  std::int64_t below(std::int64_t n) { return std::uniform_int_distribution<std::int64_t>{0, n - 1}(dice_); }
  UserId user() { return {1 + below(kUsers)}; }
  ReservationId reservation() { return {std::max<std::int64_t>(1, newest_ - below(60))}; }

  // One of this writer's latest reservations.
  std::pair<ReservationId, UserId> own(UserId otherwise) {
    if (owner_of_.empty()) return {reservation(), otherwise};
    return *std::prev(owner_of_.end(), 1 + below(std::min<std::int64_t>(5, std::ssize(owner_of_))));
  }

  std::optional<Idempotent> key(UserId user, Operation operation) {
    if (below(2) == 0) return {};
    return Idempotent{.key = key_of(user, operation, static_cast<int>(below(100'000))), .fingerprint = 1};
  }

  // An operator beside the rush: locks the concert's row, then rows of seats that buyers want.
  std::unique_ptr<Command> change() {
    std::vector<SeatId> seats;
    for (int i = 0; i < 3; ++i) seats.push_back(made_.seats[0][static_cast<std::size_t>(window_ + below(kWindow))]);
    return std::make_unique<LambdaCommand>(
        [=, this](Keys& keys) {
          keys.changed_concerts.push_back(made_.concert);
          keys.seat_rows.insert(keys.seat_rows.end(), seats.begin(), seats.end());
        },
        [=, this](WorkingSet& set) {
          Concert next = *set.concert(made_.concert);
          ++next.queue.max_active;
          set.add_change(next, "{}");
          for (const SeatId seat : seats) set.change_seat(seat).price = {11};
          return Verdict::decided;
        });
  }

  std::unique_ptr<Command> command() {
    const UserId who = user();
    if (below(30) == 0) return change();
    switch (below(10)) {
      case 0: return std::make_unique<ChargePoints>(who, Points{1 + below(500)}, key(who, Operation::charge), [](auto) {});
      case 1:
      case 2: {
        // Half of the payers are strangers and are refused; their rows are locked all the same.
        const auto [id, payer] = below(2) == 0 ? std::pair{reservation(), who} : own(who);
        return std::make_unique<PayReservation>(
            payer, id, key(payer, Operation::pay), metrics_, [this](auto outcome) { paid_ += outcome.has_value(); });
      }
      case 3: {
        const auto [id, owner] = own(who);
        return std::make_unique<CancelReservation>(owner, id, [](auto) {});
      }
      case 4: {
        std::vector<ReservationId> due;
        for (int i = 0; i < 20; ++i) due.push_back(reservation());
        return std::make_unique<ExpireReservations>(std::move(due), [](auto) {});
      }
      default: return hold(who);
    }
  }

  std::unique_ptr<Command> hold(UserId who) {
    const auto schedule = static_cast<std::size_t>(below(3));
    const std::int64_t first = window_ + below(kWindow);
    HoldRequest request{.user = who,
                        .concert = made_.concert,
                        .schedule = made_.schedules[schedule],
                        .seats = {},
                        .ticket = {},
                        .entry_refusal = {},
                        .idempotent = key(who, Operation::hold)};
    for (std::int64_t i = 0, count = 1 + below(4); i < count; ++i)
      request.seats.push_back(made_.seats[schedule][static_cast<std::size_t>(first + 3 * (count - i - 1))]);
    return std::make_unique<HoldSeats>(
        std::move(request), HoldLimits{.max_seats_per_user = 40, .hold = kShort}, metrics_, [this, who](auto outcome) {
          if (!outcome) return;
          ++held_;
          owner_of_[outcome->reservation.id] = who;
          std::int64_t newest = newest_;
          while (newest < outcome->reservation.id.value && !newest_.compare_exchange_weak(newest, outcome->reservation.id.value)) {
          }
        });
  }

  std::mt19937 dice_;
  std::int64_t window_ = 0;
  const MadeConcert& made_;
  Metrics& metrics_;
  std::atomic<std::int64_t>& newest_;
  std::atomic<int>&held_, &paid_;
  std::map<ReservationId, UserId> owner_of_;
};

TEST_F(Rush, FourWritersNeverDeadlock) {
  const int batches = test::rounds(125, 5'000);  // for each writer
  std::vector<std::jthread> threads;
  for (int i = 0; i < kWriters; ++i)
    threads.emplace_back([&, i] {
      const auto store = open_store(writer());
      Writer source{static_cast<unsigned>(i + 1), made_, metrics_, newest_, held_, paid_};
      for (int n = 0; n < batches; ++n) {
        const auto commands = source.batch(static_cast<double>(n) / batches);
        std::vector<Command*> batch, again;
        for (const auto& command : commands) batch.push_back(command.get());
        WorkingSet set;
        try {
          store->execute(batch, set, again);
        } catch (const std::exception& broken) {
          ADD_FAILURE() << broken.what();
          ++given_up_;
          return;
        }
        again_ += static_cast<int>(again.size());
        for (Command* command : batch)
          command->complete(std::ranges::find(again, command) == again.end() ? CommitStatus::committed : CommitStatus::contended);
        if (n % 50 == 0) store->tend();
      }
    });
  for (std::jthread& thread : threads) thread.join();
  std::printf("%d batches, %d run again, %d commands came too late for their hints; %d holds, %d payments\n",
              batches_.load(),
              retries_.load(),
              again_.load(),
              held_.load(),
              paid_.load());
  EXPECT_EQ(batches_, kWriters * batches);
  EXPECT_EQ(retries_, 0);
  EXPECT_GT(held_, batches / 2) << "it was a rush";
  EXPECT_GT(paid_, 0);
}

// The user's guard row keeps holds of different seats, through different stores, from exceeding the limit together.
TEST_F(Rush, OneUserNeverPassesTheLimitThroughSeveralStores) {
  constexpr UserId kGreedy{7};
  for (int round = 0; round < test::rounds(5, 14); ++round) {
    std::latch start{kWriters};
    std::atomic<int> granted{0}, refused{0};
    const UserId user{kGreedy.value + round};
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < kWriters; ++i)
        threads.emplace_back([&, i] {
          const auto store = open_store(writer());
          HoldSeats command{{.user = user,
                             .concert = made_.concert,
                             .schedule = made_.schedules[i % 3],
                             .seats = {made_.seats[i % 3][static_cast<std::size_t>(8 * round) + 2 * i],
                                       made_.seats[i % 3][static_cast<std::size_t>(8 * round) + 2 * i + 1]},
                             .ticket = {},
                             .entry_refusal = {},
                             .idempotent = {}},
                            HoldLimits{},
                            metrics_,
                            [&](auto outcome) { ++(outcome ? granted : refused); }};
          Command* const batch[] = {&command};
          std::vector<Command*> again;
          WorkingSet set;
          start.arrive_and_wait();
          store->execute(batch, set, again);
          command.complete(CommitStatus::committed);
        });
    }
    EXPECT_EQ(granted, 2) << "two seats each, four a user";
    EXPECT_EQ(refused, 2);
  }
}

}  // namespace
}  // namespace frontrow::mysql
