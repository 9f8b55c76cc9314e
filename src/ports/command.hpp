// A write in the commit pipeline: keys to load, a decision on the loaded rows, and a client that waits for the outcome.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "domain/deed.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

enum class Verdict : std::uint8_t {
  decided,
  again,  // a hint was stale and a row is missing: it goes to the next batch, and nothing was changed
};

enum class CommitStatus : std::uint8_t {
  committed,    // the decision stands and is durable
  dropped,      // never taken by a batch: the queue was full, its deadline passed, or the server is stopping
  contended,    // `again` three times, or other sessions had locked its rows for too long
  unavailable,  // the store refused; certainly nothing was changed
  unknown,      // the store was lost at the commit
};

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Keys& keys) const = 0;
  // Called by the writer within the transaction. May be called again after a rollback; then it must start afresh.
  virtual Verdict decide(WorkingSet& set) = 0;
  // Called exactly once: by the writer after the commit, by the submitter if the queue was full, or by a timer if the
  // command waited too long.
  virtual void complete(CommitStatus status) = 0;

  // Another session has locked the rows of these reservations. True: the command no longer names them and goes on
  // without them. False: it needs them.
  virtual bool leave_out(const std::set<ReservationId>& locked) {
    (void)locked;
    return false;
  }

  // Commands with the same number go to the same writer if possible. No decision depends on it.
  virtual std::uint64_t shard() const { return 0; }

  int attempts = 0;              // batches in which it returned `again`
  Actor actor = {};              // the operator it acts for; nobody: the program itself
  std::string traceparent = {};  // W3C trace context of the request, for its events; mostly empty
};

// Decides a command for a store: its events get the trace of the request, its deeds the operator.
Verdict decide(Command& command, WorkingSet& set);

}  // namespace frontrow
