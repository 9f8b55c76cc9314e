// Writes concerts, schedules, sections and seats: rare commands, kept apart from those of the rush.
#pragma once

#include "adapters/sqlite/statement.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sqlite {

class CatalogWriter {
 public:
  explicit CatalogWriter(Connection& connection);
  // Throws ConstraintBroken if the seats of a new schedule do not have consecutive ids.
  void write(const WorkingSet& set);

 private:
  void put_concert(const Concert& concert);

  Statement put_concert_;
  Statement insert_schedule_;
  Statement update_schedule_;
  Statement sections_changed_;
  Statement rename_section_;
  Statement insert_section_;
  Statement insert_seat_;
};

}  // namespace frontrow::sqlite
