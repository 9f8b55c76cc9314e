// Where the server's and the client library's error numbers become the errors of the store port.
//
//   a constraint             → ConstraintBroken
//   a row that is locked     → RowLocked: the statement alone is rolled back, and may be sent again
//   a statement that is slow → TooSlow: the same; it may have waited for a row
//   deadlock, conflict       → Contended: the batch is rolled back and run again. Some servers find out at COMMIT (Galera, group
//                              replication, TiDB); then, too, it is certain that nothing was changed
//   a server without writes  → ReadOnly: after a failover; the address leads to another server, or will do so soon
//   an unknown variable      → UnknownVariable: the server does not have a setting that was asked for
//   anything else            → Unavailable; of the whole transaction it is certain that nothing was changed, unless it was COMMIT
//
// After an error that `is_lost`, or one of a server that does not take writes any more, the connection is of no use.
#pragma once

#include <mysql.h>

#include <string_view>

#include "ports/store.hpp"

namespace frontrow::mysql {

// Names in Unavailable::component.
inline constexpr char kStore[] = "store";
inline constexpr char kStoreFull[] = "store-full";

struct Waited : Contended {
  using Contended::Contended;
};
// NOWAIT, or the wait of whole seconds that the session has set.
struct RowLocked : Waited {
  using Waited::Waited;
};
struct TooSlow : Waited {
  using Waited::Waited;
};

struct ReadOnly : Unavailable {
  using Unavailable::Unavailable;
};
struct UnknownVariable : Unavailable {
  using Unavailable::Unavailable;
};

// Another transaction has won: this one was rolled back, whatever statement it was at.
bool is_conflict(unsigned code, bool is_tidb);

[[noreturn]] void throw_failure(MYSQL* connection, std::string_view doing);

// The session is gone, or belongs to a server that became read-only.
bool is_lost(unsigned code);

// The same failure of something that was not the batch's own commit, so that of the batch it is certain that nothing was changed.
Unavailable before_commit(const std::exception& failed);

// The edge of the adapter for all work that is no batch: whatever `work` throws, the caller sees Unavailable.
template <class Work>
auto at_edge(Work work) {
  try {
    return work();
  } catch (const Unavailable&) {
    throw;
  } catch (const std::exception& failed) {
    throw before_commit(failed);
  }
}

}  // namespace frontrow::mysql
