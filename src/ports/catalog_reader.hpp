// What is for sale and what is free, for those who only look: answered by a read replica when one is fit, and never decided upon.
//
// Errors: throws Unavailable when neither a replica nor the primary answers. Thread safe.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

// Seats at least as new as the version says, in order of id.
struct StoredSeatMap {
  std::int64_t version = 0;
  std::vector<Seat> seats;
};

class CatalogReader {
 public:
  virtual ~CatalogReader() = default;
  virtual std::vector<Concert> concerts() = 0;  // by id
  // As the primary has it now; nothing: no such concert.
  virtual std::optional<Concert> concert(ConcertId concert) = 0;
  virtual std::vector<Schedule> schedules(ConcertId concert) = 0;  // by id
  virtual std::vector<Section> sections(ScheduleId schedule) = 0;  // by id
  // All versions as the primary has them now.
  virtual std::map<ScheduleId, std::int64_t> seat_map_versions() = 0;
  // The version as the primary has it now; nothing: no such schedule.
  virtual std::optional<std::int64_t> seat_map_version(ScheduleId schedule) = 0;
  // Of that version or a newer one: a replica that is behind is not believed.
  virtual std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t at_least) = 0;
};

}  // namespace frontrow
