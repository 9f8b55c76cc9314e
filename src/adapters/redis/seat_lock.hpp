// Seat locks in Redis: `lock:seat:ID` holds the owner's name for five seconds.
#pragma once

#include "adapters/redis/client.hpp"
#include "ports/seat_lock.hpp"

namespace frontrow::redis {

class SeatLock final : public frontrow::SeatLock {
 public:
  explicit SeatLock(Client& client) : client_(client) {}
  SeatLocks take(std::span<const std::vector<SeatId>> groups) override;
  void release(const SeatLocks& locks) override;

 private:
  Client& client_;
};

}  // namespace frontrow::redis
