// One date as a store has it, in one moment: all its seats, or only how many of them are free.
#pragma once

#include <unordered_map>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/reservation.hpp"

namespace frontrow {

// Sections and seats, at least as new as the version, each in order of id.
struct StoredSeatMap {
  std::int64_t version = 0;
  std::int64_t sections_version = 0;
  std::vector<Section> sections;
  std::vector<Seat> seats;
  std::unordered_map<ReservationId, UserId> holders = {};  // of the held seats, where the store reads them
};

// The seats of the holds that end at the same time.
struct HeldSeats {
  TimePoint until;
  std::int64_t seats = 0;
};

struct StoredHead {
  std::int64_t version = 0;
  std::int64_t available = 0;        // without the next ones
  std::vector<HeldSeats> over = {};  // holds that are over and not recorded as ended; with thousands of them, the first
};

}  // namespace frontrow
