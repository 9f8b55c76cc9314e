// The state that remains after the disk or the machine has failed at the worst moment.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include <gmock/gmock.h>

#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/log_copy.hpp"
#include "adapters/sqlite/store.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/faults/fault_vfs.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/store_moves.hpp"
#include "support/wait.hpp"

namespace frontrow::sqlite {
namespace {

constexpr UserId kAnn{1}, kBen{2};

class StoreFaults : public testing::Test {
 protected:
  std::string location() const { return DataDirectory::database_in(home_.path()).string(); }
  std::unique_ptr<Store> open(StoreSettings settings = {}) {
    settings.location = location();
    return open_store(settings, clock_);
  }
  static Points balance(Store& store, UserId user = kAnn) { return store.open_reader()->account(user).balance; }
  // The files that a recovery would find if the machine stopped now: all but the index, which is only in memory.
  Points balance_after_crash() {
    const TempDirectory copy;
    for (const char* file : {"frontrow.db", "frontrow.db-wal"}) std::filesystem::copy(home_.path() / file, copy.path() / file);
    const auto store = open_store({.location = DataDirectory::database_in(copy.path()).string()}, clock_);
    return balance(*store);
  }
  // Executes a batch that must throw Unavailable.
  static std::optional<Unavailable> failure_of(Store& store, CommandPtr command) {
    try {
      execute(store, std::move(command));
    } catch (const Unavailable& lost) {
      return lost;
    }
    return {};
  }

  TempDirectory home_;
  ManualClock clock_;
  FaultVfs disk_;
};

TEST_F(StoreFaults, CommitsWithOneFlushAndABatchWithoutChangesWithNone) {
  const auto store = open();
  std::vector<CommandPtr> batch;
  for (int i = 1; i <= 20; ++i) batch.push_back(charge({i}, {10}));
  int syncs = disk_.syncs(DiskFile::wal);
  execute(*store, batch);
  EXPECT_EQ(disk_.syncs(DiskFile::wal), syncs + 1);
  syncs = disk_.syncs(DiskFile::wal);
  const int writes = disk_.writes(DiskFile::wal);
  execute(*store,
          std::make_unique<LambdaCommand>([](Keys& keys) { keys.accounts = {kAnn, kBen}; },
                                          [](WorkingSet&) { return Verdict::decided; }));
  EXPECT_EQ(disk_.syncs(DiskFile::wal), syncs);
  EXPECT_EQ(disk_.writes(DiskFile::wal), writes);
}

TEST_F(StoreFaults, KnowThatNothingHappenedWhenTheDiskIsFull) {
  const auto store = open();
  execute(*store, charge(kAnn, {10}));
  const auto reader = store->open_reader();
  disk_.set_full(true);
  for (int round = 0; round < 3; ++round) {
    const auto lost = failure_of(*store, charge(kAnn, {5}));
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->component, kStoreFull);
    EXPECT_FALSE(lost->outcome_unknown);
    EXPECT_EQ(reader->account(kAnn).balance, Points{10}) << "reads stay up";
    EXPECT_EQ(balance(*store), Points{10}) << "on new connections too";
    store->tend();
  }
  EXPECT_EQ(balance_after_crash(), Points{10});
  disk_.set_full(false);
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(balance(*store), Points{15}) << "writing goes on without a restart";
}

TEST_F(StoreFaults, OfAnyWriteOfACommitLeaveItUndone) {
  constexpr int kUsers = 4'000;  // enough pages for several writes
  const auto store = open();
  const auto charge_all = [&] {
    std::vector<CommandPtr> batch;
    for (int user = 1; user <= kUsers; ++user) batch.push_back(charge({user}, {1}));
    execute(*store, batch);
  };
  charge_all();
  for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
    for (int n = 1;; ++n) {
      const Points before = balance(*store);
      disk_.fail_write(DiskFile::wal, n, code);
      std::optional<Unavailable> lost;
      try {
        charge_all();
      } catch (const Unavailable& failure) {
        lost = failure;
      }
      disk_.heal();
      const Points after = lost ? before : before + Points{1};
      EXPECT_EQ(balance(*store), after);
      EXPECT_EQ(balance(*store, {kUsers}), after);
      if (!lost) {
        EXPECT_GT(n, 3) << "the commit was to be several writes";
        break;
      }
      EXPECT_EQ(lost->outcome_unknown, code != SQLITE_FULL);
    }
  }
}

