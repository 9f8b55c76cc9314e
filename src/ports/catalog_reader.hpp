// The catalog and free seats for plain reads: a fit replica answers, and no decision rests on the answer. Rows that
// belong together are read together, from one server and as of one moment: two replicas may have different lag.
//
// Errors: throws Unavailable if neither a replica nor the primary answers. Thread safe.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

// The catalog or a part of it, each by id: concerts with all their dates.
struct StoredCatalog {
  std::int64_t version = 0;  // all changes up to it are in
  std::vector<Concert> concerts;
  std::vector<Schedule> schedules;
};

// Sections and seats, at least as new as the version, each in order of id.
struct StoredSeatMap {
  std::int64_t version = 0;
  std::vector<Section> sections;
  std::vector<Seat> seats;
};

class CatalogReader {
 public:
  virtual ~CatalogReader() = default;
  // The whole of it. A replica may be behind: the caller must skip rows that are older than those it knows.
  virtual StoredCatalog catalog() = 0;
  // What the primary has changed after `version`, which is mostly nothing. The cost is that of the changes. A version below the one
  // asked says that the store was restored.
  virtual StoredCatalog catalog_since(std::int64_t version) = 0;
  // The next concerts by id after this one, as the primary has them: at most `most`. None: the end.
  virtual StoredCatalog catalog_after(ConcertId after, int most) = 0;
  // The present versions on the primary of those of these dates that there are.
  virtual std::map<ScheduleId, std::int64_t> seat_map_versions(std::span<const ScheduleId> schedules) = 0;
  // The present version on the primary; nothing: no such schedule.
  virtual std::optional<std::int64_t> seat_map_version(ScheduleId schedule) = 0;
  // The map of that version or a newer one: a replica that is behind is skipped. Nothing: no such schedule.
  virtual std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t at_least) = 0;
};

}  // namespace frontrow
