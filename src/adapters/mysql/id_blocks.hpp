// The source of ids, for any number of processes. The database keeps a mark for each kind: the id at the mark and all ids above it
// were never given to anything.
//
// Kinds of the rush are taken in blocks of a thousand, each in a short transaction of its own before a batch needs it. The rest of
// a block is skipped after a restart. The catalog's kinds have a mark that is exact: it is locked and raised in the transaction
// that takes the ids. No id is given twice, not even one of a batch that was rolled back after its outcome became unknown.
#pragma once

#include <array>

#include "adapters/mysql/connection.hpp"
#include "ports/working_set.hpp"

namespace frontrow::mysql {

// True when the keys ask for ids of the catalog.
bool wants_catalog(const Keys& keys);

class IdBlocks {
 public:
  // Before the transaction of a batch: there are as many ids in the blocks as its commands may take.
  void provide(Connection& connection, const Keys& keys);
  // Between batches: takes the next block of a kind that is running out. If another session has locked the kind's mark, it does not
  // wait.
  void provide_ahead(Connection& connection);
  // Gives the set its ids; the catalog's marks are locked, when they are needed, before anything else is.
  void lend(Connection& connection, const Keys& keys, WorkingSet& set);
  // Renders the statements that raise the marks of the catalog.
  void record(const WorkingSet& set, Sql& sql) const;
  // After the commit, or when its outcome is unknown: those ids are gone.
  void taken(const WorkingSet& set);

 private:
  enum class Mark { wait_for, must_be_free };
  void reserve(Connection& connection, IdKind kind, std::int64_t count, Mark mark);

  std::array<IdRange, kIdKinds> blocks_{};  // of the kinds taken in blocks: not given yet
};

}  // namespace frontrow::mysql
