// What is for sale and what is free, for those who only look: answered by a read replica when one is fit, and never decided upon.
// What belongs together is read together, from one server and as of one moment: two replicas may lag differently.
//
// Errors: throws Unavailable when neither a replica nor the primary answers. Thread safe.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

// Everything that is for sale, each by id.
struct StoredCatalog {
  std::vector<Concert> concerts;
  std::vector<Schedule> schedules;
};

// Sections and seats at least as new as the version says, each in order of id.
struct StoredSeatMap {
  std::int64_t version = 0;
  std::vector<Section> sections;
  std::vector<Seat> seats;
};

class CatalogReader {
 public:
  virtual ~CatalogReader() = default;
  // Perhaps of a replica that is behind: a row that is older than what is known is to be passed over.
  virtual StoredCatalog catalog() = 0;
  // All versions as the primary has them now.
  virtual std::map<ScheduleId, std::int64_t> seat_map_versions() = 0;
  // The version as the primary has it now; nothing: no such schedule.
  virtual std::optional<std::int64_t> seat_map_version(ScheduleId schedule) = 0;
  // Of that version or a newer one: a replica that is behind is not believed. Nothing: no such schedule.
  virtual std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t at_least) = 0;
};

}  // namespace frontrow
