// The source of ids. The database keeps a mark for each kind: the mark and all higher ids were never given out.
//
// Ids of the rush are taken in blocks: the transaction of the first use raises the mark by a thousand, and a restart
// skips the rest of a block. The catalog's ids have an exact mark, so that a demo has concert 1 and seats 1, 2, 3 …. No
// id is given twice, not even an id of a batch that was rolled back after its outcome became unknown.
#pragma once

#include <array>

#include "adapters/sqlite/statement.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sqlite {

class IdBlocks {
 public:
  explicit IdBlocks(Connection& connection);

  // Gives the set as many ids of each kind as its commands may take.
  void lend(const Keys& keys, WorkingSet& set);
  // Within the transaction: raises the marks that the taken ids have reached.
  void record(const WorkingSet& set);
  // After its commit: those ids are used up.
  void committed(const WorkingSet& set);
  // If the outcome of its commit is unknown: those ids are used up as well.
  void lost(const WorkingSet& set);
  // In a transaction of its own: raises every mark of a kind taken in blocks.
  void raise_marks();
  // Starts at the marks and skips the rest of each block.
  void read();

 private:
  struct Kind {
    std::int64_t next = 1;    // the next free id
    std::int64_t mark = 1;    // as committed
    std::int64_t raised = 1;  // as written in the present transaction
  };

  Statement select_;
  Statement raise_;
  std::array<Kind, kIdKinds> kinds_;
};

}  // namespace frontrow::sqlite
