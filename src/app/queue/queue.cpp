#include "app/queue/queue.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "app/commit/commits.hpp"
#include "app/queue/concert_queue.hpp"

namespace frontrow {

namespace {

JoinOutcome replayed(const IdempotencyRecord& first, UserId user) {
  return {.place = {.number = {first.result},
                    .user = user,
                    .state = static_cast<TicketState>(first.values[0]),
                    .issued_at = TimePoint{Duration{first.values[1]}}},
          .is_replay = true};
}

void remember(WorkingSet& set, const Idempotent& idempotent, const TicketRow& place) {
  set.add_idempotency({.key = idempotent.key,
                       .fingerprint = idempotent.fingerprint,
                       .result = place.number.value,
                       .values = {static_cast<std::int64_t>(place.state), place.issued_at.time_since_epoch().count(), 0},
                       .created_at = set.now});
}

}  // namespace

JoinQueue::JoinQueue(std::shared_ptr<QueueDecisions> queue, UserId user, std::optional<Idempotent> idempotent, Done done)
    : CommandOf(std::move(done)), queue_(std::move(queue)), user_(user), idempotent_(std::move(idempotent)) {}

void JoinQueue::declare(Keys& keys) const {
  if (idempotent_) keys.idempotency.push_back(idempotent_->key);
  if (pass && !pass->refusal) keys.idempotency.push_back(pass->use);
  queue_->declare(keys, QueueDecisions::Step::join, user_);
}

std::optional<Refusal> JoinQueue::refuse_pass(WorkingSet& set) const {
  if (!pass || queue_->has_place(set, user_)) return {};  // asking again for one's place costs nothing
  if (pass->refusal) return pass->refusal;
  if (set.idempotency(pass->use) != nullptr) return Refusal{.code = ErrorCode::join_pass_used};
  return {};
}

namespace {

using EndedTickets = std::set<std::pair<ConcertId, TicketNumber>>;

// Of this batch.
EndedTickets ended_tickets(const WorkingSet& set, UserId user) {
  EndedTickets found;
  for (const auto& [concert, change] : set.queues)
    for (const auto& [number, row] : change.tickets)
      if (row.user == user && row.state == TicketState::ended) found.emplace(concert, number);
  return found;
}

}  // namespace

Verdict JoinQueue::decide(WorkingSet& set) {
  const auto replay = find_replay(set, idempotent_);
  if (!replay) return decided(std::unexpected(replay.error()));
  if (const IdempotencyRecord* first = *replay) return decided(replayed(*first, user_));
  if (auto refusal = refuse_pass(set)) return decided(std::unexpected(std::move(*refusal)));
  const std::int64_t tail_before = queue_->tail_in(set);
  auto place = queue_->join(set, user_);
  if (!place) return decided(std::unexpected(std::move(place.error())));
  const bool is_new = place->number.value > tail_before;
  if (idempotent_ && is_new) remember(set, *idempotent_, *place);
  if (pass && is_new) set.add_idempotency({.key = pass->use, .result = place->number.value, .created_at = set.now});
  return decided(JoinOutcome{*place, is_new});
}

Verdict ClaimPlace::decide(WorkingSet& set) {
  queue_->claim(set, number_, user_);
  return decided(Nothing{});
}

Verdict LeaveQueue::decide(WorkingSet& set) {
  if (actor.name.empty()) {  // it is the user
    queue_->leave(set, number_, user_);
    return decided(Nothing{});
  }
  const EndedTickets before = ended_tickets(set, user_);
  queue_->leave(set, number_, user_);
  for (const auto& [concert, number] : ended_tickets(set, user_))
    if (!before.contains({concert, number})) set.add_removal(user_, concert, number);
  return decided(Nothing{});
}

Verdict AskIfPaid::decide(WorkingSet& set) {
  return decided(std::ranges::any_of(set.reservations_of(ticket_.user), [&](const Reservation* reservation) {
    return reservation->concert == ticket_.concert && reservation->ticket == ticket_.number &&
           reservation->status == ReservationStatus::confirmed;
  }));
}

Verdict AdmitNext::decide(WorkingSet& set) {
  const Verdict verdict = queue_->tick(set, free_seats_);
  if (verdict == Verdict::decided) decided(Nothing{});
  return verdict;
}

void ConcertQueue::submit_join(UserId user, std::optional<Idempotent> idempotent, std::optional<ShownPass> pass,
                               std::string traceparent, Joined done) {
  auto command = std::make_unique<JoinQueue>(shared_from_this(), user, std::move(idempotent), std::move(done));
  command->pass = std::move(pass);
  command->traceparent = std::move(traceparent);
  commits_->submit(std::move(command), CommandClass::join);
}

void ConcertQueue::submit_claim(const Ticket& ticket, std::string traceparent, Done done) {
  auto command = std::make_unique<ClaimPlace>(shared_from_this(), ticket.number, ticket.user, std::move(done));
  command->traceparent = std::move(traceparent);
  commits_->submit(std::move(command), CommandClass::hold);
}

void ConcertQueue::submit_ask(const Ticket& ticket, Done done) {
  if (knows(ticket, Purpose::poll, {})) return done(Nothing{});
  auto told = [self = shared_from_this(), number = ticket.number, done = std::move(done)](Result<bool> was_paid) mutable {
    if (!was_paid) return done(std::unexpected(std::move(was_paid.error())));
    self->learn(number, *was_paid);
    done(Nothing{});
  };
  commits_->submit(std::make_unique<AskIfPaid>(ticket, std::move(told)), CommandClass::settle);
}

void ConcertQueue::submit_leave(const Ticket& ticket, Actor by, Done done) {
  auto command = std::make_unique<LeaveQueue>(shared_from_this(), ticket.number, ticket.user, std::move(done));
  command->actor = std::move(by);
  commits_->submit(std::move(command), CommandClass::settle);
}

void ConcertQueue::submit_tick(std::optional<std::int64_t> free_seats, TimePoint now) {
  if (wants_tick(now))
    commits_->submit(std::make_unique<AdmitNext>(shared_from_this(), free_seats, [](Result<Nothing>) {}), CommandClass::settle);
}

bool ConcertQueue::is_overloaded() const { return commits_->is_full_for(CommandClass::join); }

}  // namespace frontrow
