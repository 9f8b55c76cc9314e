// Writes concerts, schedules, sections and seats. Rare, and apart from the rush.
#pragma once

#include <functional>

#include "adapters/mysql/sql.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

// Renders the statements, but for changed schedules, which are written with their versions. Throws ConstraintBroken when the seats
// of a new schedule do not have consecutive ids. Calls `one_row()` after each statement that must touch a row.
void write_catalog(const WorkingSet& set, Sql& sql, const std::function<void()>& one_row);

}  // namespace frontrow::mysql
