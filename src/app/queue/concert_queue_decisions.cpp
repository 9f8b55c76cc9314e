// The writer's questions to the rule about a queue, and the facts for them: the committed tickets overlaid with the batch. Nothing
// in here changes memory; ConcertQueue::apply does, after the commit.
#include <algorithm>

#include "app/queue/concert_queue.hpp"

namespace frontrow {

namespace {

constexpr std::size_t kMaxLiveTickets = 12'000'000;  // about 300 MB
constexpr std::int64_t kMaxNumber = 0xFFFF'FFF0;     // TicketList keeps the low 32 bits
constexpr std::int64_t kLooksPerEnd = 8;

}  // namespace

class ConcertQueue::Facts final : public TickFacts {
 public:
  Facts(const ConcertQueue& queue, const QueueChange& change) : queue_(queue), change_(change) {}

  std::int64_t expected_below(const QueueRow& row, std::int64_t below, TimePoint now, std::int64_t) const override
      REQUIRES(queue_.mutex_) {
    return waiting_between(row.late, std::min(below, row.front + 1)) + refused(0, std::min(below, row.late + 1), now);
  }

  Expected expected(const QueueRow& row, TimePoint now) const override REQUIRES(queue_.mutex_) {
    const std::int64_t back_again = refused(row.late, row.front + 1, now);
    return {.called = waiting_between(row.late, row.front + 1) - back_again, .refused = back_again + refused(0, row.late + 1, now)};
  }

