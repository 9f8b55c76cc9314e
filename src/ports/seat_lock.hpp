// Thins the crowd before a seat: one pod at a time tries to hold it, so that the others need not ask the store. It decides nothing;
// the store does. A lost lock server therefore grants everything.
//
// Thread safe. Throws nothing; each call blocks for a bounded time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/ids.hpp"

namespace frontrow {

// What a batch has taken: to be released after its commit.
struct SeatLocks {
  std::string owner;          // nobody else's
  std::vector<SeatId> seats;  // locked by it
  std::vector<bool> granted;  // of each group asked for
};

class SeatLock {
 public:
  virtual ~SeatLock() = default;
  // For each group of seats: all of them or none, for five seconds. One round trip for the whole batch, and a second when a
  // group got some of its seats only. Groups of one call do not exclude each other: the batch itself decides between them.
  virtual SeatLocks take(std::span<const std::vector<SeatId>> groups) = 0;
  // Gives back what is still the owner's; never a lock somebody else has got since.
  virtual void release(const SeatLocks& locks) = 0;
};

}  // namespace frontrow
