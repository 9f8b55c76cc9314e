// Writes accounts and deeds. Rare, and apart from the rush.
#pragma once

#include "adapters/sqlite/statement.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sqlite {

class DeedWriter {
 public:
  explicit DeedWriter(Connection& connection);
  // Gives the deeds their numbers and hashes.
  void write(WorkingSet& set);

 private:
  Statement insert_operator_;
  Statement revoke_operator_;
  Statement head_;
  Statement insert_deed_;
  Statement move_head_;
};

}  // namespace frontrow::sqlite
