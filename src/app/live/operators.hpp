// The accounts in the memory of a process: which account a token belongs to, without asking the store.
//
// It is read at the start, takes the process's own changes at once, and is read again when the end of the chain of deeds has
// moved, which is asked once a second: an account that another process has revoked is good for that long at most. While the store
// cannot be read the accounts stay as they were.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "base/mutex.hpp"
#include "base/published.hpp"
#include "ports/store.hpp"

namespace frontrow {

class Operators {
 public:
  // The account of this token, also one that is revoked or has expired; null: there is none.
  std::shared_ptr<const Operator> find(const Sha256& token) const;

  // Thread safe, and in any order: what is revoked stays so.
  void take(const std::vector<Operator>& accounts);
  // On a reader's thread. Reads one row if nothing has changed.
  void refresh(StoreReader& reader);

 private:
  struct Hash {
    std::size_t operator()(const Sha256& token) const;
  };
  using Table = std::unordered_map<Sha256, std::shared_ptr<const Operator>, Hash>;
  void merge(const std::vector<Operator>& accounts) REQUIRES(mutex_);

  Published<Table> table_{std::make_shared<const Table>()};
  Mutex mutex_;  // one change at a time
  std::map<OperatorId, Operator> known_ GUARDED_BY(mutex_);
  std::optional<DeedHead> read_upto_ GUARDED_BY(mutex_);
};

}  // namespace frontrow
