// Another session keeps a row locked: an operator's console, a paused pod. Commands that need the row are refused, and
// all others go on.
#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "app/commands/reservation.hpp"
#include "app/commit/commit_queue.hpp"
#include "mysql_test.hpp"

namespace frontrow::mysql {
namespace {

using enum CommitStatus;
using test::eventually;

// Reports the outcome of a command.
struct Told final : Command {
  Told(std::unique_ptr<Command> command, CommitStatus& status) : inner(std::move(command)), out(status) {}
  void declare(Keys& keys) const override { inner->declare(keys); }
  Verdict decide(WorkingSet& set) override { return inner->decide(set); }
  bool leave_out(const std::set<ReservationId>& locked) override { return inner->leave_out(locked); }
  void complete(CommitStatus status) override {
    out = status;
    inner->complete(status);
  }
  std::unique_ptr<Command> inner;
  CommitStatus& out;
};

class LockedRows : public MysqlTest {
 protected:
  static constexpr std::int64_t kFirstUser = 1'000;

  LockedRows() : made_(made_concert(*open(), {.seats_of_schedules = {400, 10}})) {
    StoreSettings counting = settings();
    counting.on_batch = [this](const BatchCost& cost) {
      ++batches_;
      last_ = cost;
      attempts_ += cost.attempts;
    };
    store_ = open_store(counting);
    queue_ = std::make_unique<CommitQueue>(*store_, clock_, metrics_, CommitQueueOptions{}, [](const WorkingSet&) {}, [] {});
    execute(*store_, charge({1}, {1}));  // takes the first ids
  }

  // Locks it in a session that is no pod's, until the rollback.
  std::unique_ptr<Connection> locks(const std::string& what) {
    auto rival = session();
    mysql::run(*rival, what + " FOR UPDATE");
    return rival;
  }
  std::vector<CommitStatus> run_all(std::vector<std::unique_ptr<Command>> commands) {
    std::vector<CommitStatus> statuses(commands.size(), unknown);
    for (std::size_t i = 0; i < commands.size(); ++i)
      queue_->submit(std::make_unique<Told>(std::move(commands[i]), statuses[i]), CommandClass::settle);
    while (queue_->run_batch()) {
    }
    return statuses;
  }
  // A hold of a user without other holds.
  CommandPtr hold_of(SeatId seat) { return hold({.user = {++users_}, .seats = {seat}}, made<ReservationId>()); }
  ReservationId held(UserId user, const std::vector<SeatId>& seats) {
    const auto out = made<ReservationId>();
    execute(*store_, hold({.user = user, .seats = seats}, out));
    return *out;
  }
  std::string status_of(ReservationId id) { return run("SELECT status FROM reservations WHERE id = " + std::to_string(id.value)); }

