#include "app/queue/concert_queue.hpp"

#include <algorithm>

namespace frontrow {

namespace {
RecentStays& recent_stays() {
  thread_local RecentStays stays;
  return stays;
}
}  // namespace

ConcertQueue::ConcertQueue(const Concert& concert, const QueueLimits& limits, TimePoint now, Commits* commits)
    : concert_(concert.id),
      commits_(commits),
      fixed_{.settings = {}, .booking = {}, .limits = limits},
      is_enabled_(concert.queue.enabled),
      room_{.settings = concert.queue, .booking = concert.booking, .limits = limits},
      loaded_at_(now) {
  row_.is_on = concert.queue.enabled;
}

void ConcertQueue::load_counters(std::int64_t tail, std::int64_t front) {
  const MutexLock lock(mutex_);
  row_.tail = tail, row_.front = front;
}

void ConcertQueue::load_ticket(const TicketRow& row, TimePoint now) {
  const MutexLock lock(mutex_);
  add_to_memory(row, now);
}

void ConcertQueue::load_completed(TicketNumber number) {
  const MutexLock lock(mutex_);
  completed_.insert(number.value);
}

void ConcertQueue::load_hold(TicketNumber number, ReservationId reservation, TimePoint expires_at) {
  hold_began(number, reservation, expires_at);
}

void ConcertQueue::loaded() {
  const MutexLock lock(mutex_);
  loaded_upto_ = row_.tail;
  for (std::int64_t number = row_.front + 1; number <= row_.tail; ++number)
    if (tickets_.find(number) == nullptr) gone_.insert(number);
  for (std::int64_t number = tickets_.first(); number <= row_.tail; ++number)
    if (completed_.contains(number)) finish_if_paid(number);
  for (std::int64_t number = tickets_.first(); number <= row_.front; ++number)
    if (const ListedTicket* listed = tickets_.find(number); listed != nullptr && listed->ticket_state() == TicketState::waiting)
      called_.insert(number);
  row_.active = static_cast<std::int64_t>(active_.size());
  if (row_.front == 0) return;
  // While the server was away no client could poll, so all called people are expected within the longest poll interval there is.
  row_.calls = {{.upto = row_.front,
                 .people = 0,
                 .at = loaded_at_,
                 .until = loaded_at_ + kMaxPollAfter + Duration{static_cast<std::int64_t>(kMaxPollAfter.count() * kPollJitter)} +
                          kPromiseGrace}};
}

void ConcertQueue::take_over(ConcertQueue& fresh) {
  const MutexLock lock(mutex_), of_fresh(fresh.mutex_);
  room_ = fresh.room_;
  is_enabled_ = room_.settings.enabled;
  for (const auto& [number, active] : active_) active.presence->end();
  // The facts that no store has are kept. Admissions that are not in memory yet have taken their tokens.
  fresh.row_.flow = row_.flow;
  fresh.row_.bucket = row_.bucket;
  fresh.row_.admitted = row_.admitted;
  fresh.row_.is_on = row_.is_on;
  fresh.row_.free_upto = row_.free_upto;
  fresh.row_.free_until = row_.free_until;
  fresh.row_.has_free_seats = row_.has_free_seats;
  fresh.row_.without_seats_at = row_.without_seats_at;
  int unheard = 0;
  for (const auto& [number, active] : fresh.active_) unheard += !active_.contains(number);
  if (unheard > 0) fresh.row_.bucket.take(fresh.loaded_at_, room_.settings.admissions_per_second, unheard);
  row_ = std::move(fresh.row_);
  loaded_at_ = fresh.loaded_at_;
  tickets_ = std::move(fresh.tickets_);
  gone_ = std::move(fresh.gone_);
  called_ = std::move(fresh.called_);
  refused_ = std::move(fresh.refused_);
  completed_ = std::move(fresh.completed_);
  asked_ = std::move(fresh.asked_);
  loaded_upto_ = fresh.loaded_upto_.load();
  active_ = std::move(fresh.active_);
  admitted_ms_ = fresh.admitted_ms_;
  holds_ = std::move(fresh.holds_);
  finished_ = std::move(fresh.finished_);
}

// Live people between the front and this number, itself included. It never grows: calling one more or losing one ahead both lower
// it.
std::int64_t ConcertQueue::position(std::int64_t number) const {
  if (number <= row_.front) return 1;
  return std::max<std::int64_t>(1, number - row_.front - gone_.count_between(row_.front, number));
}

std::int64_t ConcertQueue::free_places() const {
  return room_.settings.max_active - row_.active - called_.count_between(row_.late, row_.front + 1);
}

// The end of the last hold made with the ticket; the beginning of time when none is left.
TimePoint ConcertQueue::holds_until(std::int64_t number) const {
  TimePoint end{};
  if (const auto made = holds_.find(number); made != holds_.end())
    for (const LiveHold& hold : made->second) end = std::max(end, hold.expires_at);
  return end;
}

Stay ConcertQueue::stay_of(std::int64_t number, const Active& active) const {
  return {.admitted_at = active.admitted_at, .seen_at = active.presence->seen_at(), .holds_until = holds_until(number)};
}

const ConcertQueue::Active* ConcertQueue::ended_stay(std::int64_t number, TimePoint now) const {
  const auto entry = active_.find(number);
  return entry != active_.end() && has_stay_ended(room_, stay_of(number, entry->second), now) ? &entry->second : nullptr;
}

Standing ConcertQueue::standing_of(const Ticket& ticket) const {
  const std::int64_t number = ticket.number.value;
  const ListedTicket* listed = tickets_.find(number);
  Standing standing{.is_live = listed != nullptr && listed->user == ticket.user,
                    .was_paid = completed_.contains(number),
                    .holds_until = holds_until(number)};
  if (const auto entry = active_.find(number); entry != active_.end()) standing.stay = stay_of(number, entry->second);
  return standing;
}

TicketView ConcertQueue::look_locked(const Ticket& ticket, const Standing& standing, TimePoint now, double unit) {
  const std::int64_t number = ticket.number.value;
  if (is_sign_of_life(room_, standing, now)) active_.at(number).presence->is_seen(now);
  return view_ticket(
      room_, row_, standing, {.number = number, .position = position(number), .free_places = free_places()}, now, unit);
}

TicketView ConcertQueue::look(const Ticket& ticket, TimePoint now, double unit) {
  const MutexLock lock(mutex_);
  const TicketView view = look_locked(ticket, standing_of(ticket), now, unit);
  // Also while the queue is off and the ticket is shown as ACTIVE: when it is on again, the place counts from the last poll.
  const ListedTicket* listed = tickets_.find(ticket.number.value);
  const bool waits = listed != nullptr && listed->user == ticket.user && listed->ticket_state() == TicketState::waiting;
  if (waits && ticket.number.value <= row_.front) polled_[ticket.number.value] = now;
  return view;
}

// The answer of refuse_entry() to a person who is inside and may hold, found without the lock. Each fact in it is as of one of
// the moments of this call, and none of them can come back once it is gone.
bool ConcertQueue::is_surely_inside(const Ticket& ticket, TimePoint now) const {
  LiveStay* presence = recent_stays().find(number_, ticket);
  if (presence == nullptr || !is_enabled_.load(std::memory_order_acquire)) return false;
  if (now >= may_hold_until(fixed_, {.admitted_at = presence->admitted_at, .seen_at = presence->seen_at()})) return false;
  presence->is_seen(now);
  return true;
}

std::optional<Refusal> ConcertQueue::refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) {
  if (is_surely_inside(ticket, now)) return {};
  const MutexLock lock(mutex_);
  const Standing standing = standing_of(ticket);
  auto refusal = frontrow::refuse_entry(room_, standing, look_locked(ticket, standing, now, unit), purpose, now);
  if (standing.is_live && standing.stay && !refusal)
    recent_stays().keep(number_, ticket.number, active_.at(ticket.number.value).presence);
  return refusal;
}

