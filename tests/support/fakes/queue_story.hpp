// One concert's waiting room, and the rows that a store would have of it. Each step is a batch: it is decided on a
// WorkingSet, stored, and applied, in the order of the commit queue. The test moves the time.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "app/queue/concert_queue.hpp"

namespace frontrow {

class QueueStory {
 public:
  static constexpr ConcertId kConcert{1};

  explicit QueueStory(QueueSettings settings = {}, QueueLimits limits = {})
      : concert{.id = kConcert, .title = "Night", .artist = "", .venue = "", .booking = {}, .queue = settings},
        limits_(limits),
        queue_(std::make_unique<ConcertQueue>(concert, limits, now)) {}

  ConcertQueue& queue() { return *queue_; }

  // Runs one batch. Its decisions count only if it returns true; false rolls back.
  WorkingSet batch(const std::function<bool(WorkingSet&)>& decide) {
    WorkingSet set;
    set.now = now;
    if (!decide(set)) return set;
    for (const auto& [id, change] : set.queues) store(change);
    for (const auto& [id, change] : set.queues)
      if (change.is_touched) queue_->apply(change, now);
    return set;
  }

  // Runs one command as one batch.
  Result<TicketRow> try_join(UserId user) {
    Result<TicketRow> place = refuse(ErrorCode::overloaded);
    batch([&](WorkingSet& set) {
      place = queue_->join(set, user);
      EXPECT_TRUE(place.has_value() || !set.is_changed()) << "a refused command must not touch the set";
      return true;
    });
    return place;
  }
  Ticket join(std::int64_t user) {
    const auto place = try_join({user});
    EXPECT_TRUE(place.has_value());
    const Ticket ticket = ticket_of(*place);
    look(ticket);  // the answer to a join shows the position
    return ticket;
  }
  void join_many(std::int64_t first_user, int count) {
    for (int i = 0; i < count; ++i) join(first_user + i);
  }
  void claim(const Ticket& ticket) {
    batch([&](WorkingSet& set) { return queue_->claim(set, ticket.number, ticket.user), true; });
  }
  void leave(const Ticket& ticket) {
    batch([&](WorkingSet& set) { return queue_->leave(set, ticket.number, ticket.user), true; });
  }
  // True if it changed anything.
  bool tick() {
    return batch([&](WorkingSet& set) { return queue_->tick(set), true; }).is_changed();
  }

  // Steps of a person.
  TicketView look(const Ticket& ticket) { return queue_->look(ticket, now, unit); }
  // Does the work of the status request.
  TicketView poll(const Ticket& ticket) {
    TicketView view = look(ticket);
    if (!view.may_claim) return view;
    claim(ticket);
    return look(ticket);
  }
  std::optional<ErrorCode> refusal(const Ticket& ticket, Purpose purpose) {
    const auto refused = queue_->refuse_entry(ticket, purpose, now, unit);
    return refused ? std::optional(refused->code) : std::nullopt;
  }
  Ticket ticket_of(const TicketRow& row) const {
    return {.concert = kConcert, .number = row.number, .user = row.user, .issued_at = row.issued_at, .expires_at = sale_ends};
  }

  // Steps of holds.
  void hold(const Ticket& ticket, std::int64_t reservation, Duration length = std::chrono::seconds{300}) {
    holds_[{reservation}] = {ticket.number, now + length};
    queue_->hold_began(ticket.number, {reservation}, now + length);
  }
  void end_hold(std::int64_t reservation, bool was_paid) {
    const auto [number, until] = holds_.at({reservation});
    holds_.erase({reservation});
    if (was_paid) completed_.insert(number);
    queue_->hold_ended(number, {reservation}, was_paid);
  }
  void pay(std::int64_t reservation) { end_hold(reservation, true); }

  // Steps of the operator and the workers.
  void configure(const QueueSettings& settings) {
    concert.queue = settings;
    queue_->change_concert(concert);
  }
  void set_window(const BookingWindow& window) {
    concert.booking = window;
    queue_->change_concert(concert);
  }
  // Lets time pass, with a tick every fifth of a second.
  void wait(Duration time) {
    for (const TimePoint end = now + time; now < end;) {
      now += std::min<Duration>(std::chrono::milliseconds{200}, end - now);
      if (queue_->wants_tick(now)) tick();
    }
  }
  // The process dies and restarts from the stored rows.
  void restart() {
    queue_ = std::make_unique<ConcertQueue>(concert, limits_, now);
    queue_->load_counters(tail_, front_);
    for (const auto& [number, row] : tickets_) queue_->load_ticket(row, now);
    for (const TicketNumber number : completed_) queue_->load_completed(number);
    for (const auto& [reservation, hold] : holds_) queue_->load_hold(hold.first, reservation, hold.second);
    queue_->loaded();
  }
  const std::map<TicketNumber, TicketRow>& stored() const { return tickets_; }

  TimePoint now{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  TimePoint sale_ends = now + std::chrono::days{30};
  double unit = 0;  // the random number of the jitter
  Concert concert;

 private:
  void store(const QueueChange& change) {
    EXPECT_GE(change.row.tail, tail_);
    EXPECT_GE(change.row.front, front_) << "the front never goes back";
    EXPECT_LE(change.row.front, change.row.tail);
    tail_ = change.row.tail;
    front_ = change.row.front;
    for (const auto& [number, row] : change.tickets) {
      if (row.state == TicketState::ended)
        tickets_.erase(number);
      else
        tickets_[number] = row;
    }
  }

  const QueueLimits limits_;
  std::unique_ptr<ConcertQueue> queue_;
  std::int64_t tail_ = 0, front_ = 0;
  std::map<TicketNumber, TicketRow> tickets_;
  std::set<TicketNumber> completed_;
  std::map<ReservationId, std::pair<TicketNumber, TimePoint>> holds_;
};

}  // namespace frontrow
