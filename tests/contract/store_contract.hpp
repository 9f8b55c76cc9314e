// What every store must do, written against the ports alone. A store runs it by naming itself in store_adapters.cpp.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ports/store.hpp"
#include "support/manual_clock.hpp"
#include "support/store_moves.hpp"

namespace frontrow {

// One stored sale, and the store that is open on it.
class StoreFixture {
 public:
  virtual ~StoreFixture() = default;
  virtual Store& store() = 0;
  // Closes the store and opens what it has stored.
  virtual void reopen() = 0;
  // What the store's own audit finds broken. Empty when it has none.
  virtual std::vector<std::string> broken_rules() = 0;
  // May a reader be asked while a batch is under way? Else it waits for the end of it.
  virtual bool readers_never_wait() const { return true; }

  ManualClock clock;
};

struct StoreAdapter {
  std::string name;
  std::function<std::unique_ptr<StoreFixture>()> make;
  friend std::ostream& operator<<(std::ostream& out, const StoreAdapter& adapter) { return out << adapter.name; }
};

// Everything Store::load tells, in the order told.
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
  // The only batch of one command that reads what `declare` names.
  WorkingSet read(LambdaCommand::Declare declare);
  // Expects ConstraintBroken, and that nothing of the batch was stored.
  void expect_broken(const std::vector<CommandPtr>& batch);
  void expect_broken(CommandPtr command);
  // Everything that is stored, as text: to compare.
  std::string picture();

  std::unique_ptr<StoreFixture> fixture_;
};

inline constexpr UserId kAnn{1}, kBen{2}, kCho{3};

}  // namespace frontrow
