// A write, as the commit pipeline sees it: keys to load, a decision to make on what was loaded, somebody waiting for the outcome.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "ports/working_set.hpp"

namespace frontrow {

enum class Verdict : std::uint8_t {
  decided,
  again,  // a hint has gone stale and a row is missing: put into the next batch, nothing was changed
};

enum class CommitStatus : std::uint8_t {
  committed,    // the decision stands and is durable
  dropped,      // never taken up: the queue was full, its deadline passed, or the server is stopping
  contended,    // `again` three times, or its rows were locked by others for too long
  unavailable,  // the store refused; certainly nothing was changed
  unknown,      // the store was lost at the commit
};

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Keys& keys) const = 0;
  // Called by the writer under the transaction. May be called again after a rollback; must then start afresh.
  virtual Verdict decide(WorkingSet& set) = 0;
  // Called exactly once, by the writer (or by the submitter when dropped at the door), after the commit.
  virtual void complete(CommitStatus status) = 0;

  // The rows of these reservations are locked by somebody else. True: what the command named of them it names no longer, and goes
  // on without them. False: it cannot do without.
  virtual bool leave_out(const std::set<ReservationId>& locked) {
    (void)locked;
    return false;
  }

  // Commands of one number are best done by one writer. Nothing depends on it.
  virtual std::uint64_t shard() const { return 0; }

  int attempts = 0;              // batches that have said `again`
  std::string traceparent = {};  // W3C trace context of whoever asked, for the events it makes; mostly empty
};

// How a store has a command decided: the events it makes are told with the trace of whoever asked.
Verdict decide(Command& command, WorkingSet& set);

}  // namespace frontrow
