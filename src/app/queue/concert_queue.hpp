// The waiting room of one concert in the embedded profile: the tickets, in memory, and the facts that the rule
// (domain/waiting_room) asks of them. The decisions of the rule travel through the commit queue as a QueueChange; `apply` takes one
// over once it is committed. Only presence, the time when a person inside or called was last seen, changes without a commit.
//
// The writer alone decides; any thread may look. There is one lock, and a look holds it for well under a microsecond. A person
// who is inside, and whom this thread has seen lately, passes without it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "app/queue/public_queue.hpp"
#include "app/queue/queue_decisions.hpp"
#include "app/queue/recent_stays.hpp"
#include "app/queue/ticket_list.hpp"
#include "base/mutex.hpp"
#include "base/number_set.hpp"
#include "base/unique_number.hpp"
#include "domain/waiting_room.hpp"

namespace frontrow {

class Commits;

class ConcertQueue final : public PublicQueue, public QueueDecisions, public std::enable_shared_from_this<ConcertQueue> {
 public:
  // `commits`: the queue that takes the submitted commands. None: the queue is only asked for decisions.
  ConcertQueue(const Concert& concert, const QueueLimits& limits, TimePoint now, Commits* commits = nullptr);

  // start-up, before it is shared:
  void load_counters(std::int64_t tail, std::int64_t front);
  void load_ticket(const TicketRow& row, TimePoint now);
  // A live ticket that something was paid with. Of the ended ones this is found out when they are shown (knows, submit_ask).
  void load_completed(TicketNumber number);
  void load_hold(TicketNumber number, ReservationId reservation, TimePoint expires_at);
  void loaded();  // after all of the above: finishes what a crash left unfinished

  // A freshly loaded queue does not serve: it hands its state to the queue that is in use.
  void take_over(ConcertQueue& fresh);

  // any thread:
  TicketView look(const Ticket& ticket, TimePoint now, double unit) override;
  std::optional<Refusal> refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) override;
  // Not of a ticket that ended before the last load: was something paid with it?
  bool knows(const Ticket& ticket, Purpose purpose, TimePoint now) const override;
  QueueCounts counts() const override;
  // Would there be anything to end if the sale were over?
  bool has_tickets_to_end() const;
  // Would a tick have anything to do?
  bool wants_tick(TimePoint now) const;
  // As the commands of app/queue/queue.hpp.
  void submit_join(UserId user, std::optional<Idempotent> idempotent, std::optional<ShownPass> pass, std::string traceparent,
                   Joined done) override;
  void submit_claim(const Ticket& ticket, std::string traceparent, Done done) override;
  void submit_ask(const Ticket& ticket, Done done) override;
  void submit_leave(const Ticket& ticket, Actor by, Done done) override;
  void submit_tick(std::optional<std::int64_t> free_seats, TimePoint now) override;
  void submit_end() override;
  bool is_overloaded() const override;

  // the writer:
  void declare(Keys&, Step, std::optional<UserId>) const override {}  // all of it is in memory
  bool has_place(WorkingSet& set, UserId user) const override;
  Result<TicketRow> join(WorkingSet& set, UserId user) override;
  std::optional<Refusal> refuse_ended(const WorkingSet& set, TicketNumber number, UserId user) const override;
  std::int64_t tail_in(WorkingSet& set) const override;
  void claim(WorkingSet& set, TicketNumber number, UserId user) override;
  void leave(WorkingSet& set, TicketNumber number, UserId user) override;
  Verdict tick(WorkingSet& set, std::optional<std::int64_t> free_seats = {}) override;
  // The sale is over: ends at most `limit` tickets, those without a live hold. After the last one no ticket counts as waiting.
  void end_tickets(WorkingSet& set, int limit);

  // the writer: consequences of a commit:
  void change_concert(const Concert& concert);
  void apply(const QueueChange& change, TimePoint now);
  void learn(TicketNumber number, bool was_paid);
  void hold_began(TicketNumber number, ReservationId reservation, TimePoint expires_at);
  void hold_ended(TicketNumber number, ReservationId reservation, bool was_paid);

 private:
  struct LiveHold {
    ReservationId reservation;
    TimePoint expires_at;
  };
  struct Active {
    UserId user;
    TimePoint issued_at, admitted_at;
    std::shared_ptr<LiveStay> presence;
  };
  class Facts;

  QueueChange& change_of(WorkingSet& set) const REQUIRES(mutex_);
  std::int64_t position(std::int64_t number) const REQUIRES(mutex_);
  std::int64_t free_places() const REQUIRES(mutex_);
  Stay stay_of(std::int64_t number, const Active& active) const REQUIRES(mutex_);
  TimePoint holds_until(std::int64_t number) const REQUIRES(mutex_);
  bool is_surely_inside(const Ticket& ticket, TimePoint now) const;
  const Active* ended_stay(std::int64_t number, TimePoint now) const REQUIRES(mutex_);
  Standing standing_of(const Ticket& ticket) const REQUIRES(mutex_);
  TicketView look_locked(const Ticket& ticket, const Standing& standing, TimePoint now, double unit) REQUIRES(mutex_);
  TicketRow row_of(std::int64_t number, const ListedTicket& listed) const REQUIRES(mutex_);
  void end_lapsed(QueueChange& change, TimePoint now) const REQUIRES(mutex_);
  void add_to_memory(const TicketRow& row, TimePoint now) REQUIRES(mutex_);
  void end_in_memory(std::int64_t number) REQUIRES(mutex_);
  void finish_if_paid(std::int64_t number) REQUIRES(mutex_);

  const ConcertId concert_;
  Commits* const commits_;
  const Room fixed_;  // for rules that ask for the limits, which never change
  const std::uint64_t number_ = unique_number();

  std::atomic<std::int64_t> loaded_upto_{0};  // the tail at the last load
  std::atomic<bool> is_enabled_;              // as room_.settings, changed under the lock

  mutable Mutex mutex_;
  Room room_ GUARDED_BY(mutex_);
  QueueRow row_ GUARDED_BY(mutex_);
  TimePoint loaded_at_ GUARDED_BY(mutex_);
  TicketList tickets_ GUARDED_BY(mutex_);
  NumberSet gone_ GUARDED_BY(mutex_);                             // left or ended before they were called
  NumberSet called_ GUARDED_BY(mutex_);                           // and still waiting
  std::map<std::int64_t, TimePoint> refused_ GUARDED_BY(mutex_);  // called, found no place: expected again until then
  std::unordered_map<std::int64_t, TimePoint> polled_
      GUARDED_BY(mutex_);                   // called, and still waiting: the last poll, decided or not
  NumberSet completed_ GUARDED_BY(mutex_);  // something was paid with them
  NumberSet asked_ GUARDED_BY(mutex_);      // up to loaded_upto_: the store has answered for them
  std::unordered_map<std::int64_t, Active> active_ GUARDED_BY(mutex_);
  std::int64_t admitted_ms_ GUARDED_BY(mutex_) = 0;  // sum of all `admitted_at` in active_, since loaded_at_
  std::unordered_map<std::int64_t, std::vector<LiveHold>> holds_
      GUARDED_BY(mutex_);  // by the ticket they were made with, whatever has become of it
  std::vector<TicketRow> finished_
      GUARDED_BY(mutex_);                         // completed, which ended them in memory; the next tick makes their ends durable
  std::int64_t end_from_ GUARDED_BY(mutex_) = 0;  // where the next end_tickets begins to look
};

}  // namespace frontrow