bool ConcertQueue::knows(const Ticket& ticket, Purpose, TimePoint) const {
  const std::int64_t number = ticket.number.value;
  if (number > loaded_upto_.load(std::memory_order_relaxed)) return true;
  const MutexLock lock(mutex_);
  return tickets_.find(number) != nullptr || completed_.contains(number) || asked_.contains(number);
}

void ConcertQueue::learn(TicketNumber number, bool was_paid) {
  const MutexLock lock(mutex_);
  if (number.value > loaded_upto_) return;
  asked_.insert(number.value);
  if (was_paid) completed_.insert(number.value);
}

QueueCounts ConcertQueue::counts() const {
  const MutexLock lock(mutex_);
  return {.tail = row_.tail,
          .front = row_.front,
          .waiting = static_cast<std::int64_t>(tickets_.live() - active_.size()),
          .active = static_cast<std::int64_t>(active_.size())};
}

bool ConcertQueue::wants_tick(TimePoint now) const {
  const MutexLock lock(mutex_);
  if (!finished_.empty() || room_.settings.enabled != row_.is_on) return true;
  if (!room_.settings.enabled) return false;
  const bool may_call = row_.front < row_.tail && room_.booking.is_open(now);
  return may_call || !active_.empty() || row_.active != 0 || row_.late < row_.front || called_.next_after(0) != 0;
}

