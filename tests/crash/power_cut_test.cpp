// The power fails in the middle of a write, a flush or a checkpoint. Every commit that was reported durable is found
// again, and the database is sound, whatever part of the other writes has reached the disk.
#include <gtest/gtest.h>

#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/faults/power_vfs.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/rounds.hpp"
#include "support/store_moves.hpp"

namespace frontrow::sqlite {
namespace {

constexpr UserId kAnn{1};
constexpr Points kPrice{1'000};
constexpr int kSeats = 200;

// A sale until the power fails. Its reported commits must be found.
class Sale {
 public:
  explicit Sale(const std::string& location, bool is_durable = true) : location_(location), is_durable_(is_durable) {}

  void run(std::mt19937& random) {
    try {
      // Small slices, so that most cuts come during or near a checkpoint.
      const auto store = open_store({.location = location_,
                                     .writer = {.durable = is_durable_},
                                     .checkpoint = {.slice_bytes = 1 << 14, .limit_bytes = 1 << 17}},
                                    clock_);
      if (concert_->seats.empty()) {
        execute(*store, create({.seats_of_schedules = {kSeats}, .price = kPrice}, concert_));
        is_made = true;
      }
      while (sold + given_back < kSeats) {
        clock_.advance(Duration{1});
        step(*store, concert_->seats[0][static_cast<std::size_t>(sold + given_back)], random);
        store->tend();
      }
    } catch (const Unavailable&) {  // the power is gone
    }
  }

  bool is_made = false;
  int charges = 0, sold = 0, given_back = 0;
  std::vector<ReservationId> paid;

 private:
  void step(Store& store, SeatId seat, std::mt19937& random) {
    std::vector<CommandPtr> crowd;  // makes the commit span many pages
    for (int i = 0; i < 20; ++i) crowd.push_back(charge({static_cast<std::int64_t>(2 + random() % 5'000)}, {1}));
    crowd.push_back(charge(kAnn, kPrice));
    execute(store, crowd);
    ++charges;
    const auto reservation = made<ReservationId>();
    execute(store, hold({.user = kAnn, .seats = {seat}}, reservation));
    if (random() % 3 == 0) {
      execute(store, end(*reservation, ReservationStatus::cancelled));
      ++given_back;
    } else {
      execute(store, pay(*reservation, kAnn));
      ++sold;
      paid.push_back(*reservation);
    }
  }

  const std::string location_;
  const bool is_durable_;
  ManualClock clock_;
  const std::shared_ptr<MadeConcert> concert_ = std::make_shared<MadeConcert>();
};

void expect_all_there(const Sale& sale, const std::filesystem::path& directory) {
  const ManualClock clock;
  const auto store = open_store({.location = DataDirectory::database_in(directory).string()}, clock);
  const auto reader = store->open_reader();
  for (const AuditLine& line : reader->audit()) EXPECT_EQ(line.broken, 0) << line.rule << " " << line.what << ": " << line.example;
  if (!sale.is_made) return;
  for (const ReservationId id : sale.paid) {
    const auto found = reader->reservation(id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->status, ReservationStatus::confirmed);
    EXPECT_TRUE(reader->payment_of(id));
  }
  // The command under way at the power cut may be there too: one charge, one payment.
  const std::int64_t told = (sale.charges - sale.sold) * kPrice.value, found = reader->account(kAnn).balance.value;
  EXPECT_GE(found, told - kPrice.value);
  EXPECT_LE(found, told + kPrice.value);
  EXPECT_GE(reader->sales({1}).sold, sale.sold);
  execute(*store, charge(kAnn, {5}));
  EXPECT_EQ(store->open_reader()->account(kAnn).balance.value, found + 5) << "and it goes on";
}

// A sale in which the power fails; `found` has the files after the restart. False if the power never failed.
bool cut_short(Sale& sale, const TempDirectory& home, const TempDirectory& found, int operation, std::mt19937& random) {
  PowerVfs power;
  power.cut_at(operation);
  sale.run(random);
  power.write_out(home.path(), found.path(), random);
  return power.is_off();
}

std::string in(const TempDirectory& home) { return DataDirectory::database_in(home.path()).string(); }

TEST(PowerCut, LosesNothingThatWasToldWhateverReachedTheDisk) {
  std::mt19937 random(20260701);
  int operations = 0;
  {
    const PowerVfs healthy;
    const TempDirectory home;
    Sale(in(home)).run(random);
    operations = healthy.operations();
  }
  ASSERT_GT(operations, 1'000);
  int cuts = 0;
  for (int round = 0; round < test::rounds(40, 2'000); ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    const TempDirectory home, found;
    Sale sale(in(home));
    if (cut_short(sale, home, found, 1 + static_cast<int>(random() % static_cast<unsigned>(operations)), random)) ++cuts;
    expect_all_there(sale, found.path());
  }
  EXPECT_GT(cuts, 20);
}

// Proves that the test can fail: it catches a store that does not flush.
TEST(PowerCut, FindsOutAStoreThatDoesNotFlush) {
  std::mt19937 random(20260701);
  int losses = 0;
  for (int round = 0; round < 5; ++round) {
    const TempDirectory home, found;
    Sale sale(in(home), false);
    ASSERT_TRUE(cut_short(sale, home, found, 400, random));
    try {
      const ManualClock clock;
      const auto store = open_store({.location = in(found)}, clock);
      const std::int64_t told = (sale.charges - sale.sold) * kPrice.value;
      if (store->open_reader()->account(kAnn).balance.value < told - kPrice.value ||
          store->open_reader()->sales({1}).sold < sale.sold)
        ++losses;
    } catch (const std::exception&) {  // the database is not sound either
      ++losses;
    }
  }
  EXPECT_GT(losses, 0);
}

}  // namespace
}  // namespace frontrow::sqlite
