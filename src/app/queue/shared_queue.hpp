// One concert's queue where several pods share it: its truth is rows in the store, changed by commands.
//
// Looks read memory: the queue's newest row, the numbers that were left, and the state of the tickets that clients lately showed
// here. A commit of this pod is in memory before any of its clients is answered. Commits of other pods come with their boards, a
// fifth of a second later (SharedRooms). The tickets of waiting people are not looked up at all. The ticket of a called person is
// trusted for a quarter of a second and then read again, since it may have ended through another pod.
//
// Any thread may look; the writers decide, on locked rows.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "app/queue/public_queue.hpp"
#include "app/queue/queue_decisions.hpp"
#include "base/mutex.hpp"
#include "base/number_set.hpp"
#include "base/under_way.hpp"
#include "ports/queue_board.hpp"
#include "ports/queue_reader.hpp"

namespace frontrow {

class Commits;
class SharedQueue;

// The means that all queues of a pod share; they outlive the queues.
struct QueueMeans {
  std::int64_t pod = 0;  // never 0
  Commits& rooms;        // joins, claims and ticks, which wait in line for a queue's row
  Commits& commits;      // everything that must not stand in that line
  // Reads a ticket and calls back, on a thread that may block. False, and `read` is left, when it cannot be asked now.
  using Read = std::move_only_function<void(Result<std::optional<QueueReader::StoredTicket>>)>;
  std::function<bool(SharedQueue&, const Ticket&, Read&)> read_ticket;
  std::function<void()> wake;                                       // there is something to publish
  std::function<void(const std::shared_ptr<SharedQueue>&)> follow;  // somebody has asked, or this pod ticks it
};

class SharedQueue final : public PublicQueue, public QueueDecisions, public std::enable_shared_from_this<SharedQueue> {
 public:
  SharedQueue(const Concert& concert, const QueueLimits& limits, QueueMeans& means);

  // any thread:
  TicketView look(const Ticket& ticket, TimePoint now, double unit) override;
  std::optional<Refusal> refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) override;
  bool knows(const Ticket& ticket, Purpose purpose, TimePoint now) const override;
  QueueCounts counts() const override;
  void submit_join(UserId user, std::optional<Idempotent> idempotent, std::optional<ShownPass> pass, std::string traceparent,
                   Joined done) override;
  void submit_claim(const Ticket& ticket, std::string traceparent, Done done) override;
  void submit_ask(const Ticket& ticket, Done done) override;
  void submit_leave(const Ticket& ticket, Actor by, Done done) override;
  void submit_tick(std::optional<std::int64_t> free_seats, TimePoint now) override;
  bool is_overloaded() const override;

  // the writers:
  void declare(Keys& keys, Step step, std::optional<UserId> user) const override;
  std::uint64_t lane() const override { return static_cast<std::uint64_t>(concert_.value); }
  bool has_place(WorkingSet& set, UserId user) const override;
  Result<TicketRow> join(WorkingSet& set, UserId user) override;
  std::int64_t tail_in(WorkingSet& set) const override;
  void claim(WorkingSet& set, TicketNumber number, UserId user) override;
  void leave(WorkingSet& set, TicketNumber number, UserId user) override;
  Verdict tick(WorkingSet& set, std::optional<std::int64_t> free_seats) override;
  std::optional<Refusal> refuse_ended(const WorkingSet& set, TicketNumber number, UserId user) const override;

  // after a commit of this pod:
  void apply(const WorkingSet& set);
  void hold_began(TicketNumber number, TimePoint expires_at);
  void hold_ended(TicketNumber number);
  void change_concert(const Concert& concert);

  // the pod's loop:
  ConcertId concert() const { return concert_; }
  Room room() const;
  QueueRow row() const;
  // Was it looked at lately, or is this the pod that ticks it? If not, the next who asks has it followed again.
  bool stays_followed(TimePoint now);
  bool is_followed() const { return is_followed_; }
  bool is_ticker(TimePoint now) const;
  // Shows a board of another pod or of the store. An older board is passed over; the store's own, `is_truth`, only for five
  // seconds.
  void show(const Board& board, bool is_truth);
  TimePoint board_at() const;
  // The row that this pod has committed since the last call, to be published.
  std::optional<Board> take_news(TimePoint now);
  std::vector<Sighting> take_sightings();
  std::optional<TimePoint> seen_here(TicketNumber number) const;
  std::optional<UserId> owner_of(TicketNumber number) const;
  std::int64_t left_upto() const;
  void add_left(const QueueReader::Left& left);
  void forget_tickets_before(TimePoint time);

 private:
  struct Known {
    TicketRow row;
    TimePoint holds_until{};
    TimePoint asked_at{};  // all of it is true as of then; the beginning of time: has to be asked for
    TimePoint seen_at{};   // by this pod, or so it has heard
  };

  QueueChange& change_of(WorkingSet& set) const;
  const TicketRow& ticket_in(const WorkingSet& set, UserId user) const;
  const Known* known(const Ticket& ticket) const REQUIRES(mutex_);
  Standing standing_of(const Ticket& ticket) const REQUIRES(mutex_);
  TicketView look_locked(const Ticket& ticket, const Standing& standing, TimePoint now, double unit) REQUIRES(mutex_);
  std::int64_t position(std::int64_t number) const REQUIRES(mutex_);
  void learn(const TicketRow& row, std::optional<TimePoint> holds_until, TimePoint now) REQUIRES(mutex_);
  void take_row(const QueueRow& row, TimePoint now) REQUIRES(mutex_);
  void be_followed() const;

  const ConcertId concert_;
  QueueMeans& means_;

  mutable std::atomic<bool> is_followed_{false};
  mutable Mutex mutex_;
  UnderWay ticking_ GUARDED_BY(mutex_);
  Room room_ GUARDED_BY(mutex_);
  QueueRow row_ GUARDED_BY(mutex_);
  TimePoint board_at_ GUARDED_BY(mutex_){};          // when the row was the newest; the beginning of time: none was read yet
  TimePoint lower_since_ GUARDED_BY(mutex_){};       // since when the store's row is older than ours
  mutable TimePoint asked_at_ GUARDED_BY(mutex_){};  // the last look
  bool has_news_ GUARDED_BY(mutex_) = false;
  NumberSet left_ GUARDED_BY(mutex_);  // above the front; below it means nothing
  std::int64_t left_upto_ GUARDED_BY(mutex_) = 0;
  std::unordered_map<TicketNumber, Known> tickets_ GUARDED_BY(mutex_);  // lately shown here: called, inside or ended
  std::unordered_map<TicketNumber, TimePoint> sightings_ GUARDED_BY(mutex_);
};

}  // namespace frontrow
