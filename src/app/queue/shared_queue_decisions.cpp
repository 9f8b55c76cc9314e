// The writers' decisions about a queue whose truth is rows: the facts come from the rows that the batch has locked or read, and
// from questions to the store within its transaction.
#include <algorithm>

#include "app/queue/end_stays.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr std::int64_t kMaxNumber = 0xFFFF'FFF0;  // as in the embedded profile
constexpr std::int64_t kLookedUpAtOnce = 256;     // numbers; a multiple of it, so that a batch asks once
constexpr Duration kLease{2'000};                 // of the pod that ticks
constexpr std::int64_t kMayBeLost = 10'000;       // numbers that were given and that this pod has not heard of

}  // namespace

// The store's answers, overlaid with the decisions of this batch.
class RowFacts final : public TickFacts {
 public:
  RowFacts(StoredTickets& stored, ConcertId concert, const QueueChange& change)
      : stored_(stored), concert_(concert), change_(change) {}

  std::int64_t expected_below(const QueueRow& row, std::int64_t below, TimePoint now, std::int64_t enough) const override {
    const auto touched = static_cast<std::int64_t>(change_.tickets.size() + change_.promises.size());
    const std::int64_t limit = (enough + touched) / kLookedUpAtOnce * kLookedUpAtOnce + kLookedUpAtOnce;
    std::int64_t people = 0;
    for (const std::int64_t number : stored_.waiting(concert_, row.late, row.front, limit))
      people += number < below && change_.find({number}) == nullptr;
    if (people > enough) return people;
    for (const std::int64_t number : stored_.expected_again(concert_, row.late, now, limit))
      people += number < below && change_.find({number}) == nullptr && !change_.promises.contains({number});
    for (const auto& [number, back_by] : change_.promises)
      people += number.value < below && number.value <= row.late && back_by >= now && change_.find(number) == nullptr;
    return people;
  }

  // The rest is asked by a tick, which stands first in its batch.
  Expected expected(const QueueRow& row, TimePoint now) const override {
    const StoredTickets::Called called = stored_.called(concert_, row.late, row.front, now);
    const auto late = stored_.expected_again(concert_, row.late, now, kLookedUpAtOnce * kLookedUpAtOnce);
    return {.called = called.people - called.expected_again,
            .refused = called.expected_again + static_cast<std::int64_t>(late.size())};
  }
  Inside inside(TimePoint now) const override { return stored_.inside(concert_, now); }
  std::int64_t missing(std::int64_t after, std::int64_t upto) const override {
    return stored_.called(concert_, after, upto, TimePoint::max()).missing;
  }
  Reach reach(std::int64_t front, std::int64_t count) const override { return stored_.reach(concert_, front, count); }

 private:
  StoredTickets& stored_;
  const ConcertId concert_;
  const QueueChange& change_;
};

void SharedQueue::declare(Keys& keys, Step step, std::optional<UserId> user) const {
  if (step != Step::leave) keys.queues.push_back(concert_);
  if (user) keys.tickets.push_back({*user, concert_});
  if (step == Step::join) keys.holders.push_back({*user, concert_});
}

const TicketRow& SharedQueue::ticket_in(const WorkingSet& set, UserId user) const { return set.tickets.at({user, concert_}); }

// The row is older than the one this pod has shown: the store has lost commits, by a failover or from a backup. The shown row
// holds: no position grows, and no number is given twice.
QueueChange& SharedQueue::change_of(WorkingSet& set) const {
  QueueChange& change = set.queues.at(concert_);
  const QueueRow shown = row();
  if (shown.version <= change.row.version) return change;
  log_warn("the store has lost commits of a queue: its numbers go on above those that were shown",
           {{"concert", concert_.value}, {"shown", shown.version}, {"stored", change.row.version}});
  QueueRow& row = change.row;
  const std::int64_t tail = std::max(row.tail, shown.tail);
  row.tail = tail + kMayBeLost;
  for (std::int64_t number = tail + 1; number <= row.tail; ++number) change.left.push_back({number});
  row.front = std::max(row.front, shown.front);
  row.version = shown.version;
  return change;
}

std::int64_t SharedQueue::tail_in(WorkingSet& set) const { return change_of(set).row.tail; }

bool SharedQueue::has_place(WorkingSet& set, UserId user) const {
  const TicketRow& mine = ticket_in(set, user);
  const Room now_in_force = room();
  const bool is_over = mine.state == TicketState::active && now_in_force.settings.enabled &&
                       std::max(mine.admitted_at + now_in_force.limits.active, held_with(set, concert_, mine).until) <= set.now;
  return mine.number && mine.state != TicketState::ended && !is_over;
}

