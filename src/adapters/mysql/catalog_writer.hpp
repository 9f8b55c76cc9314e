// Writes concerts, schedules, sections and seats. Rare, and apart from the rush.
#pragma once

#include "adapters/mysql/sql.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

// Renders the statements, but for changed schedules, which are written with their versions. Throws ConstraintBroken when the seats
// of a new schedule do not have consecutive ids.
void write_catalog(const WorkingSet& set, Sql& sql);

}  // namespace frontrow::mysql
