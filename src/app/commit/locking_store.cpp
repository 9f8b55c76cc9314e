#include "app/commit/locking_store.hpp"

#include <thread>

namespace frontrow {

namespace {

// The pause if no command of the batch got its locks: about the length of another pod's batch. Three pauses are well
// below 0.2 s.
constexpr std::chrono::milliseconds kOthersBatch{20};

class Locked {
 public:
  Locked(SeatLock& lock, std::span<const std::vector<SeatId>> groups) : lock_(lock), locks_(lock.take(groups)) {}
  ~Locked() { lock_.release(locks_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  bool granted(std::size_t group) const { return locks_.granted[group]; }

 private:
  SeatLock& lock_;
  const SeatLocks locks_;
};

}  // namespace

void LockingStore::execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
  std::vector<std::vector<SeatId>> groups;
  std::vector<Command*> with_seats;
  for (Command* command : batch) {
    Keys keys;
    command->declare(keys);
    if (keys.seats.empty()) continue;
    groups.push_back(std::move(keys.seats));
    with_seats.push_back(command);
  }
  if (groups.empty()) return inner_.execute(batch, set, again);
  const Locked locked(lock_, groups);
  std::vector<Command*> ready, busy;
  std::size_t group = 0;
  for (Command* command : batch) {
    const bool has_seats = group < with_seats.size() && with_seats[group] == command;
    (!has_seats || locked.granted(group) ? ready : busy).push_back(command);
    group += has_seats;
  }
  if (ready.empty())
    std::this_thread::sleep_for(kOthersBatch);
  else
    inner_.execute(ready, set, again);
  again.insert(again.end(), busy.begin(), busy.end());
}

}  // namespace frontrow
