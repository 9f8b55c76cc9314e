// Thins the crowd before a seat: one pod at a time tries to hold it, so that the others need not ask the store. It
// decides nothing; the store does. So if the lock server is lost, every lock is granted.
//
// Thread safe. Throws nothing; each call blocks for a bounded time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/ids.hpp"

namespace frontrow {

// The locks of a batch, to be released after its commit.
struct SeatLocks {
  std::string owner;          // unique to this batch
  std::vector<SeatId> seats;  // locked by this owner
  std::vector<bool> granted;  // for each requested group
};

class SeatLock {
 public:
  virtual ~SeatLock() = default;
  // For each group of seats: all of them or none, for five seconds. One round trip for the whole batch, and a second one
  // if a group got only some of its seats. Groups of one call do not exclude each other: the batch decides between them.
  virtual SeatLocks take(std::span<const std::vector<SeatId>> groups) = 0;
  // Releases the locks that are still the owner's; never a lock that another owner has taken since.
  virtual void release(const SeatLocks& locks) = 0;
};

}  // namespace frontrow
