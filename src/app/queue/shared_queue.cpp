#include "app/queue/shared_queue.hpp"

#include <algorithm>

#include "app/commit/commits.hpp"
#include "app/queue/queue.hpp"

namespace frontrow {

namespace {

constexpr Duration kPollWhenActive{10'000};
constexpr Duration kBoardDelay{1'000};        // a board published so much later has what was told before
constexpr std::size_t kMaxGathered = 20'000;  // of joins and of claims; more are refused at the door
constexpr std::size_t kMaxSigns = 100'000;
constexpr std::size_t kMaxToldEnded = 200'000;  // forgotten beyond that, and asked again
constexpr std::size_t kFrontsKept = 1'200;

Refusal full() { return {.code = ErrorCode::overloaded, .retry_after = std::chrono::seconds{1}}; }

}  // namespace

SharedQueue::SharedQueue(const Concert& concert, const QueueLimits& limits, Commits& commits, std::function<void()> wake)
    : concert_(concert.id),
      limits_(limits),
      commits_(commits),
      wake_(std::move(wake)),
      rules_{.settings = concert.queue, .booking = concert.booking, .limits = limits} {}

// Looking.

const InsidePlace* SharedQueue::inside(TicketNumber number) const {
  if (const auto told = told_inside_.find(number); told != told_inside_.end()) return &told->second;
  return board_->find(number);
}

Duration SharedQueue::poll_when_active() const { return std::clamp(limits_.idle / 3, kMinPollAfter, kPollWhenActive); }

void SharedQueue::sign(TicketNumber number, TimePoint now, TimePoint back_by) {
  if (signs_.size() < kMaxSigns || signs_.contains(number)) {
    Sign& sign = signs_[number];
    sign.number = number, sign.seen_at = now, sign.back_by = back_by;
  }
}

// Fewer are ahead by those who went since the board was published.
std::int64_t SharedQueue::position(TicketNumber number) const {
  const auto first = std::ranges::upper_bound(told_gone_, board_->front), last = std::ranges::lower_bound(told_gone_, number.value);
  return std::max<std::int64_t>(1, board_->position(number) - std::max<std::int64_t>(0, last - first));
}

TicketView SharedQueue::view_of_waiting(TicketNumber number, TimePoint now, double unit) {
  const bool is_called = number.value <= board_->front;
  TicketView view{.status = TicketStatus::waiting, .position = position(number)};
  const Duration wait = board_->estimated_wait(number, rules_, now);
  view.estimated_wait = WaitRange{wait, wait};
  view.poll_after = is_called ? kRetryWhenCalled : poll_after(wait, unit);
  view.may_claim = board_->epoch == 0 || board_->needs_claim(number, now);
  if (board_->is_near(number, rules_, now)) sign(number, now, now + view.poll_after);
  return view;
}

TicketView SharedQueue::look_locked(const Ticket& ticket, TimePoint now, double unit) {
  const TicketNumber number = ticket.number;
  const InsidePlace* place = inside(number);
  if (place != nullptr && place->user != ticket.user) place = nullptr;
  const auto held = holds_.find(number);
  const TimePoint holds_until =
      std::max(place == nullptr ? TimePoint{} : place->holds_until, held == holds_.end() ? TimePoint{} : held->second);
  if (const auto told = told_ended_.find(number); told != told_ended_.end()) return {.status = told->second};
  const bool is_open_to_all = !rules_.settings.enabled && rules_.booking.has_opened(now);
  if ((place == nullptr || is_open_to_all) && rules_.booking.has_closed(now)) return {.status = TicketStatus::expired};
  if (is_open_to_all)
    return {.status = TicketStatus::active, .poll_after = poll_when_active(), .expires_at = rules_.booking.closes_at};
  if (place == nullptr && is_away_ && number.value <= board_->front && rules_.booking.is_open(now))
    return {.status = TicketStatus::active, .poll_after = poll_when_active(), .expires_at = {}};
  if (place == nullptr) return view_of_waiting(number, now, unit);
  const bool may_hold = now < place->may_hold_until(limits_);
  if (!may_hold && holds_until <= now) return {.status = TicketStatus::expired};
  if (may_hold) sign(number, now, {});
  const TimePoint end = may_hold ? std::max(place->admitted_at + limits_.active, holds_until) : holds_until;
  return {.status = TicketStatus::active, .poll_after = poll_when_active(), .expires_at = end};
}

TicketView SharedQueue::look(const Ticket& ticket, TimePoint now, double unit) {
  const std::lock_guard lock(mutex_);
  return look_locked(ticket, now, unit);
}

std::optional<Refusal> SharedQueue::refuse_entry(const Ticket& ticket, Purpose purpose, TimePoint now, double unit) {
  const std::lock_guard lock(mutex_);
  const TicketView view = look_locked(ticket, now, unit);
  const InsidePlace* place = inside(ticket.number);
  const auto held = holds_.find(ticket.number);
  const bool has_hold = (held != holds_.end() && now < held->second) || (place != nullptr && now < place->holds_until);
  // Completed is a ticket only when no hold is left: what the board says of one is from before.
  if (purpose == Purpose::look && has_hold && view.status != TicketStatus::completed) return {};
  switch (view.status) {
    case TicketStatus::completed: return Refusal{.code = ErrorCode::queue_token_completed};
    case TicketStatus::expired: return Refusal{.code = ErrorCode::queue_token_expired};
    case TicketStatus::waiting:
      return Refusal{.code = ErrorCode::queue_token_not_active, .position = view.position, .retry_after = view.poll_after};
    case TicketStatus::active: break;
  }
  const bool may_hold = !rules_.settings.enabled || place == nullptr || now < place->may_hold_until(limits_);
  if (purpose == Purpose::hold && !may_hold) return Refusal{.code = ErrorCode::queue_token_expired};
  return {};
}

std::optional<Refusal> SharedQueue::refuse_ended(TicketNumber number) const {
  const std::lock_guard lock(mutex_);
  const auto told = told_ended_.find(number);
  if (told == told_ended_.end()) return {};
  return Refusal{.code =
                     told->second == TicketStatus::completed ? ErrorCode::queue_token_completed : ErrorCode::queue_token_expired};
}

// A called number that is not on the board: let in through another pod a moment ago, ended, or not come yet.
bool SharedQueue::knows(const Ticket& ticket, TimePoint now) const {
  const std::lock_guard lock(mutex_);
  if (inside(ticket.number) != nullptr || told_ended_.contains(ticket.number)) return true;
  if (!rules_.settings.enabled || rules_.booking.has_closed(now)) return true;
  if (is_away_) return ticket.number.value <= board_->tail;
  return ticket.number.value <= board_->tail && !board_->needs_claim(ticket.number, now);
}

QueueCounts SharedQueue::counts() const {
  const std::lock_guard lock(mutex_);
  auto active = static_cast<std::int64_t>(board_->inside->size());
  active += std::ranges::count_if(told_inside_, [&](const auto& told) { return board_->find(told.first) == nullptr; });
  active -= std::ranges::count_if(told_gone_, [&](std::int64_t number) { return board_->find({number}) != nullptr; });
  const auto gone = std::ranges::count_if(told_gone_, [&](std::int64_t number) { return number > board_->front; });
  return {.tail = board_->tail,
          .front = board_->front,
          .waiting = std::max<std::int64_t>(0, board_->waiting() - gone),
          .active = active};
}

// Asking.

bool SharedQueue::is_overloaded() const {
  const std::lock_guard lock(mutex_);
  return gathered_.claims.size() >= kMaxGathered;
}

template <class Asked>
void SharedQueue::gather(std::vector<Asked> Gathered::* list, Asked asked) {
  bool is_full = false;
  {
    const std::lock_guard lock(mutex_);
    is_full = (gathered_.*list).size() >= kMaxGathered;
    if (!is_full) (gathered_.*list).push_back(std::move(asked));
  }
  if (is_full) return asked.done(refuse(full()));
  wake_();
}

void SharedQueue::submit_join(UserId user, std::optional<Idempotent> idempotent, std::string traceparent, Joined done) {
  if (!idempotent) return gather(&Gathered::joins, Join{user, {}, std::move(traceparent), std::move(done)});
  auto found = [self = shared_from_this(), user, key = *idempotent, traceparent = std::move(traceparent), done = std::move(done)](
                   Result<std::optional<JoinOutcome>> first) mutable {
    if (!first) return done(std::unexpected(std::move(first.error())));
    if (*first) return done(std::move(**first));
    self->gather(&Gathered::joins, Join{user, key, std::move(traceparent), std::move(done)});
  };
  commits_.submit(std::make_unique<FindJoin>(user, *idempotent, std::move(found)), CommandClass::join);
}

void SharedQueue::submit_claim(const Ticket& ticket, std::string traceparent, Done done) {
  gather(&Gathered::claims, Claim{ticket, true, std::move(traceparent), std::move(done)});
}

void SharedQueue::submit_ask(const Ticket& ticket, Done done) {
  gather(&Gathered::claims, Claim{ticket, false, {}, std::move(done)});
}

void SharedQueue::submit_leave(const Ticket& ticket, Done done) { gather(&Gathered::leaves, Leave{ticket, std::move(done)}); }

void SharedQueue::change_concert(const Concert& concert) {
  const std::lock_guard lock(mutex_);
  rules_.settings = concert.queue;
  rules_.booking = concert.booking;
}

void SharedQueue::hold_began(TicketNumber number, TimePoint expires_at) {
  const std::lock_guard lock(mutex_);
  TimePoint& until = holds_[number];
  until = std::max(until, expires_at);
  if (Sign& sign = signs_[number]; true) sign.number = number, sign.holds_until = until;
}

void SharedQueue::hold_ended(TicketNumber number, UserId user) {
  {
    const std::lock_guard lock(mutex_);
    holds_.erase(number);
    gathered_.freed.push_back({number, user});
  }
  wake_();
}

// The pod's loop.

SharedQueue::Gathered SharedQueue::take(bool with_signs) {
  const std::lock_guard lock(mutex_);
  Gathered taken = std::exchange(gathered_, {});
  if (!with_signs) return taken;
  for (auto& [number, sign] : std::exchange(signs_, {})) taken.signs.push_back(sign);
  return taken;
}

void SharedQueue::put_back(std::vector<Freed> freed) {
  const std::lock_guard lock(mutex_);
  gathered_.freed.insert(gathered_.freed.end(), freed.begin(), freed.end());
}

RoomRules SharedQueue::rules() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

RoomMarks SharedQueue::marks() const {
  const std::lock_guard lock(mutex_);
  return marks_;
}

void SharedQueue::set_marks(const RoomMarks& marks) {
  const std::lock_guard lock(mutex_);
  marks_ = marks;
}

std::shared_ptr<const Board> SharedQueue::board() const {
  const std::lock_guard lock(mutex_);
  return board_;
}

NumberSet SharedQueue::gone() const {
  const std::lock_guard lock(mutex_);
  NumberSet all = *board_->gone;
  for (const std::int64_t number : told_gone_) all.insert(number);
  return all;
}

void SharedQueue::show(std::shared_ptr<const Board> board) {
  const std::lock_guard lock(mutex_);
  if (board->epoch == board_->epoch && board->published_at < board_->published_at) return;
  board_ = std::move(board);
  told_gone_.clear();
  std::erase_if(told_inside_, [&](const auto& entry) {
    return board_->find(entry.first) != nullptr || entry.second.seen_at + kBoardDelay < board_->published_at;
  });
  std::erase_if(holds_, [&](const auto& entry) { return entry.second <= board_->published_at; });
  if (fronts_.empty() || fronts_.back().second != board_->front) fronts_.emplace_back(board_->published_at, board_->front);
  if (fronts_.size() > kFrontsKept) fronts_.erase(fronts_.begin(), fronts_.begin() + kFrontsKept / 2);
}

void SharedQueue::set_away(bool is_away) {
  const std::lock_guard lock(mutex_);
  is_away_ = is_away;
}

std::int64_t SharedQueue::called_before(TimePoint time) const {
  const std::lock_guard lock(mutex_);
  std::int64_t front = 0;
  for (const auto& [at, seen] : fronts_)
    if (at <= time) front = seen;
  return front;
}

// Nobody is inside who has not been called.
void SharedQueue::know_inside(const InsidePlace& place) {
  told_inside_[place.number] = place;
  told_ended_.erase(place.number);
  std::erase(told_gone_, place.number.value);
  move_board_to(place.number.value, place.number.value);
}

void SharedQueue::know_ended(TicketNumber number, TicketStatus how) {
  told_inside_.erase(number);
  if (told_ended_.size() >= kMaxToldEnded) told_ended_.clear();
  told_ended_[number] = how;
  const auto at = std::ranges::lower_bound(told_gone_, number.value);
  const bool is_known = (at != told_gone_.end() && *at == number.value) || board_->is_gone(number);
  if (!is_known) told_gone_.insert(at, number.value);
}

// Until the next one is published.
void SharedQueue::move_board_to(std::int64_t tail, std::int64_t front) {
  if (tail <= board_->tail && front <= board_->front) return;
  auto longer = std::make_shared<Board>(*board_);
  longer->tail = std::max(longer->tail, tail);
  longer->front = std::max(longer->front, front);
  board_ = std::move(longer);
}

void SharedQueue::placed(const JoinedPlace& place) {
  const std::lock_guard lock(mutex_);
  if (place.inside) return know_inside(*place.inside);
  move_board_to(place.number.value, 0);
}

void SharedQueue::stands(const Ticket& ticket, const Standing& standing) {
  const std::lock_guard lock(mutex_);
  if (standing.inside) return know_inside(*standing.inside);
  if (standing.status == TicketStatus::waiting || standing.status == TicketStatus::active) return;
  know_ended(ticket.number, standing.status);
}

void SharedQueue::ended(TicketNumber number, TicketStatus how) {
  const std::lock_guard lock(mutex_);
  know_ended(number, how);
}

}  // namespace frontrow
