#include "app/queue/concert_queue.hpp"

#include <algorithm>

namespace frontrow {

namespace {

constexpr Duration kRetryWhenCalled{1'000};
constexpr Duration kPollWhenActive{10'000};

}  // namespace

ConcertQueue::ConcertQueue(const Concert& concert, const QueueLimits& limits, TimePoint now, Commits* commits)
    : concert_(concert.id),
      limits_(limits),
      commits_(commits),
      origin_(now),
      settings_(concert.queue),
      booking_(concert.booking),
      claims_measured_at_(now) {}

std::uint32_t ConcertQueue::to_due(TimePoint time) const {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>((time - origin_).count() / 100, 0, (1 << 30) - 1));
}

TimePoint ConcertQueue::due_of(const ListedTicket& ticket) const { return origin_ + Duration{std::int64_t{ticket.due_ds} * 100}; }

void ConcertQueue::load_counters(std::int64_t tail, std::int64_t front) { tail_ = tail, front_ = front; }

void ConcertQueue::load_ticket(const TicketRow& row, TimePoint now) {
  // Nobody could poll while the server was away, so everybody is expected back within the longest interval they may have been told.
  const TimePoint back_by = now + poll_after(kMaxPollAfter * 10, 1);
  tickets_.append(row.number.value,
                  {.user = row.user,
                   .issued_s = static_cast<std::uint32_t>(row.issued_at.time_since_epoch().count() / 1'000),
                   .due_ds = to_due(back_by),
                   .state = static_cast<std::uint32_t>(row.state)});
  if (row.state == TicketState::active)
    active_[row.number.value] = {.user = row.user, .issued_at = row.issued_at, .admitted_at = row.admitted_at, .last_seen = now};
  else if (row.number.value <= front_)
    expected_.push_back({.number = row.number.value});
}

void ConcertQueue::load_completed(TicketNumber number) { completed_.insert(number.value); }

void ConcertQueue::load_hold(TicketNumber number, ReservationId reservation, TimePoint expires_at) {
  hold_began(number, reservation, expires_at);
}

void ConcertQueue::loaded() {
  for (std::int64_t number = front_ + 1; number <= tail_; ++number)
    if (tickets_.find(number) == nullptr) gone_.insert(number);
  for (std::int64_t number = tickets_.first(); number <= tail_; ++number)
    if (completed_.contains(number)) finish_if_paid(number);
}

void ConcertQueue::take_over(ConcertQueue& fresh) {
  const std::lock_guard lock(mutex_);
  origin_ = fresh.origin_;
  settings_ = fresh.settings_;
  booking_ = fresh.booking_;
  tail_ = fresh.tail_;
  front_ = fresh.front_;
  tickets_ = std::move(fresh.tickets_);
  gone_ = std::move(fresh.gone_);
  completed_ = std::move(fresh.completed_);
  const auto unheard = std::ranges::count_if(fresh.active_, [&](const auto& entry) { return !active_.contains(entry.first); });
  if (unheard > 0) bucket_.take(fresh.origin_, settings_.admissions_per_second, static_cast<int>(unheard));
  active_ = std::move(fresh.active_);
  holds_ = std::move(fresh.holds_);
  expected_ = std::move(fresh.expected_);
  absent_ = std::move(fresh.absent_);
  finished_ = std::move(fresh.finished_);
  // Rates are habits, not facts: they are kept.
}

// Live people between the front and this number, itself included. It never grows: calling one more or losing one ahead both lower
// it.
std::int64_t ConcertQueue::position(std::int64_t number) const {
  if (number <= front_) return 1;
  return std::max<std::int64_t>(1, number - front_ - gone_.count_between(front_, number));
}

TimePoint ConcertQueue::may_hold_until(const Active& active) const {
  return std::min(active.admitted_at + limits_.active, active.last_seen + limits_.idle);
}

// The end of the last hold made with the ticket; the beginning of time when none is left.
TimePoint ConcertQueue::holds_until(std::int64_t number) const {
  TimePoint end{};
  if (const auto made = holds_.find(number); made != holds_.end())
    for (const LiveHold& hold : made->second) end = std::max(end, hold.expires_at);
  return end;
}

bool ConcertQueue::has_lapsed(std::int64_t number, const Active& active, TimePoint now) const {
  return settings_.enabled && may_hold_until(active) <= now && holds_until(number) <= now;
}

const ConcertQueue::Active* ConcertQueue::lapsed(std::int64_t number, TimePoint now) const {
  const auto entry = active_.find(number);
  return entry != active_.end() && has_lapsed(number, entry->second, now) ? &entry->second : nullptr;
}

// Often enough that one lost poll does not make the ticket idle.
Duration ConcertQueue::poll_when_active() const { return std::clamp(limits_.idle / 3, kMinPollAfter, kPollWhenActive); }

TicketView ConcertQueue::view_of_waiting(std::int64_t number, ListedTicket& ticket, Sign sign, TimePoint now, double unit) {
  TicketView view{.status = TicketStatus::waiting, .position = position(number)};
  const double rate = claims_per_second_ > 0 ? claims_per_second_ : settings_.admissions_per_second;
  view.estimated_wait = estimated_wait(view.position, rate);
  if (!booking_.has_opened(now)) view.estimated_wait += *booking_.opens_at - now;
  view.poll_after = number <= front_ ? kRetryWhenCalled : poll_after(view.estimated_wait, unit);
  view.may_claim = number <= front_ && booking_.is_open(now);
  // Knocking at the door keeps no place for somebody who has been called: asking how the ticket stands does, and claims it.
  if (sign == Sign::poll || number > front_) ticket.due_ds = to_due(now + view.poll_after);
  return view;
}

TicketView ConcertQueue::look(const Ticket& ticket, TimePoint now, double unit) {
  const std::lock_guard lock(mutex_);
  return look_locked(ticket, Sign::poll, now, unit);
}

TicketView ConcertQueue::look_locked(const Ticket& ticket, Sign sign, TimePoint now, double unit) {
  const std::int64_t number = ticket.number.value;
  ListedTicket* listed = tickets_.find(number);
  const auto entry = active_.find(number);
  const bool is_open_to_all = !settings_.enabled && booking_.has_opened(now);
  // The ticket says when the sale was to end when it was given; it may have been extended since, or cut short.
  const bool sale_is_over = (entry == active_.end() || is_open_to_all) && booking_.has_closed(now);
  if (listed == nullptr || listed->user != ticket.user || lapsed(number, now) != nullptr || sale_is_over)
    return {.status = completed_.contains(number) ? TicketStatus::completed : TicketStatus::expired};
  if (is_open_to_all) {  // still a sign of life, for when the queue is switched on again
    listed->due_ds = to_due(now + poll_when_active());
    if (entry != active_.end()) entry->second.last_seen = now;
    return {.status = TicketStatus::active, .poll_after = poll_when_active(), .expires_at = booking_.closes_at};
  }
  if (entry != active_.end()) {
    Active& active = entry->second;
    // Being idle too long ends the right to hold again; looking must not revive it while a live hold keeps the ticket.
    const bool may_hold = now < may_hold_until(active);
    if (may_hold) active.last_seen = now;
    const TimePoint end = may_hold ? std::max(active.admitted_at + limits_.active, holds_until(number)) : holds_until(number);
    return {.status = TicketStatus::active, .poll_after = poll_when_active(), .expires_at = end};
  }
  return view_of_waiting(number, *listed, sign, now, unit);
}

std::optional<Refusal> ConcertQueue::refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) {
  const std::lock_guard lock(mutex_);
  const std::int64_t number = ticket.number.value;
  const auto entry = active_.find(number);
  const bool may_hold = !settings_.enabled || entry == active_.end() || now < may_hold_until(entry->second);
  const TicketView view = look_locked(ticket, Sign::knock, now, unit);
  if (purpose == Purpose::look && now < holds_until(number)) return {};
  switch (view.status) {
    case TicketStatus::completed: return Refusal{.code = ErrorCode::queue_token_completed};
    case TicketStatus::expired: return Refusal{.code = ErrorCode::queue_token_expired};
    case TicketStatus::waiting:
      return Refusal{.code = ErrorCode::queue_token_not_active, .position = view.position, .retry_after = view.poll_after};
    case TicketStatus::active: break;
  }
  if (purpose == Purpose::hold && !may_hold) return Refusal{.code = ErrorCode::queue_token_expired};
  return {};
}

QueueCounts ConcertQueue::counts() const {
  const std::lock_guard lock(mutex_);
  return {.tail = tail_,
          .front = front_,
          .waiting = static_cast<std::int64_t>(tickets_.live() - active_.size()),
          .active = static_cast<std::int64_t>(active_.size())};
}

bool ConcertQueue::wants_tick(TimePoint now) const {
  const std::lock_guard lock(mutex_);
  if (!settings_.enabled) return !finished_.empty();
  const bool may_call = front_ < tail_ && booking_.is_open(now);
  return may_call || !active_.empty() || !expected_.empty() || !absent_.empty() || !finished_.empty();
}

bool ConcertQueue::has_tickets_to_end() const {
  const std::lock_guard lock(mutex_);
  if (tickets_.live() == 0) return front_ < tail_;
  const auto is_live = [&](const auto& entry) { return tickets_.find(entry.first) != nullptr; };
  return tickets_.live() > static_cast<std::size_t>(std::ranges::count_if(holds_, is_live));
}

void ConcertQueue::change_concert(const Concert& concert) {
  const std::lock_guard lock(mutex_);
  settings_ = concert.queue;
  booking_ = concert.booking;
}

void ConcertQueue::end_in_memory(std::int64_t number) {
  if (number > front_) gone_.insert(number);
  active_.erase(number);
  if (tickets_.find(number) != nullptr) tickets_.end(number);
}

void ConcertQueue::apply(const QueueChange& change, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const std::int64_t called_before = front_;
  tail_ = change.tail;
  front_ = change.front;
  for (const auto& [number, row] : change.tickets) {
    if (row.state == TicketState::ended) {
      end_in_memory(number.value);
      std::erase_if(finished_, [&](const TicketRow& finished) { return finished.number == number; });
      continue;
    }
    ListedTicket* listed = tickets_.find(number.value);
    if (listed == nullptr) {
      const auto issued = static_cast<std::uint32_t>(row.issued_at.time_since_epoch().count() / 1'000);
      tickets_.append(number.value, {.user = row.user, .issued_s = issued, .due_ds = to_due(now), .state = 0});
      listed = tickets_.find(number.value);
    }
    if (row.state != TicketState::active || listed->ticket_state() == TicketState::active) continue;
    listed->state = static_cast<std::uint32_t>(TicketState::active);
    active_[number.value] = {.user = row.user, .issued_at = row.issued_at, .admitted_at = row.admitted_at, .last_seen = now};
    std::erase_if(expected_, [&](const Expected& expected) { return expected.number == number.value; });
    no_show_.came();
    ++claims_since_;
  }
  if (change.admitted > 0) bucket_.take(now, settings_.admissions_per_second, change.admitted);
  for (std::int64_t number = called_before + 1; number <= front_; ++number) {
    const ListedTicket* listed = tickets_.find(number);
    if (listed != nullptr && listed->ticket_state() == TicketState::waiting) expected_.push_back({.number = number});
  }
}

void ConcertQueue::hold_began(TicketNumber number, ReservationId reservation, TimePoint expires_at) {
  const std::lock_guard lock(mutex_);
  holds_[number.value].push_back({reservation, expires_at});
}

void ConcertQueue::hold_ended(TicketNumber number, ReservationId reservation, bool was_paid) {
  const std::lock_guard lock(mutex_);
  if (was_paid) completed_.insert(number.value);
  if (const auto made = holds_.find(number.value); made != holds_.end()) {
    std::erase_if(made->second, [&](const LiveHold& hold) { return hold.reservation == reservation; });
    if (made->second.empty()) holds_.erase(made);
  }
  finish_if_paid(number.value);
}

// A ticket something was paid with is completed once no other hold made with it is left, in whatever order they ended: the same as
// a restart would find. One that nothing was paid with is left to its ordinary times.
void ConcertQueue::finish_if_paid(std::int64_t number) {
  const ListedTicket* listed = tickets_.find(number);
  if (listed == nullptr || !completed_.contains(number) || holds_.contains(number)) return;
  finished_.push_back({.number = {number}, .user = listed->user, .state = TicketState::ended, .issued_at = listed->issued_at()});
  end_in_memory(number);
}

}  // namespace frontrow