bool ConcertQueue::has_tickets_to_end() const {
  const MutexLock lock(mutex_);
  if (tickets_.live() == 0) return row_.front < row_.tail;
  std::size_t holding = 0;
  for (const auto& [number, made] : holds_) holding += tickets_.find(number) != nullptr;
  return tickets_.live() > holding;
}

void ConcertQueue::change_concert(const Concert& concert) {
  const MutexLock lock(mutex_);
  room_.settings = concert.queue;
  room_.booking = concert.booking;
  is_enabled_ = concert.queue.enabled;
}

void ConcertQueue::add_to_memory(const TicketRow& row, TimePoint now) {
  const std::int64_t number = row.number.value;
  ListedTicket* listed = tickets_.find(number);
  if (listed == nullptr) {
    tickets_.append(number,
                    {.user = row.user,
                     .issued_s = static_cast<std::uint32_t>(row.issued_at.time_since_epoch().count() / 1'000),
                     .state = static_cast<std::uint32_t>(TicketState::waiting)});
    listed = tickets_.find(number);
  }
  if (row.state != TicketState::active || listed->ticket_state() == TicketState::active) return;
  listed->state = static_cast<std::uint32_t>(TicketState::active);
  called_.erase(number);
  refused_.erase(number);
  polled_.erase(number);
  active_[number] = {.user = row.user,
                     .issued_at = row.issued_at,
                     .admitted_at = row.admitted_at,
                     .presence = std::make_shared<LiveStay>(row.user, row.admitted_at, now)};
  admitted_ms_ += (row.admitted_at - loaded_at_).count();
}

void ConcertQueue::end_in_memory(std::int64_t number) {
  if (number > row_.front) gone_.insert(number);
  called_.erase(number);
  refused_.erase(number);
  polled_.erase(number);
  if (const auto entry = active_.find(number); entry != active_.end()) {
    admitted_ms_ -= (entry->second.admitted_at - loaded_at_).count();
    entry->second.presence->end();
    active_.erase(entry);
  }
  if (tickets_.find(number) != nullptr) tickets_.end(number);
}

void ConcertQueue::apply(const QueueChange& change, TimePoint now) {
  const MutexLock lock(mutex_);
  row_ = change.row;
  for (const auto& [number, row] : change.tickets) {
    if (row.state != TicketState::ended) {
      add_to_memory(row, now);
      continue;
    }
    end_in_memory(number.value);
    std::erase_if(finished_, [&](const TicketRow& finished) { return finished.number == number; });
  }
  for (std::int64_t number = change.before.front + 1; number <= row_.front; ++number)
    if (const ListedTicket* listed = tickets_.find(number); listed != nullptr && listed->ticket_state() == TicketState::waiting)
      called_.insert(number);
  for (const auto& [number, back_by] : change.promises)
    if (called_.contains(number.value)) refused_[number.value] = back_by;
}

void ConcertQueue::hold_began(TicketNumber number, ReservationId reservation, TimePoint expires_at) {
  const MutexLock lock(mutex_);
  holds_[number.value].push_back({reservation, expires_at});
}

void ConcertQueue::hold_ended(TicketNumber number, ReservationId reservation, bool was_paid) {
  const MutexLock lock(mutex_);
  if (was_paid) completed_.insert(number.value);
  if (const auto made = holds_.find(number.value); made != holds_.end()) {
    std::erase_if(made->second, [&](const LiveHold& hold) { return hold.reservation == reservation; });
    if (made->second.empty()) holds_.erase(made);
  }
  finish_if_paid(number.value);
}

// A ticket with a payment is completed once no other hold made with it is left, in whatever order the holds ended: a restart would
// find the same. A ticket without a payment is left to its ordinary times.
void ConcertQueue::finish_if_paid(std::int64_t number) {
  const ListedTicket* listed = tickets_.find(number);
  if (listed == nullptr || !completed_.contains(number) || holds_.contains(number)) return;
  finished_.push_back({.number = {number}, .user = listed->user, .state = TicketState::ended, .issued_at = listed->issued_at()});
  end_in_memory(number);
}

}  // namespace frontrow