  const MadeConcert made_;
  const std::vector<SeatId>& seats_ = made_.seats[0];
  Metrics metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<CommitQueue> queue_;
  std::int64_t users_ = kFirstUser;
  int batches_ = 0, attempts_ = 0;
  BatchCost last_;
};

TEST_F(LockedRows, OneSeatCostsItsOwnCommandsAndNoOthers) {
  const auto rival = locks("SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[0].value));
  constexpr std::size_t kRounds = 20, kEach = 15;
  int others = 0, asked = 0;
  const int batches_before = batches_, attempts_before = attempts_;
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::vector<std::unique_ptr<Command>> commands;
    for (std::size_t i = 0; i < kEach; ++i) {
      if (i == 7) commands.push_back(hold_of(seats_[0]));
      commands.push_back(hold_of(seats_[1 + round * kEach + i]));
    }
    const auto statuses = run_all(std::move(commands));
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      EXPECT_EQ(statuses[i], i == 7 ? contended : committed) << round << ' ' << i;
      (i == 7 ? asked : others) += 1;
    }
  }
  EXPECT_EQ(others, 300);
  EXPECT_EQ(asked, 20);
  EXPECT_EQ(attempts_ - attempts_before, batches_ - batches_before) << "no batch was run again because of it";
  EXPECT_LE(batches_ - batches_before, static_cast<int>(kRounds * 3)) << "the locked command comes back twice, alone";
  EXPECT_EQ(run("SELECT count(*) FROM reservations"), "300");
}

TEST_F(LockedRows, ARememberedRowCostsNoRoundTrip) {
  execute(*store_, hold_of(seats_[299]));  // takes the first ids
  execute(*store_, hold_of(seats_[300]));
  const BatchCost without = last_;
  const auto rival = locks("SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[0].value));
  run_all([&] {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(hold_of(seats_[0]));
    return commands;
  }());
  std::vector<CommandPtr> both;
  both.push_back(hold_of(seats_[0]));
  both.push_back(hold_of(seats_[301]));
  const Executed executed = execute(*store_, both);
  ASSERT_EQ(executed.again.size(), 1U);
  EXPECT_EQ(executed.again.front(), both[0].get());
  EXPECT_EQ(last_.traffic.round_trips, without.traffic.round_trips);
  EXPECT_EQ(last_.traffic.statements, without.traffic.statements);
}

TEST_F(LockedRows, ARowThatIsFreedInTimeIsWaitedFor) {
  StoreSettings patient = settings();
  patient.connection.row_patience = patient.connection.statement_timeout = test::kPatience;
  const auto store = open_store(patient);
  auto rival = locks("SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[0].value));
  std::jthread waiting{[&] {
    const CommandPtr command = hold_of(seats_[0]);
    Command* const batch[] = {command.get()};
    WorkingSet set;
    std::vector<Command*> again;
    store->execute(batch, set, again);
    EXPECT_TRUE(again.empty());
  }};
  EXPECT_TRUE(eventually([&] { return is_guarded({kFirstUser + 1}); }));
  mysql::run(*rival, "ROLLBACK");
  waiting.join();
  EXPECT_EQ(run("SELECT count(*) FROM reservations"), "1");
}

// A store that suspects some row looks for the busy ones by halves, which locks others out of their order. It keeps none of them:
// a session that takes rows in their order gets all, and the store after it.
TEST_F(LockedRows, LookingForBusyRowsKeepsNoOtherWaiting) {
  const auto lock_of = [&](std::size_t i) { return "SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[i].value); };
  StoreSettings patient = settings();
  patient.connection.row_patience = std::chrono::seconds{3};
  const auto store = open_store(patient);
  const auto is_decided = [&](const CommandPtr& command) {
    Command* const batch[] = {command.get()};
    WorkingSet set;
    std::vector<Command*> again;
    store->execute(batch, set, again);
    return again.empty();
  };
  const auto suspected = locks(lock_of(200));
  ASSERT_FALSE(is_decided(hold_of(seats_[200])));
  const auto rival = locks(lock_of(1));
  auto sold = std::async(std::launch::async, [&] {
    return is_decided(hold({.user = {++users_}, .seats = {seats_[0], seats_[1], seats_[2]}}, made<ReservationId>()));
  });
  const auto is_locked = [&](std::size_t i) {
    try {
      run(lock_of(i) + " FOR UPDATE NOWAIT");
      return false;
    } catch (const Contended&) {
      return true;
    }
  };
  for (int in_a_row = 0; in_a_row < 30;) in_a_row = is_locked(0) ? in_a_row + 1 : 0;  // it has failed, and has looked
  mysql::run(*rival, lock_of(2) + " FOR UPDATE");
  mysql::run(*rival, "COMMIT");
  EXPECT_TRUE(sold.get());
}

TEST_F(LockedRows, ARowThatIsFreeAgainIsSoldSoon) {
  auto rival = locks("SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[0].value));
  const CommandPtr command = hold_of(seats_[0]);
  const auto is_decided = [&] {
    Command* const batch[] = {command.get()};
    WorkingSet set;
    std::vector<Command*> again;
    store_->execute(batch, set, again);
    return again.empty();
  };
  EXPECT_FALSE(is_decided());
  EXPECT_EQ(run("SELECT count(*) FROM reservations"), "0") << "nothing is left behind";
  mysql::run(*rival, "ROLLBACK");
  EXPECT_TRUE(eventually(is_decided));
}

TEST_F(LockedRows, AnAccountIsItsUsersAffair) {
  const auto rival = locks("SELECT 1 FROM accounts WHERE user_id = 1");
  std::vector<std::unique_ptr<Command>> commands;
  for (std::int64_t user = 1; user <= 8; ++user) commands.push_back(charge({user}, {10}));
  commands.push_back(hold({.user = {1}, .seats = {seats_[0]}}, made<ReservationId>()));
  commands.push_back(hold({.user = {2}, .seats = {seats_[1]}}, made<ReservationId>()));
  EXPECT_EQ(
      run_all(std::move(commands)),
      (std::vector{contended, committed, committed, committed, committed, committed, committed, committed, contended, committed}));
}

TEST_F(LockedRows, AReservationKeepsOnlyItsOwnPaymentWaiting) {
  execute(*store_, charge({2}, {100'000}));
  execute(*store_, charge({3}, {100'000}));
  const ReservationId first = held({2}, {seats_[0]}), second = held({3}, {seats_[1]});
  const auto rival = locks("SELECT 1 FROM reservations WHERE id = " + std::to_string(first.value));
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(pay(first, {2}));
  commands.push_back(pay(second, {3}));
  commands.push_back(hold_of(seats_[2]));
  EXPECT_EQ(run_all(std::move(commands)), (std::vector{contended, committed, committed}));
  EXPECT_EQ(status_of(first), "TEMPORARY");
  EXPECT_EQ(status_of(second), "CONFIRMED");
}

// A plain read finds the seats of the old reservation: the command names one of them, and another one is locked.
TEST_F(LockedRows, ASeatThatIsTakenOverWaitsForAllSeatsOfTheHoldThatIsOver) {
  held({2}, {seats_[0], seats_[1]});
  clock_.advance(kHold);
  const auto rival = locks("SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[1].value));
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(hold_of(seats_[0]));
  commands.push_back(hold_of(seats_[2]));
  EXPECT_EQ(run_all(std::move(commands)), (std::vector{contended, committed}));
}

TEST_F(LockedRows, TheOwnerOfANamedReservationIsFoundToo) {
  const ReservationId first = held({2}, {seats_[0]}), second = held({3}, {seats_[1]});
  const auto rival = locks("SELECT 1 FROM accounts WHERE user_id = 2");
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(end(first, ReservationStatus::cancelled));
  commands.push_back(end(second, ReservationStatus::cancelled));
  EXPECT_EQ(run_all(std::move(commands)), (std::vector{contended, committed}));
  EXPECT_EQ(status_of(second), "CANCELLED");
}

TEST_F(LockedRows, AnExpiryEndsAllThatItCan) {
  std::vector<ReservationId> due;
  for (std::size_t i = 0; i < 20; ++i) due.push_back(held({static_cast<std::int64_t>(i) + 10}, {seats_[i]}));
  clock_.advance(kHold);
  const auto rival = locks("SELECT 1 FROM seats WHERE id = " + std::to_string(seats_[5].value));
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(std::make_unique<ExpireReservations>(due, [](Result<Nothing>) {}));
  EXPECT_EQ(run_all(std::move(commands)), std::vector{committed});
  EXPECT_EQ(run("SELECT count(*) FROM reservations WHERE status = 'EXPIRED'"), "19");
  EXPECT_EQ(status_of(due[5]), "TEMPORARY");
}

TEST_F(LockedRows, ADateWhoseVersionIsLockedKeepsNoOtherDateWaiting) {
  const auto rival = locks("SELECT 1 FROM schedules WHERE id = " + std::to_string(made_.schedules[0].value));
  for (std::size_t round = 0; round < 5; ++round) {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(hold_of(seats_[round]));
    commands.push_back(hold_of(made_.seats[1][round]));
    EXPECT_EQ(run_all(std::move(commands)), (std::vector{contended, committed})) << round;
  }
  EXPECT_EQ(run("SELECT count(*) FROM reservations"), "5");
}

// Many pods sell one date: the row is locked whenever it is looked at, and each time by another. That is no locked row.
TEST_F(LockedRows, ADateThatOthersCommitToIsWaitedForAgain) {
  struct Counted final : Command {
    Counted(std::unique_ptr<Command> command, std::atomic<int>& count) : inner(std::move(command)), decided(count) {}
    void declare(Keys& keys) const override {
      inner->declare(keys);
      keys.schedules.push_back({1});
    }
    Verdict decide(WorkingSet& set) override {
      ++decided;
      return inner->decide(set);
    }
    void complete(CommitStatus status) override { inner->complete(status); }
    std::unique_ptr<Command> inner;
    std::atomic<int>& decided;
  };
  const auto waiting = [this] {
    return run("SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'UPDATE schedules%'");
  };
  ASSERT_EQ(made_.schedules[0], ScheduleId{1});
  const std::string raise = "UPDATE schedules SET version = version + 1 WHERE id = 1";
  const auto first = locks("SELECT 1 FROM schedules WHERE id = 1");
  mysql::run(*first, raise);
  const auto second = session();
  auto begin = std::async(std::launch::async, [&] { mysql::run(*second, "START TRANSACTION; " + raise); });
  ASSERT_TRUE(eventually([&] { return waiting() == "1"; }));
  std::atomic<int> decided{0};
  auto sold = std::async(std::launch::async, [&] {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(std::make_unique<Counted>(hold_of(seats_[0]), decided));
    return run_all(std::move(commands));
  });
  ASSERT_TRUE(eventually([&] { return waiting() == "2"; }));
  mysql::run(*first, "COMMIT");
  begin.get();
  EXPECT_TRUE(eventually([&] { return decided == 2; })) << "the first wait was in vain";
  mysql::run(*second, "COMMIT");
  EXPECT_EQ(sold.get(), std::vector{committed});
}

TEST_F(LockedRows, TheCatalogsIdsConcernThoseWhoMakeSomething) {
  const auto rival = locks("SELECT 1 FROM id_blocks WHERE kind = 'concert'");
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(create({}, std::make_shared<MadeConcert>()));
  commands.push_back(hold_of(seats_[0]));
  EXPECT_EQ(run_all(std::move(commands)), (std::vector{contended, committed}));
}

// As many as a batch can name. They are found by halves, and the search takes no longer than their number allows.
TEST_F(LockedRows, ManyAtOnceAllLeaveTogether) {
  const auto rival =
      locks("SELECT 1 FROM seats WHERE id BETWEEN " + std::to_string(seats_[0].value) + " AND " + std::to_string(seats_[99].value));
  std::vector<std::unique_ptr<Command>> commands;
  for (std::size_t i = 0; i < 200; ++i) commands.push_back(hold_of(seats_[i]));
  const auto statuses = run_all(std::move(commands));
  EXPECT_EQ(std::ranges::count(statuses, contended), 100);
  EXPECT_EQ(std::ranges::count(statuses, committed), 100);
}

}  // namespace
}  // namespace frontrow::mysql
