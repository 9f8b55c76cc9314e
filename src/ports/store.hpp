// The store of record. It executes batches of commands, each batch in one durable transaction, and answers plain reads.
//
// Errors: a lost or refusing database throws Unavailable. execute() may also throw ConstraintBroken, and Contended if
// there are other writers. After any exception, also one of a command's own, the transaction has been rolled back,
// unless outcome_unknown is set. All other calls of a store, and a StoreReader, throw only Unavailable.
//
// A reservation that was read has its seats in order of id.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ports/command.hpp"
#include "ports/retention.hpp"
#include "ports/stored_seat_map.hpp"
#include "ports/unavailable.hpp"
#include "ports/working_set.hpp"

namespace frontrow {

// A command of the batch broke a constraint of the schema: a defect of ours, never of input. The batch is bisected.
struct ConstraintBroken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The batch did not get its rows in time, several times: nothing was changed, and other batches are the cause. It is bisected.
struct Contended : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An event of the feed: the fact, and its reservation as it was made.
struct FeedEvent {
  EventId id;
  Event event;
  Reservation reservation;              // in reservation.* and payment.*; only facts that never change, so do not read its status
  std::optional<Payment> payment = {};  // in payment.completed
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
  std::string example = {};  // of a broken row
};

// The words by which a buyer finds a seat, besides its number.
struct SeatLabel {
  SeatId seat;
  std::string section = {};  // empty: without a name
  int row = 0;               // 0: the date has no rows
};

// Plain reads on a connection of its own: they see committed data, and never wait for a writer. For one thread at a time.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual std::optional<Reservation> reservation(ReservationId id) = 0;
  // Newest first; if `before` is set, only those before it (exclusive) by (created_at, id).
  virtual std::vector<Reservation> reservations_of(UserId user, std::optional<std::pair<TimePoint, ReservationId>> before,
                                                   int limit) = 0;
  // Those that have seats of the date now, by id, with ids above `after`. Reads the rows of this date only.
  virtual std::vector<Reservation> reservations_of_schedule(ScheduleId schedule, ReservationId after, int limit) = 0;
  virtual Account account(UserId user) = 0;
  // The user that IdentifyUser has given it.
  virtual std::optional<UserId> user_of(const Subject& subject) = 0;
  // Newest first; if `before` is set, only ids below it.
  virtual std::vector<LedgerEntry> ledger_of(UserId user, LedgerEntryId before, int limit) = 0;
  // The oldest that are kept with ids above `after`. Ids have no gap, but old events are deleted: a reader that must not miss any
  // asks for the horizon afterwards.
  virtual std::vector<FeedEvent> events_after(EventId after, int limit) = 0;
  virtual EventHorizon event_horizon() = 0;
  virtual SalesSummary sales(ConcertId concert) = 0;
  virtual std::optional<Payment> payment_of(ReservationId id) = 0;
  // All seats of a date. Reads the rows of this date only. Nothing: no such date.
  virtual std::optional<StoredSeatMap> seat_map(ScheduleId schedule) = 0;
  // Of those of these seats that there are, in any order.
  virtual std::vector<SeatLabel> seat_labels(std::span<const SeatId> seats) = 0;
  // The end of the chain of deeds: one row, for those who look often. Each change of an account is a deed.
  virtual DeedHead deed_head() = 0;
  // The oldest with ids above `after`.
  virtual std::vector<Deed> deeds_after(DeedId after, int limit) = 0;
  // All accounts, also those that are revoked, by id.
  virtual std::vector<Operator> operators() = 0;
  // Checks the rules of the sale on one snapshot. Reads everything: on a large store this takes seconds, and the reader
  // does nothing else meanwhile.
  virtual std::vector<AuditLine> audit() = 0;
};

// All rows for rebuilding memory, at start or after an unknown outcome. Callbacks in order of id.
struct StoredQueue {
  ConcertId concert;
  std::int64_t tail = 0, front = 0;
};
struct LoadVisitor {
  std::function<void(const Concert&)> concert;
  std::function<void(const Schedule&)> schedule;
  std::function<void(const Section&)> section;
  std::function<void(const Seat&)> seat;
  std::function<void(const Reservation&)> held_reservation;  // only `held` ones, with seats
  std::function<void(const StoredQueue&)> queue;
  std::function<void(ConcertId, const TicketRow&)> ticket;  // waiting and active, by concert and number
  // Those of the live tickets with which a confirmed reservation was made, in any order.
  std::function<void(ConcertId, TicketNumber)> completed_ticket;
};

class Store {
 public:
  virtual ~Store() = default;
  // Loads the commands' rows, decides in order, writes the changes and commits: one transaction. A command that returned `again`
  // stays undecided and is added to `again`. On success `set` holds the committed rows (versions, last_event filled in).
  virtual void execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) = 0;
  virtual void load(const LoadVisitor& visitor) = 0;
  virtual EventId last_event() = 0;
  virtual std::unique_ptr<StoreReader> open_reader() = 0;
  // Deletes rows that are older than their retention, the oldest first: at most `limit` of each kind, in a transaction of their
  // own. Among any number of processes one does the work. For the writer's thread only.
  virtual Forgotten forget(const KeptSince& since, int limit) = 0;
  // Work between batches that must not delay one (checkpoints). For the writer's thread only.
  virtual void tend() = 0;
};

}  // namespace frontrow