  Inside inside(TimePoint now) const override REQUIRES(queue_.mutex_) {
    auto people = static_cast<std::int64_t>(queue_.active_.size());
    std::int64_t admitted_ms = queue_.admitted_ms_;
    for (const auto& [number, row] : change_.tickets) {
      const auto before = queue_.active_.find(number.value);
      const bool was_in = before != queue_.active_.end(), is_in = row.state == TicketState::active;
      if (was_in == is_in) continue;
      const TimePoint since = is_in ? row.admitted_at : before->second.admitted_at;
      people += is_in ? 1 : -1;
      admitted_ms += (is_in ? 1 : -1) * (since - queue_.loaded_at_).count();
    }
    const auto total = people * (now - queue_.loaded_at_).count() - admitted_ms;
    return {.people = people, .seconds = static_cast<double>(total) / 1'000};
  }

  std::int64_t missing(std::int64_t after, std::int64_t upto) const override REQUIRES(queue_.mutex_) {
    return waiting_between(after, upto + 1) - refused(after, upto + 1, TimePoint::min());
  }

  Reach reach(std::int64_t front, std::int64_t count) const override REQUIRES(queue_.mutex_) {
    Reach reach{.number = front, .people = 0};
    for (std::int64_t number = front + 1; number <= change_.row.tail && reach.people < count; ++number) {
      const TicketRow* touched = change_.find({number});
      const bool waits = touched != nullptr ? touched->state == TicketState::waiting : queue_.tickets_.find(number) != nullptr;
      if (waits) reach.number = number, ++reach.people;
    }
    return reach;
  }

 private:
  // Called people who wait, after < number < before; those called in this batch included.
  std::int64_t waiting_between(std::int64_t after, std::int64_t before) const REQUIRES(queue_.mutex_) {
    if (before - after < 2) return 0;
    std::int64_t people = queue_.called_.count_between(after, before);
    const std::int64_t news = std::max(after, change_.before.front);  // called in this batch: above it
    if (before - news > 1) people += before - news - 1 - queue_.gone_.count_between(news, before);
    for (auto touched = change_.tickets.upper_bound({after}); touched != change_.tickets.end() && touched->first.value < before;
         ++touched) {
      if (touched->second.state == TicketState::waiting) continue;
      const std::int64_t number = touched->first.value;
      people -= number > change_.before.front ? !queue_.gone_.contains(number) : queue_.called_.contains(number);
    }
    return people;
  }

  // The called people between the two numbers who found no place and are expected again at `now` or later.
  std::int64_t refused(std::int64_t after, std::int64_t before, TimePoint now) const REQUIRES(queue_.mutex_) {
    std::int64_t people = 0;
    for (auto at = queue_.refused_.upper_bound(after); at != queue_.refused_.end() && at->first < before; ++at)
      people += at->second >= now && change_.find({at->first}) == nullptr && !change_.promises.contains({at->first});
    for (auto at = change_.promises.upper_bound({after}); at != change_.promises.end() && at->first.value < before; ++at)
      people += at->second >= now && change_.find(at->first) == nullptr;
    return people;
  }

  const ConcertQueue& queue_;
  const QueueChange& change_;
};

QueueChange& ConcertQueue::change_of(WorkingSet& set) const {
  QueueChange& change = set.queue(concert_, row_);
  change.is_touched = true;
  return change;
}

TicketRow ConcertQueue::row_of(std::int64_t number, const ListedTicket& listed) const {
  const auto refused = refused_.find(number);
  return {.number = {number},
          .user = listed.user,
          .state = listed.ticket_state(),
          .issued_at = listed.issued_at(),
          .back_by = refused == refused_.end() ? TimePoint{} : refused->second};
}

bool ConcertQueue::has_place(WorkingSet& set, UserId user) const {
  const MutexLock lock(mutex_);
  const QueueChange& change = set.queue(concert_, row_);
  if (change.find_live(user) != nullptr) return true;
  const std::int64_t number = tickets_.number_of(user);
  return number != 0 && ended_stay(number, set.now) == nullptr && change.find({number}) == nullptr;
}

Result<TicketRow> ConcertQueue::join(WorkingSet& set, UserId user) {
  const MutexLock lock(mutex_);
  QueueChange& change = set.queue(concert_, row_);
  if (const TicketRow* row = change.find_live(user)) return *row;
  const std::int64_t number = tickets_.number_of(user);
  const Active* over = number == 0 ? nullptr : ended_stay(number, set.now);
  if (number != 0 && over == nullptr && change.find({number}) == nullptr) return row_of(number, *tickets_.find(number));
  if (tickets_.live() + change.tickets.size() >= kMaxLiveTickets || change.row.tail >= kMaxNumber)
    return refuse(Refusal{.code = ErrorCode::overloaded, .retry_after = kMaxPollAfter});
  auto joined = frontrow::join(room_, change.row, user, Facts{*this, change}, set.now);
  if (!joined) return joined;
  change.is_touched = true;
  for (const TicketRow& row : finished_)  // the place before this one, if no tick has ended it in the store yet
    if (row.user == user) change.put(row);
  if (over != nullptr) change.put({.number = {number}, .user = user, .state = TicketState::ended, .issued_at = over->issued_at});
  change.put(*joined);
  if (joined->state == TicketState::active) set.add_admission(concert_, *joined);
  return joined;
}

std::optional<Refusal> ConcertQueue::refuse_ended(const WorkingSet&, TicketNumber number, UserId) const {
  const MutexLock lock(mutex_);
  if (tickets_.find(number.value) != nullptr) return {};
  return Refusal{.code = completed_.contains(number.value) ? ErrorCode::queue_token_completed : ErrorCode::queue_token_expired};
}

std::int64_t ConcertQueue::tail_in(WorkingSet& set) const {
  const MutexLock lock(mutex_);
  return set.queue(concert_, row_).row.tail;
}

void ConcertQueue::claim(WorkingSet& set, TicketNumber number, UserId user) {
  const MutexLock lock(mutex_);
  const ListedTicket* listed = tickets_.find(number.value);
  if (listed == nullptr || listed->user != user) return;
  QueueChange& change = change_of(set);
  if (change.find(number) != nullptr) return;  // claimed, left or lapsed earlier in this batch
  TicketRow row = row_of(number.value, *listed);
  if (const auto promised = change.promises.find(number); promised != change.promises.end()) row.back_by = promised->second;
  if (!frontrow::claim(room_, change.row, row, Facts{*this, change}, set.now)) return;
  if (row.state != TicketState::active) {
    change.promises[number] = row.back_by;
    return;
  }
  change.put(row);
  set.add_admission(concert_, row);
}

void ConcertQueue::leave(WorkingSet& set, TicketNumber number, UserId user) {
  const MutexLock lock(mutex_);
  if (!number) number = {tickets_.number_of(user)};
  const ListedTicket* listed = tickets_.find(number.value);
  if (listed == nullptr || listed->user != user) return;
  change_of(set).put({.number = number, .user = user, .state = TicketState::ended, .issued_at = listed->issued_at()});
}

Verdict ConcertQueue::tick(WorkingSet& set, std::optional<std::int64_t> free_seats) {
  const MutexLock lock(mutex_);
  QueueChange& change = change_of(set);
  for (const TicketRow& row : finished_) change.put(row);
  follow_switch(room_, change.row, set.now);  // before any place ends
  end_lapsed(change, set.now);
  frontrow::tick(room_, change.row, Facts{*this, change}, free_seats, set.now);
  return Verdict::decided;
}

void ConcertQueue::end_lapsed(QueueChange& change, TimePoint now) const {
  for (const auto& [number, active] : active_)
    if (has_stay_ended(room_, stay_of(number, active), now) && change.find({number}) == nullptr)
      change.put({.number = {number}, .user = active.user, .state = TicketState::ended, .issued_at = active.issued_at});
  for (std::int64_t number = called_.next_after(0); number != 0 && number <= change.row.lapsed;
       number = called_.next_after(number)) {
    TicketRow row = row_of(number, *tickets_.find(number));
    if (const auto polled = polled_.find(number); polled != polled_.end()) row.back_by = std::max(row.back_by, polled->second);
    if (!has_place_lapsed(room_, change.row, row, now) || change.find({number}) != nullptr) continue;
    row.state = TicketState::ended;
    change.put(row);
  }
}

// Looks at a few numbers more than it may end, so that a long line of tickets with holds costs a look each second and no more.
void ConcertQueue::end_tickets(WorkingSet& set, int limit) {
  const MutexLock lock(mutex_);
  QueueChange& change = change_of(set);
  std::int64_t number = std::max(end_from_, tickets_.first());
  std::size_t ended = 0;
  for (const std::int64_t stop = number + kLooksPerEnd * limit; number <= row_.tail && number < stop && limit > 0; ++number) {
    const ListedTicket* listed = tickets_.find(number);
    if (listed == nullptr || holds_until(number) > set.now || change.find({number}) != nullptr) continue;
    change.put({.number = {number}, .user = listed->user, .state = TicketState::ended, .issued_at = listed->issued_at()});
    ++ended, --limit;
  }
  end_from_ = number > row_.tail ? 0 : number;
  // No start has to find out again which of the numbers behind the front are gone.
  if (ended == tickets_.live() && change.row.tail == row_.tail) pass(change.row, change.row.tail);
}

}  // namespace frontrow
