// The JSON of a seat map's seats, rendered once per change and handed out as shared bytes. Seats are kept in chunks, so that a
// change in a map of 50,000 renders 64 seats again and not all of them.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "app/seat_map.hpp"
#include "http/json_writer.hpp"
#include "http/response.hpp"

namespace frontrow::http {

std::string_view name_of(SeatStatus status);
// "section":…,"row":… of a place; null when the schedule has none.
void write_place(JsonWriter& json, const SeatMap& map, const SeatPlace& place);
// {id,number,section,row,price,status}
void append_seat(std::string& out, const SeatMap& map, const SeatMap::Shown& seat);

class SeatMapBytes {
 public:
  explicit SeatMapBytes(std::shared_ptr<SeatMap> map) : map_(std::move(map)) {}

  struct Rendered {
    SeatMap::Stamp stamp;
    std::vector<SharedBytes> chunks;  // elements of the array `seats`, commas included
  };
  // Thread safe; waits for another thread's rendering at most, never for a commit.
  Rendered render(TimePoint now);

 private:
  static constexpr std::uint32_t kChunk = 64;
  SharedBytes render_chunk(std::uint32_t chunk) const;

  const std::shared_ptr<SeatMap> map_;
  std::mutex mutex_;  // protects all below
  SeatMap::Cursor cursor_;
  std::vector<SeatMap::Shown> shown_;
  std::vector<SharedBytes> chunks_;
  std::vector<SeatMap::Shown> changes_;
};

// One SeatMapBytes for each schedule ever asked for.
class SeatMapCache {
 public:
  SeatMapBytes& of(const std::shared_ptr<SeatMap>& map);

 private:
  std::mutex mutex_;
  std::unordered_map<ScheduleId, std::unique_ptr<SeatMapBytes>> by_schedule_;  // protected by mutex_
};

}  // namespace frontrow::http
