// What is for sale as other pods have stored it: for a pod that keeps it in memory beside them.
//
// Reads of committed data; a replica may answer where it cannot be older than promised. Thread safe; each call blocks for a bounded
// time. Errors: Unavailable("store").
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

class CatalogSource {
 public:
  virtual ~CatalogSource() = default;
  virtual std::vector<Concert> concerts() = 0;  // by id
  // By id, each with the version its seats have reached on the primary.
  virtual std::vector<Schedule> schedules() = 0;
  virtual std::vector<Section> sections(ScheduleId schedule) = 0;  // by id

  struct SeatsAt {
    std::int64_t version = 0;     // all changes up to it are in `seats`
    std::vector<Seat> seats;      // by id
    std::vector<UserId> holders;  // of each: who holds or has bought it
  };
  virtual SeatsAt seats(ScheduleId schedule) = 0;
};

}  // namespace frontrow
