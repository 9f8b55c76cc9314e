// A store that takes the seat locks of a whole batch before it begins, and gives them back after the commit. If another
// pod has locked a command's seats, the command waits for the next batch; after three tries it gets SEAT_LOCKED. The
// locks decide nothing.
#pragma once

#include "ports/seat_lock.hpp"
#include "ports/store.hpp"

namespace frontrow {

class LockingStore final : public Store {
 public:
  LockingStore(Store& inner, SeatLock& lock) : inner_(inner), lock_(lock) {}

  void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) override;
  void load(const LoadVisitor& visitor) override { inner_.load(visitor); }
  EventId last_event() override { return inner_.last_event(); }
  std::unique_ptr<StoreReader> open_reader() override { return inner_.open_reader(); }
  Forgotten forget(const KeptSince& since, int limit) override { return inner_.forget(since, limit); }
  void tend() override { inner_.tend(); }

 private:
  Store& inner_;
  SeatLock& lock_;
};

}  // namespace frontrow