Result<TicketRow> SharedQueue::join(WorkingSet& set, UserId user) {
  QueueChange& change = change_of(set);
  if (has_place(set, user)) return ticket_in(set, user);
  const Room now_in_force = room();
  if (change.row.tail >= kMaxNumber) return refuse(Refusal{.code = ErrorCode::overloaded, .retry_after = kMaxPollAfter});
  auto joined = frontrow::join(now_in_force, change.row, user, RowFacts{*set.stored_tickets, concert_, change}, set.now);
  if (!joined) return joined;
  set.change_ticket(concert_, *joined);
  if (joined->state == TicketState::active) set.add_admission(concert_, *joined);
  return joined;
}

void SharedQueue::claim(WorkingSet& set, TicketNumber number, UserId user) {
  QueueChange& change = change_of(set);
  TicketRow row = ticket_in(set, user);
  const bool is_lost = !row.number;  // with a failover: the ticket is genuine, so it is entered again at its number
  if (is_lost) {
    if (!set.stored_tickets->waiting(concert_, number.value - 1, number.value, 1).empty()) return;
    row = {.number = number, .user = user, .issued_at = std::chrono::floor<std::chrono::seconds>(set.now)};
    change.row.tail = std::max(change.row.tail, number.value);
  }
  if (row.number != number || row.state != TicketState::waiting) return;
  const bool is_decided = frontrow::claim(room(), change.row, row, RowFacts{*set.stored_tickets, concert_, change}, set.now);
  if (!is_decided && !is_lost) return;
  if (row.state == TicketState::active || is_lost) {
    set.change_ticket(concert_, row);
    if (row.state == TicketState::active) set.add_admission(concert_, row);
    return;
  }
  set.tickets.at({user, concert_}) = row;
  change.promises[number] = row.back_by;
}

void SharedQueue::leave(WorkingSet& set, TicketNumber number, UserId user) {
  TicketRow row = ticket_in(set, user);
  if (!number) number = row.number;
  if (row.number != number || row.state == TicketState::ended) return;
  const bool did_wait = row.state == TicketState::waiting;
  row.state = TicketState::ended;
  set.change_ticket(concert_, row);
  if (did_wait) set.queues.at(concert_).left.push_back(number);
}

// The store answers its questions without the decisions of the batch, so the tick has to be the first. What this pod has heard of
// sales at the others may be a second old: nobody is called for seats that the store knows to be taken.
Verdict SharedQueue::tick(WorkingSet& set, std::optional<std::int64_t> free_seats) {
  QueueChange& change = change_of(set);
  QueueRow& row = change.row;
  if (!change.tickets.empty() || !change.promises.empty()) return Verdict::again;
  if (row.ticker != means_.pod && set.now < row.ticker_until) return Verdict::decided;
  if (row.ticker != means_.pod || row.ticker_until - set.now < kLease / 2) row.ticker_until = set.now + kLease;
  row.ticker = means_.pod;
  const RowFacts facts{*set.stored_tickets, concert_, change};
  if (free_seats && *free_seats > 0)
    if (const auto stored = set.stored_tickets->free_seats(concert_)) free_seats = std::min(*free_seats, *stored);
  frontrow::tick(room(), row, facts, free_seats, set.now);
  const Expected expected = facts.expected(row, set.now);
  row.expected = expected.called + expected.refused;
  return Verdict::decided;
}

std::optional<Refusal> SharedQueue::refuse_ended(const WorkingSet& set, TicketNumber number, UserId user) const {
  const TicketRow* row = set.ticket({user, concert_});
  if (row == nullptr || !row->number) return {};
  if (row->number != number) return Refusal{.code = ErrorCode::queue_token_expired};
  if (row->state == TicketState::ended)
    return Refusal{.code = row->was_paid ? ErrorCode::queue_token_completed : ErrorCode::queue_token_expired};
  const Room now_in_force = room();
  if (!now_in_force.settings.enabled) return {};
  if (row->state == TicketState::waiting)
    return Refusal{.code = ErrorCode::queue_token_not_active, .position = 1, .retry_after = kMinPollAfter};
  if (row->admitted_at + now_in_force.limits.active <= set.now) return Refusal{.code = ErrorCode::queue_token_expired};
  return {};
}

}  // namespace frontrow
