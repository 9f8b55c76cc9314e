// What the writer decides about a queue: who gets a number, who may come in, whose time is over. Nothing here is done before it is
// committed; ConcertQueue::apply does it then. Only presence (expected, absent) and rates change at once.
#include <algorithm>
#include <cmath>

#include "app/queue/concert_queue.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kMaxLiveTickets = 4'000'000;  // about 100 MB
constexpr std::int64_t kMaxNumber = 0xFFFF'FFF0;    // TicketList keeps the low 32 bits
constexpr std::int64_t kLooksPerEnd = 8;
constexpr Duration kGrace{1'000};    // a promised poll may be this late
constexpr double kRateSeconds = 10;  // memory of the claim rate
constexpr Duration kRateSample{1'000};
constexpr Duration kStaleSample{5'000};  // nobody ticked: there was nothing to measure

}  // namespace

// What is free of places and of tokens, those included that are kept for people who were called.
std::int64_t ConcertQueue::places(const QueueChange& change) const {
  return settings_.max_active - static_cast<std::int64_t>(active_.size()) - change.admitted;
}

double ConcertQueue::tokens(const QueueChange& change, TimePoint now) const {
  return bucket_.available(now, settings_.admissions_per_second) - change.admitted;
}

// One place and one token for each: called before this batch and not come in it, or called in it.
std::int64_t ConcertQueue::kept(const QueueChange& change) const {
  return static_cast<std::int64_t>(expected_.size()) - change.came + change.called;
}

// Of those, for people who have kept every promise so far.
std::int64_t ConcertQueue::kept_on_time(const QueueChange& change) const {
  return change.called + std::ranges::count_if(expected_, [&](const Expected& expected) {
           return !expected.was_absent && change.find({expected.number}) == nullptr;
         });
}

bool ConcertQueue::has_room(const QueueChange& change, std::int64_t kept_for_others, TimePoint now) const {
  return places(change) - kept_for_others >= 1 && tokens(change, now) - static_cast<double>(kept_for_others) >= 1;
}

void ConcertQueue::admit(WorkingSet& set, QueueChange& change, TicketRow row) const {
  row.state = TicketState::active;
  row.admitted_at = set.now;
  ++change.admitted;
  change.put(row);
  set.events.push_back(
      {.type = EventType::queue_activated, .occurred_at = set.now, .concert = concert_, .ticket = row.number, .user = row.user});
}

Result<TicketRow> ConcertQueue::join(WorkingSet& set, UserId user) {
  const std::lock_guard lock(mutex_);
  QueueChange& change = change_of(set);
  if (const TicketRow* row = change.find_live(user)) return *row;
  const std::int64_t number = tickets_.number_of(user);
  const Active* over = number == 0 ? nullptr : lapsed(number, set.now);
  if (number != 0 && over == nullptr && change.find({number}) == nullptr) {
    const ListedTicket& listed = *tickets_.find(number);
    return TicketRow{.number = {number}, .user = user, .state = listed.ticket_state(), .issued_at = listed.issued_at()};
  }
  if (booking_.has_closed(set.now)) return refuse(ErrorCode::booking_not_open);
  if (tickets_.live() + change.tickets.size() >= kMaxLiveTickets || change.tail >= kMaxNumber)
    return refuse(Refusal{.code = ErrorCode::overloaded, .retry_after = kMaxPollAfter});
  for (const TicketRow& row : finished_)  // the place before this one, if no tick has ended it in the store yet
    if (row.user == user) change.put(row);
  if (over != nullptr) change.put({.number = {number}, .user = user, .state = TicketState::ended, .issued_at = over->issued_at});
  const bool nobody_waits = change.front == change.tail;
  const TimePoint issued = std::chrono::floor<std::chrono::seconds>(set.now);  // a ticket carries whole seconds
  const TicketRow row{.number = {++change.tail}, .user = user, .issued_at = issued};
  if (settings_.enabled && nobody_waits && booking_.is_open(set.now) && has_room(change, kept(change), set.now)) {
    change.front = change.tail;
    admit(set, change, row);
  } else {
    change.put(row);
  }
  return *change.find(row.number);
}

std::optional<Refusal> ConcertQueue::refuse_ended(TicketNumber number) const {
  const std::lock_guard lock(mutex_);
  if (tickets_.find(number.value) != nullptr) return {};
  return Refusal{.code = completed_.contains(number.value) ? ErrorCode::queue_token_completed : ErrorCode::queue_token_expired};
}

std::int64_t ConcertQueue::tail_in(WorkingSet& set) const {
  const std::lock_guard lock(mutex_);
  return change_of(set).tail;
}

void ConcertQueue::claim(WorkingSet& set, TicketNumber number, UserId user) {
  const std::lock_guard lock(mutex_);
  const ListedTicket* listed = tickets_.find(number.value);
  if (listed == nullptr || listed->user != user || listed->ticket_state() != TicketState::waiting) return;
  if (number.value > front_ || !settings_.enabled || !booking_.is_open(set.now)) return;
  QueueChange& change = change_of(set);
  if (change.find(number) != nullptr) return;  // claimed, left or lapsed earlier in this batch
  // Whoever comes as promised may take any free place; a latecomer one that is not kept for somebody, and else is expected again,
  // before new people are called.
  const auto expected = std::ranges::find(expected_, number.value, &Expected::number);
  const bool is_expected = expected != expected_.end();
  const bool is_on_time = is_expected && !expected->was_absent;
  if (!has_room(change, is_on_time ? 0 : is_expected ? kept_on_time(change) : kept(change), set.now)) {
    if (!is_expected) expected_.push_back({.number = number.value, .was_absent = true});
    return;
  }
  if (is_expected) ++change.came;
  admit(set, change, {.number = number, .user = user, .issued_at = listed->issued_at()});
}

void ConcertQueue::leave(WorkingSet& set, TicketNumber number, UserId user) {
  const std::lock_guard lock(mutex_);
  const ListedTicket* listed = tickets_.find(number.value);
  if (listed == nullptr || listed->user != user) return;
  change_of(set).put({.number = number, .user = user, .state = TicketState::ended, .issued_at = listed->issued_at()});
}

void ConcertQueue::tick(WorkingSet& set) {
  const std::lock_guard lock(mutex_);
  QueueChange& change = change_of(set);
  for (const TicketRow& row : finished_) change.put(row);
  if (!settings_.enabled) return;  // everybody may enter: nobody is called, nobody's time runs out
  settle_promises(change, set.now);
  end_lapsed(change, set.now);
  call_next(change, set.now);
  measure_claims(set.now);
}

// How fast a queue moves can be seen only while somebody waits: without a queue the claims say how many come, not how many could.
void ConcertQueue::measure_claims(TimePoint now) {
  const Duration elapsed = now - claims_measured_at_;
  if (elapsed < kRateSample && front_ < tail_) return;
  const double seconds = std::chrono::duration<double>(elapsed).count();
  if (front_ == tail_) {
    claims_per_second_ = 0;
  } else if (elapsed < kStaleSample) {
    const double weight = claims_per_second_ == 0 ? 1 : 1 - std::exp(-seconds / kRateSeconds);
    claims_per_second_ += (claims_since_ / seconds - claims_per_second_) * weight;
  }
  claims_since_ = 0;
  claims_measured_at_ = now;
}

// Presence only: a promise that has passed frees the place that was kept for it. Who breaks a second one is absent already.
void ConcertQueue::settle_promises(const QueueChange& change, TimePoint now) {
  std::erase_if(expected_, [&](const Expected& expected) {
    if (change.find({expected.number}) != nullptr) return false;  // has come in this batch, and is counted as such
    const ListedTicket* listed = tickets_.find(expected.number);
    if (listed == nullptr || listed->ticket_state() != TicketState::waiting) return true;
    if (now <= due_of(*listed) + kGrace) return false;
    if (expected.was_absent) return true;
    no_show_.missed();
    // Somebody may have been silent for long before being called: the window begins with the call at the earliest.
    absent_.push_back({expected.number, now + limits_.return_window});
    return true;
  });
}

void ConcertQueue::end_lapsed(QueueChange& change, TimePoint now) {
  for (const auto& [number, active] : active_)
    if (has_lapsed(number, active, now) && change.find({number}) == nullptr)
      change.put({.number = {number}, .user = active.user, .state = TicketState::ended, .issued_at = active.issued_at});
  while (!absent_.empty() && absent_.front().lapses_at <= now) {
    const std::int64_t number = absent_.front().number;
    absent_.pop_front();
    const ListedTicket* listed = tickets_.find(number);
    if (listed == nullptr || listed->ticket_state() != TicketState::waiting) continue;
    TimePoint lapses_at = due_of(*listed) + limits_.return_window;
    if (lapses_at <= now) {
      if (change.find({number}) == nullptr)
        change.put({.number = {number}, .user = listed->user, .state = TicketState::ended, .issued_at = listed->issued_at()});
      lapses_at = now + kGrace;  // once more, in case this batch is not committed
    }
    absent_.push_back({number, lapses_at});
  }
}

// Looks at a few numbers more than it may end, so that a long line of tickets with holds costs a look each second and no more.
void ConcertQueue::end_tickets(WorkingSet& set, int limit) {
  const std::lock_guard lock(mutex_);
  QueueChange& change = change_of(set);
  std::int64_t number = std::max(end_from_, tickets_.first());
  std::size_t ended = 0;
  for (const std::int64_t stop = number + kLooksPerEnd * limit; number <= tail_ && number < stop && limit > 0; ++number) {
    const ListedTicket* listed = tickets_.find(number);
    if (listed == nullptr || holds_until(number) > set.now || change.find({number}) != nullptr) continue;
    change.put({.number = {number}, .user = listed->user, .state = TicketState::ended, .issued_at = listed->issued_at()});
    ++ended, --limit;
  }
  end_from_ = number > tail_ ? 0 : number;
  // No start has to find out again which of the numbers behind the front are gone.
  if (ended == tickets_.live() && change.tail == tail_) change.front = change.tail;
}

void ConcertQueue::call_next(QueueChange& change, TimePoint now) {
  if (!booking_.is_open(now)) return;
  const std::int64_t kept_already = kept(change);
  std::int64_t budget =
      admission_budget(places(change) - kept_already, tokens(change, now) - static_cast<double>(kept_already), no_show_.value());
  while (change.front < change.tail) {
    const bool is_gone = change.front + 1 <= tail_ && tickets_.find(change.front + 1) == nullptr;
    if (!is_gone && budget-- <= 0) break;
    if (!is_gone) ++change.called;
    ++change.front;
  }
}

}  // namespace frontrow
