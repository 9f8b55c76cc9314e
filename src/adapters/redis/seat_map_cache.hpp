// Seat maps in Redis: `seats:schedule:ID`, a field a seat, and beside it what changed lately.
#pragma once

#include "adapters/redis/client.hpp"
#include "ports/seat_map_cache.hpp"

namespace frontrow::redis {

class SeatMapCache final : public frontrow::SeatMapCache {
 public:
  explicit SeatMapCache(Client& client) : client_(client) {}
  void put(ScheduleId schedule, std::int64_t version, std::span<const CachedSeat> changed) override;
  std::optional<Changes> changes(ScheduleId schedule, std::int64_t since) override;
  std::optional<std::string> begin_fill(ScheduleId schedule) override;
  bool fill(ScheduleId schedule, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats) override;

 private:
  bool read_all(const std::string& key, Changes& changes);
  bool write_all(const std::string& key, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats);

  Client& client_;
};

}  // namespace frontrow::redis
