// The truth. A store executes batches of commands, each batch in one durable transaction, and answers plain reads.
//
// Errors: a lost or refusing database throws Unavailable; execute() may also throw ConstraintBroken, and Contended when there are
// other writers. After any exception, of these types or of a command's own, the transaction has been rolled back, unless
// outcome_unknown says otherwise. Everything else of a store, and a StoreReader, throws Unavailable only.
//
// A reservation that was read has its seats in order of id.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ports/command.hpp"
#include "ports/unavailable.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

// One command of the batch asked for what the schema forbids: a defect of ours, never of input. The batch is bisected.
struct ConstraintBroken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The batch did not get its rows in time, several times over: nothing was changed, and it is other batches' fault. It is bisected.
struct Contended : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An event as the feed tells it: the fact, and what its reservation said when it was made.
struct FeedEvent {
  EventId id;
  Event event;
  Reservation reservation;              // of reservation.* and payment.*; facts that never change, so status is not to be read
  std::optional<Payment> payment = {};  // of payment.completed
};

struct SalesSummary {
  std::int64_t seats = 0, held = 0, sold = 0;
  std::int64_t reservations = 0, confirmed = 0, expired = 0, cancelled = 0;
  Points revenue;
};

struct AuditLine {
  std::string rule;  // "S1"
  std::string what;  // "every seat has at most one live reservation"
  std::int64_t checked = 0;
  std::int64_t broken = 0;
  std::string example = {};  // of what is broken
};

// Plain reads on a connection of its own: they see what has been committed, and never wait for a writer. One thread at a time.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual std::optional<Reservation> reservation(ReservationId id) = 0;
  // Newest first; those created before (`before`, exclusive, when set) by (created_at, id).
  virtual std::vector<Reservation> reservations_of(UserId user, std::optional<std::pair<TimePoint, ReservationId>> before,
                                                   int limit) = 0;
  virtual Account account(UserId user) = 0;
  // Newest first, ids below `before` when set.
  virtual std::vector<LedgerEntry> ledger_of(UserId user, LedgerEntryId before, int limit) = 0;
  virtual std::vector<FeedEvent> events_after(EventId after, int limit) = 0;
  virtual SalesSummary sales(ConcertId concert) = 0;
  virtual std::optional<Payment> payment_of(ReservationId id) = 0;
  // Proves the rules of the sale on one snapshot. Reads everything: seconds on a large store, in which this reader does nothing
  // else.
  virtual std::vector<AuditLine> audit() = 0;
};

// Everything the live state in memory is rebuilt from, at start or after an unknown outcome. Callbacks in order of id.
struct StoredQueue {
  ConcertId concert;
  std::int64_t tail = 0, front = 0;
};
struct LoadVisitor {
  std::function<void(const Concert&)> concert;
  std::function<void(const Schedule&)> schedule;
  std::function<void(const Section&)> section;
  std::function<void(const Seat&)> seat;
  std::function<void(const Reservation&)> held_reservation;  // `held` only, with seats
  std::function<void(const StoredQueue&)> queue;
  std::function<void(ConcertId, const TicketRow&)> ticket;  // waiting and active, by concert and number
  // Tickets with which a confirmed reservation was made, in any order.
  std::function<void(ConcertId, TicketNumber)> completed_ticket;
};

class Store {
 public:
  virtual ~Store() = default;
  // Loads what the commands declare, decides them in order, writes what changed and commits: one transaction. A command that said
  // `again` stays undecided and is added to `again`. On success `set` holds what was committed (versions, last_event filled in).
  virtual void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) = 0;
  virtual void load(const LoadVisitor& visitor) = 0;
  virtual EventId last_event() = 0;
  virtual std::unique_ptr<StoreReader> open_reader() = 0;
  // Idempotency records older than the retention: deletes at most `limit`, continuing where the last call stopped. Writer thread
  // only.
  virtual int forget_old_keys(TimePoint before, int limit) = 0;
  // Work between batches that must not delay one (checkpoints). Writer thread only.
  virtual void tend() = 0;
};

}  // namespace frontrow
