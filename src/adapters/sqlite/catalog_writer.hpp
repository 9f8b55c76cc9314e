// Writes concerts, schedules, sections and seats: rare commands, kept apart from those of the rush.
#pragma once

#include "adapters/sqlite/statement.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sqlite {

class CatalogWriter {
 public:
  explicit CatalogWriter(Connection& connection);
  // Throws ConstraintBroken if the seats of a new schedule do not have consecutive ids, or if those of a draft do not follow the
  // ones that it has.
  void write(const WorkingSet& set);

 private:
  void put_concert(const Concert& concert);
  void finish(const FinishedDraft& finished);

  Connection& connection_;
  Statement put_concert_;
  Statement insert_schedule_;
  Statement update_schedule_;
  Statement sections_changed_;
  Statement rename_section_;
  Statement insert_section_;
  Statement more_seats_;
  Statement insert_draft_;
  Statement move_schedule_;
  Statement delete_draft_;
  Statement delete_concert_;
  Statement insert_seat_;
};

}  // namespace frontrow::sqlite
