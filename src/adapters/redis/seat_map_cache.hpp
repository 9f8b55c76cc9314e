// Seat maps in Redis: `seats:schedule:ID`, a field a seat, and beside it the latest changes.
#pragma once

#include "adapters/redis/client.hpp"
#include "metrics/metrics.hpp"
#include "ports/seat_map_cache.hpp"

namespace frontrow::redis {

class SeatMapCache final : public frontrow::SeatMapCache {
 public:
  SeatMapCache(Client& client, Metrics& metrics) : client_(client), metrics_(metrics) {}
  void put(ScheduleId schedule, std::int64_t version, std::span<const CachedSeat> changed) override;
  std::optional<Changes> changes(ScheduleId schedule, std::int64_t since) override;
  News news(std::int64_t after) override;
  std::optional<std::string> begin_fill(ScheduleId schedule) override;
  bool fill(ScheduleId schedule, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats) override;

 private:
  std::optional<Changes> look(ScheduleId schedule, std::int64_t since);
  bool read_all(const std::string& key, Changes& changes);
  bool write_all(const std::string& key, const std::string& permit, std::int64_t version, std::span<const CachedSeat> seats);

  Client& client_;
  Metrics& metrics_;
};

}  // namespace frontrow::redis