TEST_F(StoreFaults, OfAFlushLeaveTheOutcomeUnknownUntilItIsLoadedAgain) {
  auto store = open();
  execute(*store, charge(kAnn, {10}));
  disk_.fail_sync(DiskFile::wal, 1);
  const auto lost = failure_of(*store, charge(kAnn, {5}));
  ASSERT_TRUE(lost);
  EXPECT_TRUE(lost->outcome_unknown);
  EXPECT_EQ(balance(*store), Points{10});
  EXPECT_EQ(balance_after_crash(), Points{15}) << "which is why it is unknown";

  disk_.fail_sync(DiskFile::wal, 1);
  EXPECT_THROW(store->load({}), Unavailable) << "the disk has not recovered";
  store->load({});
  EXPECT_EQ(balance(*store), Points{10});
  EXPECT_EQ(balance_after_crash(), Points{10}) << "now it is settled";
  execute(*store, charge(kAnn, {7}));
  EXPECT_EQ(balance_after_crash(), Points{17});
}

TEST_F(StoreFaults, NeverGiveTheIdsOfALostBatchAgain) {
  const auto store = open();
  const auto take = [](std::int64_t& id) {
    return std::make_unique<LambdaCommand>(
        [](Keys& keys) { keys.accounts = {kAnn}, keys.new_ids[6] = 1; },
        [&id](WorkingSet& set) {
          id = set.take_id(IdKind::ledger_entry);
          set.add_ledger_entry({.id = {id}, .user = kAnn, .kind = LedgerKind::charge, .amount = {1}, .at = set.now});
          return Verdict::decided;
        });
  };
  std::int64_t first = 0, lost = 0, after = 0, reloaded = 0;
  execute(*store, take(first));
  disk_.fail_sync(DiskFile::wal, 1);
  EXPECT_THROW(execute(*store, take(lost)), Unavailable);
  execute(*store, take(after));
  EXPECT_GT(lost, first);
  EXPECT_GT(after, lost);
  disk_.fail_sync(DiskFile::wal, 1);
  EXPECT_THROW(execute(*store, take(lost)), Unavailable);
  store->load({});
  execute(*store, take(reloaded));
  EXPECT_GT(reloaded, lost);
}

