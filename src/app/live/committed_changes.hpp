// One commit, read once: the changes of seats and holds that both kinds of memory apply, and the figures that both count.
#pragma once

#include <map>
#include <vector>

#include "app/live/catalog.hpp"
#include "metrics/metrics.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

struct CommittedChanges {
  std::map<ScheduleId, Hall::Commit> seats;      // of each date with a new version
  std::vector<const Reservation*> begun, ended;  // holds; they point into the working set
};

CommittedChanges committed_changes(const WorkingSet& set);

// The new dates, with what the store has written of their seats.
std::vector<Schedule> new_dates(const WorkingSet& set);

void rename_sections(const WorkingSet& set, const CatalogPicture& picture);

void count(const WorkingSet& set, const CommittedChanges& changes, Metrics& metrics);

}  // namespace frontrow
