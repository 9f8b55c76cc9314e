// Where ids come from. The database keeps a mark for each kind: it and everything above were never given to anything.
//
// Kinds of the rush are taken in blocks: the mark is raised by a thousand in the transaction of the first use, and what is left of
// a block is skipped after a restart. The catalog's kinds have a mark that is exact, so that a demo has concert 1 and seats 1, 2, 3
// …. No id is given twice, not even one of a batch that was rolled back after its outcome became unknown.
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
  // In the transaction: raises the marks that the taken ids have reached.
  void record(const WorkingSet& set);
  // After its commit: those ids are gone.
  void committed(const WorkingSet& set);
  // When the outcome of its commit is unknown: those ids are gone too, whatever became of the batch.
  void lost(const WorkingSet& set);
  // In a transaction of its own: raises every mark of a kind taken in blocks.
  void raise_marks();
  // Starts from the marks, leaving out what is left of a block.
  void read();

 private:
  struct Kind {
    std::int64_t next = 1;    // not given yet
    std::int64_t mark = 1;    // as committed
    std::int64_t raised = 1;  // as written in the transaction under way
  };

  Statement select_;
  Statement raise_;
  std::array<Kind, kIdKinds> kinds_;
};

}  // namespace frontrow::sqlite
