// The contract of every store, written against the ports alone. A store joins the suite in store_adapters.cpp.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ports/store.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/store_moves.hpp"

namespace frontrow {

// One stored sale, and the open store on it.
class StoreFixture {
 public:
  virtual ~StoreFixture() = default;
  virtual Store& store() = 0;
  // Closes the store and opens its data again.
  virtual void reopen() = 0;
  // Faults that the store's own audit finds. Empty if the store has no audit.
  virtual std::vector<std::string> broken_rules() = 0;
  // True if a reader answers while a batch is under way; otherwise it waits for the batch.
  virtual bool readers_never_wait() const { return true; }

  ManualClock clock;
};

struct StoreAdapter {
  std::string name;
  std::function<std::unique_ptr<StoreFixture>()> make;
  friend std::ostream& operator<<(std::ostream& out, const StoreAdapter& adapter) { return out << adapter.name; }
};

// Every store.
std::vector<StoreAdapter> store_adapters();
inline std::string name_of_store(const testing::TestParamInfo<StoreAdapter>& adapter) { return adapter.param.name; }

// All rows of Store::load, in their order.
struct Loaded {
  std::vector<Concert> concerts;
  std::vector<Schedule> schedules;
  std::vector<Section> sections;
  std::vector<Seat> seats;
  std::vector<Reservation> held;
  std::vector<StoredQueue> queues;
  std::vector<std::pair<ConcertId, TicketRow>> tickets;
  std::vector<std::pair<ConcertId, TicketNumber>> completed;  // sorted
};
Loaded load(Store& store);

class StoreContract : public testing::TestWithParam<StoreAdapter> {
 protected:
  StoreContract() : fixture_(GetParam().make()) {}
  // Every test leaves a sale in which all rules hold.
  void TearDown() override {
    for (const std::string& rule : fixture_->broken_rules()) ADD_FAILURE() << rule;
  }

  Store& store() { return fixture_->store(); }
  ManualClock& clock() { return fixture_->clock; }
  std::unique_ptr<StoreReader> reader() { return store().open_reader(); }
  void reopen() { fixture_->reopen(); }

  MadeConcert made_concert(const NewConcert& what = {});
  ReservationId made_hold(UserId user, std::vector<SeatId> seats, HoldMove move = {});
  ReservationId made_sale(UserId user, std::vector<SeatId> seats, HoldMove move = {});  // charged, held, paid
  // Runs a batch of one command that reads the rows that `declare` names.
  WorkingSet read(LambdaCommand::Declare declare);
  // Expects ConstraintBroken, and that nothing of the batch was stored.
  void expect_broken(const std::vector<CommandPtr>& batch);
  void expect_broken(CommandPtr command);
  // All stored rows as text, to compare.
  std::string picture();

  std::unique_ptr<StoreFixture> fixture_;
};

inline constexpr UserId kAnn{1}, kBen{2}, kCho{3};

}  // namespace frontrow
