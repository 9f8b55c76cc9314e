#include "sim/auditor.hpp"

#include <algorithm>

#include "app/queue/queue.hpp"

namespace frontrow::sim {

Auditor::Auditor(Report& report, const Clock& clock, const std::string& database, const HoldLimits& holds,
                 const QueueLimits& queues)
    : report_(report),
      clock_(clock),
      queue_limits_(queues),
      connection_(database, sqlite::Access::read_only, {}),
      events_(connection_,
              "SELECT e.id, type, reservation_id, seq, occurred_at, concert_id, ticket, user_id,"
              " (SELECT p.id FROM payments p WHERE type = 4 AND p.reservation_id = e.reservation_id)"
              " FROM events e WHERE e.id > ?1 ORDER BY e.id"),
      model_(report, holds) {}

QueueModel& Auditor::queue(ConcertId concert) {
  return queues_.try_emplace(concert, report_, concert, queue_limits_).first->second;
}

void Auditor::crashed() {
  ops_.clear();
  decided_.clear();
  is_checked_ = true;
  live_ = nullptr;
}

void Auditor::reloaded(bool is_new_process) {
  const TimePoint now = clock_.now();
  for (auto& [id, queue] : queues_) queue.reload(now, is_new_process);
  check_memory();
}

// A batch.

void Auditor::decided(const Command* command, TimePoint now) {
  decided_at_ = now;
  const auto at = ops_.find(command);
  Decided entry{.command = command, .op = at == ops_.end() ? nullptr : at->second};
  if (dynamic_cast<const ExpireReservations*>(command) != nullptr) {
    Keys keys;
    command->declare(keys);
    entry.due = std::move(keys.reservations);
  }
  entry.is_tick = dynamic_cast<const AdmitNext*>(command) != nullptr;
  decided_.push_back(std::move(entry));
}

const Op* Auditor::find(const Command* command) const {
  const auto at = ops_.find(command);
  return at == ops_.end() ? nullptr : at->second.get();
}

std::vector<ToldEvent> Auditor::read_events(Activations& activations) {
  std::vector<ToldEvent> told;
  sqlite::Rows rows = events_.rows(model_.last_event);
  while (rows.next()) {
    const EventId id = rows.id<EventId>(0);
    if (id.value != model_.last_event.value + 1) report_.broken("E1", "event {} follows {}", id.value, model_.last_event.value);
    model_.last_event = id;
    if (rows.integer(1) == 5) {
      activations[rows.id<ConcertId>(5)].insert(rows.integer(6));
      continue;
    }
    told.push_back({.id = id,
                    .event = {.type = static_cast<EventType>(rows.integer(1) - 1),
                              .occurred_at = rows.time(4),
                              .reservation = rows.id<ReservationId>(2),
                              .seq = rows.integer(3),
                              .concert = rows.id<ConcertId>(5)},
                    .payment = rows.id<PaymentId>(8)});
  }
  return told;
}

void Auditor::durable(const WorkingSet& set) {
  Activations activations;
  model_.begin(set.now, set, read_events(activations));
  // The place of each user in the queue, as the queue's commands see it one after the other.
  Places places;
  if (!set.changed_concerts.empty()) places.before = model_.concerts;
  for (const Decided& entry : decided_)
    if (entry.op != nullptr && entry.op->kind == Op::Kind::leave) places.left.emplace(entry.op->concert, entry.op->number);
  for (const Decided& entry : decided_) {
    if (entry.op == nullptr) {
      model_.expire(entry.due);
      continue;
    }
    Op& op = *entry.op;
    op.is_durable = true;
    switch (op.kind) {
      case Op::Kind::plain: op.expected = op.expect(model_); break;
      case Op::Kind::join: op.expected = expect_join(op, set, places); break;
      case Op::Kind::claim: op.expected = render(Nothing{}); break;
      case Op::Kind::leave:
        op.expected = render(Nothing{});
        enter_leave(op, places);
        break;
    }
  }
  model_.end();
  enter_queues(set, places.before, activations);
  for (const HoldNews& news : model_.news)
    if (news.status == ReservationStatus::held) queue(news.concert).hold_news(news);
  for (const HoldNews& news : model_.news)
    if (news.status != ReservationStatus::held) queue(news.concert).hold_news(news);
  for (const HoldNews& news : model_.news) touched_queues_.insert(news.concert);
  is_checked_ = false;
}

// True if the batch has another join of the same user to the same concert.
bool Auditor::asks_again(const Op& op) const {
  return std::ranges::any_of(decided_, [&](const Decided& other) {
    return other.op != nullptr && other.op.get() != &op && other.op->kind == Op::Kind::join && other.op->user == op.user &&
           other.op->concert == op.concert;
  });
}

// Earlier ones with the same key may have found a place and stored nothing.
bool Auditor::is_last_with_its_key(const Op& op) const {
  const auto has_its_key = [&](const Decided& other) {
    return other.op != nullptr && other.op->idempotent && other.op->idempotent->key == op.idempotent->key;
  };
  return std::ranges::find_if(decided_.rbegin(), decided_.rend(), has_its_key)->op.get() == &op;
}

std::string Auditor::expect_join(const Op& op, const WorkingSet& set, Places& places) {
  if (const ModelKey* first = model_.find_key(op.idempotent))
    return first->fingerprint == op.idempotent->fingerprint ? first->answer
                                                            : render(Refusal{.code = ErrorCode::idempotency_key_reused});
  QueueModel& room = queue(op.concert);
  // The room gets new settings after the batch.
  const auto before = places.before.find(op.concert);
  const Concert& concert = before == places.before.end() ? model_.concerts.at(op.concert) : before->second;
  const auto [place, is_first] = places.of_user.try_emplace({op.concert, op.user});
  TicketRow& row = place->second;
  // The one that stored its key made the ticket.
  const auto remembers = [&] {
    return op.idempotent && is_last_with_its_key(op) &&
           std::ranges::any_of(set.new_keys, [&](const auto& record) { return record.key == op.idempotent->key; });
  };
  if (places.unsure.contains({op.concert, op.user})) {
    if (!remembers()) return {};
    std::string answer = render_place(row, true);
    model_.remember(op.idempotent, answer, row.number.value);
    return answer;
  }
  if (const std::int64_t number = is_first ? room.number_of(op.user, set.now, concert.queue.enabled) : 0; number != 0)
    row = {.number = {number}, .user = op.user, .issued_at = room.live.at(number).issued};
  // A place that lapses in this very batch may be found or not, depending on the order of the commands.
  const auto change = set.queues.find(op.concert);
  const TicketRow* last = change == set.queues.end() ? nullptr : change->second.find(row.number);
  if (row.number && last != nullptr && last->state == TicketState::ended) {
    std::int64_t& tail = places.tails.try_emplace(op.concert, room.tail).first->second;
    const TicketRow* next = change->second.find({tail + 1});
    if (next == nullptr || next->user != op.user)  // its owner left later, or the case is open
      return places.left.contains({op.concert, row.number.value}) ? render_place(row, false) : std::string{};
    row = *next, ++tail;
    if (asks_again(op)) {
      places.unsure.emplace(op.concert, op.user);
      if (!remembers()) return {};
    }
    std::string answer = render_place(row, true);
    model_.remember(op.idempotent, answer, tail);
    return answer;
  }
  if (row.number) return render_place(row, false);
  if (concert.booking.has_closed(set.now)) return render(Refusal{.code = ErrorCode::booking_not_open});
  const std::int64_t number = ++places.tails.try_emplace(op.concert, room.tail).first->second;
  row = {.number = {number}, .user = op.user, .issued_at = std::chrono::floor<std::chrono::seconds>(set.now)};
  std::string answer = render_place(row, true);
  model_.remember(op.idempotent, answer, number);
  return answer;
}

void Auditor::enter_leave(const Op& op, Places& places) {
  const auto place = places.of_user.find({op.concert, op.user});
  if (place != places.of_user.end()) {
    if (place->second.number.value == op.number) place->second = {};
    return;
  }
  const QueueModel& room = queue(op.concert);
  const auto at = room.live.find(op.number);
  if (at != room.live.end() && at->second.user == op.user) places.of_user[{op.concert, op.user}] = {};
}

void Auditor::enter_queues(const WorkingSet& set, const std::map<ConcertId, Concert>& before, const Activations& activations) {
  const bool has_tick = std::ranges::any_of(decided_, &Decided::is_tick);
  for (const Concert& concert : set.changed_concerts) {
    const auto old = before.find(concert.id);
    queue(concert.id).settings_changed((old == before.end() ? concert : old->second).queue.enabled && concert.queue.enabled);
  }
  for (const auto& [concert, change] : set.queues) {
    const auto told = activations.find(concert);
    const std::multiset<std::int64_t> activated = told == activations.end() ? std::multiset<std::int64_t>{} : told->second;
    if (!change.is_changed() && activated.empty() && !has_tick) continue;
    std::set<std::int64_t> left;
    for (const Decided& entry : decided_)
      if (entry.op != nullptr && entry.op->kind == Op::Kind::leave && entry.op->concert == concert) left.insert(entry.op->number);
    const auto old = before.find(concert);
    const Concert& after = model_.concerts.at(concert);
    queue(concert).commit(
        change, set.now, {.before = old == before.end() ? after : old->second, .after = after}, left, activated, has_tick);
    touched_queues_.insert(concert);
  }
  for (const auto& [concert, numbers] : activations)
    if (!set.queues.contains(concert))
      report_.broken("E1", "somebody was told to be active in concert {}, and was not", concert.value);
}

// An answer.

void Auditor::answered(const Command* command, Op& op, const std::string& answer, std::optional<ErrorCode> code) {
  ops_.erase(command);
  if (++op.answers > 1) return report_.broken("D1", "{} was answered twice", op.what);
  if (code == ErrorCode::overloaded || code == ErrorCode::seat_locked) {
    if (op.is_durable) report_.broken("D1", "{} was dropped, and yet it is stored", op.what);
    return;
  }
  if (code == ErrorCode::store_unavailable) {
    if (op.is_durable || !expects_unavailable)
      report_.broken("D2", "{} was said not to be stored: {}", op.what, op.is_durable ? "it is" : "why not?");
    return;
  }
  if (code == ErrorCode::outcome_unknown) {
    if (!expects_unknown) report_.broken("D2", "the outcome of {} is unknown for no reason", op.what);
    return;
  }
  if (!op.is_durable) return report_.broken("D1", "{} was answered ({}) before it was durable", op.what, answer);
  if (!op.expected->empty() && answer != *op.expected)
    report_.broken("answer", "{} was answered\n      {}\n    instead of\n      {}", op.what, answer, *op.expected);
  if (op.kind == Op::Kind::claim) check_claim(op);
  check_touched();
}

bool Auditor::comes_as_told(const Ticket& ticket) {
  const QueueModel& room = queue(ticket.concert);
  const auto at = room.live.find(ticket.number.value);
  return at != room.live.end() && at->second.was_called_fairly && at->second.due && clock_.now() <= *at->second.due;
}

// The poll itself renewed the promise, for a second: after that the place need not be kept.
void Auditor::check_claim(const Op& op) {
  QueueModel& room = queue(op.concert);
  const auto at = room.live.find(op.number);
  if (at == room.live.end() || at->second.is_active) return;
  room.claim_failed(op.number, op.is_made_fairly);
  if (!op.is_made_fairly || !at->second.was_called_fairly || !room.has_free_seats || room.highest_in < op.number) return;
  if (decided_at_ <= op.made_at + Duration{1'000})
    report_.broken("Q2",
                   "ticket {} of concert {} was called, came as told, and others were let in: {} of {} a second, {}",
                   op.number,
                   op.concert.value,
                   model_.concerts.at(op.concert).queue.max_active,
                   model_.concerts.at(op.concert).queue.admissions_per_second,
                   room.describe());
}

void Auditor::shed(CommandClass command_class, std::size_t waiting, std::size_t capacity) {
  // The workers' commands wait there too and are not counted; they cannot fill a queue of the usual length.
  if (waiting + 1'000 < capacity / 4)
    report_.broken("Q5", "class {} was shed with {} of {} waiting", static_cast<int>(command_class), waiting, capacity);
}

}  // namespace frontrow::sim