TEST_F(StoreFaults, OfTheIndexLeaveTheOutcomeUnknown) {
  const auto store = open({.writer = {.durable = false}});
  execute(*store, charge(kAnn, {10}));
  disk_.fail_index(true);  // the index grows when the WAL passes 4,062 frames
  std::optional<Unavailable> lost;
  for (int i = 2; i < 4'000 && !lost; ++i) lost = failure_of(*store, charge({i}, {1}));
  ASSERT_TRUE(lost);
  EXPECT_TRUE(lost->outcome_unknown);
  disk_.heal();
  execute(*store, charge(kAnn, {1}));
  EXPECT_EQ(balance(*store), Points{11});
}

// Both beside the writer and by it, a copy whose flush failed is made again.
TEST_F(StoreFaults, OfACheckpointLoseNothing) {
  const auto store = open({.checkpoint = {.slice_bytes = 1}});
  int balance_of_ann = 0;
  const auto charge_and_check = [&] {
    execute(*store, charge(kAnn, {10}));
    store->tend();
    balance_of_ann += 10;
    EXPECT_EQ(balance(*store), Points{balance_of_ann});
    EXPECT_EQ(balance_after_crash(), Points{balance_of_ann});
  };
  for (int n = 1; n <= 12; ++n) {
    const int writes = disk_.writes(DiskFile::database), syncs = disk_.syncs(DiskFile::database);
    disk_.fail_write(DiskFile::database, n, SQLITE_FULL);
    disk_.fail_sync(DiskFile::database, 1 + n / 2);
    ASSERT_TRUE(test::eventually([&] {
      charge_and_check();
      return disk_.writes(DiskFile::database) >= writes + n && disk_.syncs(DiskFile::database) >= syncs + 1 + n / 2;
    }));
  }
}

TEST_F(StoreFaults, OfTheFlushOfACopyMakeItAgain) {
  const auto store = open();
  const auto frames_copied = [&] {
    Connection other{location(), Access::read_write, {}};
    return copy_log(other, SQLITE_CHECKPOINT_PASSIVE);
  };
  for (int user = 1; user <= 10; ++user) execute(*store, charge({user}, {10}));
  Connection old{location(), Access::read_only, {}};
  const ReadTransaction snapshot{old};  // so that the copy stops before the end of the log, and SQLite does not flush
  old.integer("SELECT count(*) FROM accounts");
  for (int user = 1; user <= 10; ++user) execute(*store, charge({user}, {10}));
  disk_.fail_sync(DiskFile::database, 1);
  EXPECT_EQ(frames_copied(), 0);
  const int writes = disk_.writes(DiskFile::database);
  EXPECT_GT(frames_copied(), 0);
  EXPECT_GT(disk_.writes(DiskFile::database), writes) << "what may have been forgotten was written again";
  EXPECT_EQ(balance(*store), Points{20});
}

// For a copy beside the writer, the log ends where it ended when the copy began.
TEST_F(StoreFaults, ACopyBesideAWriterIsFlushed) {
  const auto store = open();
  execute(*store, charge(kAnn, {10}));
  const int syncs = disk_.syncs(DiskFile::database);
  disk_.before_write(DiskFile::database, [&] { execute(*store, charge(kAnn, {10})); });
  Connection other{location(), Access::read_write, {}};
  EXPECT_GT(copy_log(other, SQLITE_CHECKPOINT_PASSIVE), 0);
  EXPECT_EQ(disk_.syncs(DiskFile::database), syncs + 1);
  EXPECT_EQ(balance(*store), Points{20});
}

TEST_F(StoreFaults, OfAStatementUndoTheBatch) {
  // Stops the writer at the n-th step of its virtual machine; the writer is the only connection that writes.
  static int countdown;
  const auto install = [](sqlite3* db, const char**, const sqlite3_api_routines*) {
    sqlite3_progress_handler(db, 1, [](void*) { return --countdown == 0 ? 1 : 0; }, nullptr);
    return SQLITE_OK;
  };
  const auto entry = reinterpret_cast<void (*)()>(+install);
  countdown = 0;
  sqlite3_auto_extension(entry);
  const auto store = open({.writer = {.durable = false}});
  sqlite3_cancel_auto_extension(entry);

  const auto concert = std::make_shared<MadeConcert>();
  execute(*store, create({.seats_of_schedules = {2'000}}, concert));
  std::size_t seat = 0;
  int failures = 0;
  for (int n = 1;; n += 13) {
    const auto out = made<ReservationId>();
    const SeatId wanted = concert->seats[0][seat];
    const EventId before = store->last_event();
    countdown = n;
    const auto lost = failure_of(*store, hold({.user = {static_cast<std::int64_t>(seat) + 1}, .seats = {wanted}}, out));
    countdown = 0;
    if (!lost) break;
    ++failures;
    EXPECT_FALSE(lost->outcome_unknown);
    EXPECT_EQ(store->last_event(), before);
    store->load({.seat = [&](const Seat& found) { EXPECT_EQ(found.status == SeatStatus::held, found.place.id < wanted); },
                 .held_reservation = {},
                 .queue = {},
                 .ticket = {},
                 .completed_ticket = {}});
    execute(*store, hold({.user = {static_cast<std::int64_t>(seat) + 1}, .seats = {wanted}}, out));
    ++seat;
  }
  EXPECT_GT(failures, 10);
}

TEST_F(StoreFaults, GiveUpOnALockAfterTheBusyTimeout) {
  const auto store = open({.writer = {.busy_timeout = Duration{30}}});
  execute(*store, charge(kAnn, {10}));
  Connection intruder{location(), Access::read_write, {}};
  intruder.run("BEGIN IMMEDIATE");
  const auto lost = failure_of(*store, charge(kAnn, {5}));
  ASSERT_TRUE(lost);
  EXPECT_FALSE(lost->outcome_unknown);
  intruder.run("ROLLBACK");
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(balance(*store), Points{15});
}

TEST_F(StoreFaults, KeepTheWalWithinItsLimitWhileReadersComeAndGo) {
  constexpr std::int64_t kLimit = 1 << 20;
  const auto store = open({.writer = {.durable = false}, .checkpoint = {.slice_bytes = 1 << 16, .limit_bytes = kLimit}});
  std::uintmax_t largest = 0;
  std::vector<CommandPtr> batch;
  for (int user = 1; user <= 40; ++user) batch.push_back(charge({user * 1'000}, {10}));
  const auto reader = store->open_reader();
  for (int i = 0; i < 300; ++i) {
    execute(*store, batch);
    reader->account({1'000});
    store->tend();
    largest = std::max(largest, std::filesystem::file_size(location() + "-wal"));
  }
  EXPECT_LE(largest, static_cast<std::uintmax_t>(kLimit));
}

TEST_F(StoreFaults, LetTheWalStartOverOnceALongReadHasEnded) {
  constexpr std::int64_t kLimit = 1 << 20;
  const auto store = open({.writer = {.durable = false}, .checkpoint = {.slice_bytes = 1 << 16, .limit_bytes = kLimit}});
  const auto work = [&](int batches) {
    for (int i = 0; i < batches; ++i) {
      execute(*store, charge({i + 1}, {10}));
      store->tend();
    }
  };
  {
    Connection connection{location(), Access::read_only, {}};
    const ReadTransaction snapshot{connection};
    connection.integer("SELECT count(*) FROM accounts");
    work(150);
  }
  work(150);
  const auto size = std::filesystem::file_size(location() + "-wal");
  work(600);
  const auto limit = std::max(size, static_cast<std::uintmax_t>(kLimit));
  EXPECT_LE(std::filesystem::file_size(location() + "-wal"), limit) << "it grows no more";
}

// Kill -9.

// Commits one charge of one point after the other and reports the number of durable ones, until it is killed.
[[noreturn]] void charge_for_ever(const std::string& location, int out) {
  const SystemClock clock;
  const auto store = open_store({.location = location, .checkpoint = {.slice_bytes = 1 << 16}}, clock);
  for (std::int64_t committed = 1;; ++committed) {
    execute(*store, charge(kAnn, {1}));
    if (::write(out, &committed, sizeof committed) != sizeof committed) ::_exit(1);
    store->tend();
  }
}

TEST_F(StoreFaults, KeepEveryAcknowledgedCommitThroughAKill) {
  std::int64_t acknowledged = 0, id = 0;
  TimePoint newest{};
  for (int round = 0; round < 4; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const std::int64_t before = round == 0 ? 0 : balance(*open()).value;
    const pid_t child = ::fork();
    if (child == 0) charge_for_ever(location(), pipe[1]);
    ::close(pipe[1]);
    std::int64_t committed = 0;
    for (int i = 0; i < 40 + 30 * round; ++i) ASSERT_EQ(::read(pipe[0], &committed, sizeof committed), ssize_t{sizeof committed});
    ::kill(child, SIGKILL);
    while (::read(pipe[0], &acknowledged, sizeof acknowledged) == ssize_t{sizeof acknowledged}) committed = acknowledged;
    ::waitpid(child, nullptr, 0);
    ::close(pipe[0]);

    const auto store = open();
    EXPECT_GE(balance(*store).value, before + committed);
    EXPECT_LE(balance(*store).value, before + committed + 1) << "at most the one that was not acknowledged";
    const auto lines = store->open_reader()->ledger_of(kAnn, {}, 1);
    EXPECT_GT(lines[0].id.value, id) << "ids only grow";
    id = lines[0].id.value;
    EXPECT_GE(newest_time(location()), newest);
    newest = newest_time(location());
    EXPECT_EQ(newest, lines[0].at);
  }
}

TEST_F(StoreFaults, TellTheNewestTimeOfAnything) {
  EXPECT_EQ(newest_time(location()), TimePoint{}) << "no file yet";
  const auto store = open();
  EXPECT_EQ(newest_time(location()), TimePoint{});
  const auto concert = std::make_shared<MadeConcert>();
  execute(*store, create({}, concert));
  const auto at = [&] { return clock_.advance(std::chrono::seconds{1}), clock_.now(); };
  TimePoint now = at();
  execute(*store, charge(kAnn, {100'000}));
  EXPECT_EQ(newest_time(location()), now);
  now = at();
  const auto id = made<ReservationId>();
  execute(*store, hold({.user = kAnn, .seats = {concert->seats[0][0]}}, id));
  EXPECT_EQ(newest_time(location()), now);
  now = at();
  execute(*store,
          move_queue(concert->concert, 1, 0, {{.number = {1}, .user = kAnn, .state = TicketState::waiting, .issued_at = now}}));
  EXPECT_EQ(newest_time(location()), now);
}

}  // namespace
}  // namespace frontrow::sqlite
