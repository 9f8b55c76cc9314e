// Memory as clients and workers see it.
#include <algorithm>

#include "sim/auditor.hpp"

namespace frontrow::sim {

namespace {

constexpr Duration kSurely{1'000};

TicketStatus terminal(const TicketStatus status) { return status == TicketStatus::completed ? TicketStatus::expired : status; }

}  // namespace

// Tickets.

void Auditor::remember_shown(const Ticket& ticket, TicketStatus status, std::int64_t position) {
  // The end of the sale does not end the place: the sale may be extended.
  if (model_.concerts.at(ticket.concert).booking.has_closed(clock_.now()) && terminal(status) == TicketStatus::expired) return;
  const auto [at, is_first] =
      shown_.try_emplace({ticket.concert, ticket.number.value}, Shown{status, position, queue(ticket.concert).changes});
  Shown& last = at->second;
  if (is_first) return;
  if (status == TicketStatus::waiting && last.position > 0 && position > last.position)
    report_.broken("Q4",
                   "ticket {} of concert {} was shown position {} after {}",
                   ticket.number.value,
                   ticket.concert.value,
                   position,
                   last.position);
  // A ticket that was idle too long but has not ended yet gets another chance by a restart, by a queue that is switched
  // off, and by a hold that was under way.
  const bool may_revive =
      last.changes != queue(ticket.concert).changes || queue(ticket.concert).holds.contains(ticket.number.value);
  if (terminal(last.status) == TicketStatus::expired && terminal(status) != TicketStatus::expired && !may_revive)
    report_.broken("Q5",
                   "ticket {} of concert {} was over, and is shown {}",
                   ticket.number.value,
                   ticket.concert.value,
                   static_cast<int>(status));
  last.status = status;
  last.changes = queue(ticket.concert).changes;
  if (status == TicketStatus::waiting) last.position = position;
}

HoldRequest Auditor::as_decided(HoldRequest request) {
  const QueueModel& room = queue(request.concert);
  const std::int64_t number = request.ticket.value;
  if (!request.entry_refusal && !room.live.contains(number))
    request.entry_refusal =
        Refusal{.code = room.completed.contains(number) ? ErrorCode::queue_token_completed : ErrorCode::queue_token_expired};
  return request;
}

void Auditor::looked(const Ticket& ticket, const TicketView& view, TimePoint now) {
  QueueModel& room = queue(ticket.concert);
  const TicketView expected = room.look(ticket, now, model_.concerts.at(ticket.concert));
  if (!memory_is_stale &&
      (view.status != expected.status || view.position != expected.position || view.may_claim != expected.may_claim))
    report_.broken("Q4",
                   "ticket {} of concert {} was shown status {} position {} may claim {}, expected {} {} {}",
                   ticket.number.value,
                   ticket.concert.value,
                   static_cast<int>(view.status),
                   view.position,
                   view.may_claim,
                   static_cast<int>(expected.status),
                   expected.position,
                   expected.may_claim);
  remember_shown(ticket, view.status, view.position);
  if (view.status != TicketStatus::waiting) return;
  if (view.poll_after < kMinPollAfter || view.poll_after > kMaxPollAfter * 13 / 10)
    report_.broken("Q4", "ticket {} was told to poll after {} ms", ticket.number.value, view.poll_after.count());
  const auto at = room.live.find(ticket.number.value);
  if (at != room.live.end()) at->second.due = now + view.poll_after;
}

void Auditor::entry_refused(const Ticket& ticket, Purpose purpose, const std::optional<Refusal>& refusal, TimePoint now) {
  QueueModel& room = queue(ticket.concert);
  const std::string expected = room.entry(ticket, purpose, now, model_.concerts.at(ticket.concert));
  const std::string shown = refusal ? render(*refusal) : std::string{};
  if (!memory_is_stale && shown != expected)
    report_.broken("Q5",
                   "ticket {} of concert {} at the door: '{}', expected '{}'",
                   ticket.number.value,
                   ticket.concert.value,
                   shown,
                   expected);
  const auto at = room.live.find(ticket.number.value);
  // Only a status request counts as the presence of a called person, not a request for seats.
  const bool was_called = ticket.number.value <= room.front;
  if (at != room.live.end() && !was_called && refusal && refusal->code == ErrorCode::queue_token_not_active)
    at->second.due = now + *refusal->retry_after;
}

void Auditor::refused_at_the_door(const HoldRequest& request, const Refusal& refusal, TimePoint now) {
  if (memory_is_stale) return;
  if (request.idempotent) report_.broken("M4", "a request with a key was refused at the door");
  const auto mine = model_.of_user.find(request.user);
  for (const ReservationId id : mine == model_.of_user.end() ? std::vector<ReservationId>{} : mine->second) {
    const Reservation& held = model_.reservations.at(id);
    if (held.status == ReservationStatus::held && now < held.expires_at && SaleModel::has_exactly(held, request.seats))
      report_.broken("M4", "user {} was refused at the door what hold {} already is", request.user.value, id.value);
  }
  if (refusal.code != ErrorCode::seat_already_reserved) return;
  for (const SeatId id : refusal.seat_ids) {
    const ModelSeat& seat = model_.seats.at(id);
    const bool is_taken = seat.status == SeatStatus::sold || (seat.status == SeatStatus::held && seat.until > now + kSurely);
    if (!is_taken || (seat.status == SeatStatus::held && model_.reservations.at(seat.reservation).user == request.user))
      report_.broken("S1", "user {} was refused seat {} at the door, which is not surely taken", request.user.value, id.value);
  }
}

// Seats.

void Auditor::seats_shown(ScheduleId schedule, const SeatMap::Stamp& stamp, const std::vector<SeatMap::Shown>& shown,
                          TimePoint now) {
  if (memory_is_stale) return;
  const ModelSchedule& modelled = model_.schedules.at(schedule);
  std::int64_t available = 0;
  std::size_t content = 0;
  for (std::int64_t i = 0; i < modelled.seats; ++i) {
    const ModelSeat& seat = model_.seats.at({modelled.first_seat.value + i});
    const auto& [index, status, price] = shown[static_cast<std::size_t>(i)];
    if (seat.shown(now) == SeatStatus::available) ++available;
    content = (content * 31 + static_cast<std::size_t>(status) + 1) * 1'000'003 + static_cast<std::size_t>(price.value);
    if (status != seat.shown(now))
      return report_.broken("S4",
                            "seat {} of schedule {} is shown {}, it is {}",
                            seat.id.value,
                            schedule.value,
                            static_cast<int>(status),
                            static_cast<int>(seat.shown(now)));
    if (price != seat.price)
      return report_.broken("S6",
                            "seat {} of schedule {} is shown for {}, it costs {}",
                            seat.id.value,
                            schedule.value,
                            price.value,
                            seat.price.value);
  }
  if (stamp.version != modelled.version || stamp.available != available)
    report_.broken("S4",
                   "schedule {} is shown as version {} with {} available, it is {} with {}",
                   schedule.value,
                   stamp.version,
                   stamp.available,
                   modelled.version,
                   available);
  const auto [at, is_new] = contents_.try_emplace({schedule, {stamp.version, stamp.lapsed}}, content);
  if (at->second != content)
    report_.broken("S4", "schedule {} has shown two things as {}-{}", schedule.value, stamp.version, stamp.lapsed);
}

// The head, and the map if there is one.
void Auditor::check_schedule(ScheduleId id, TimePoint now, const std::shared_ptr<SeatMap>& map) {
  const ModelSchedule& modelled = model_.schedules.at(id);
  const ScheduleEntry* entry = live_->catalog().picture()->find(modelled.concert)->find(id);
  if (memory_is_stale) return;
  if (entry == nullptr || entry->schedule.starts_at != modelled.starts_at)
    return report_.broken("S4", "schedule {} is shown at another time than it starts", id.value);
  std::int64_t available = 0;
  for (std::int64_t i = 0; i < modelled.seats; ++i)
    available += model_.seats.at({modelled.first_seat.value + i}).shown(now) == SeatStatus::available;
  const SeatMap::Stamp head = entry->hall->head(now);
  if (head.version != modelled.version || head.available != available)
    report_.broken("S4",
                   "schedule {} is listed as version {} with {} available, it is {} with {}",
                   id.value,
                   head.version,
                   head.available,
                   modelled.version,
                   available);
  if (map == nullptr) return;
  SeatMap::Cursor from_start;
  std::vector<SeatMap::Shown> seats;
  const SeatMap::Stamp stamp = map->read(now, from_start, seats);
  seats_shown(id, stamp, seats, now);
  if (stamp != entry->hall->head(now)) report_.broken("S4", "schedule {} is listed otherwise than it is shown", id.value);
}

// Everything.

void Auditor::check_counts(ConcertId id) {
  const ConcertEntry* entry = live_->catalog().picture()->find(id);
  if (entry == nullptr) return report_.broken("Q2", "concert {} is not in memory", id.value);
  const QueueCounts counts = entry->queue->counts();
  const QueueModel& room = queue(id);
  if (counts.tail != room.tail || counts.front != room.front || counts.waiting != room.waiting() || counts.active != room.active())
    report_.broken("Q2",
                   "concert {} in memory: tail {} front {} waiting {} active {}, it is {} {} {} {}; {}",
                   id.value,
                   counts.tail,
                   counts.front,
                   counts.waiting,
                   counts.active,
                   room.tail,
                   room.front,
                   room.waiting(),
                   room.active(),
                   room.describe());
}

// Once for each durable batch, with its first answer. Seat maps only now and then: a look at a map makes it note
// lapses, and the sale must not depend on that.
void Auditor::check_touched() {
  if (is_checked_ || memory_is_stale || live_ == nullptr || report_.is_broken()) return;
  is_checked_ = true;
  const TimePoint now = clock_.now();
  if (batches_ % 4 == 0)
    for (const ScheduleId id : model_.touched) check_schedule(id, now, live_->catalog().picture()->find(id)->present_map());
  for (const ConcertId id : touched_queues_) check_counts(id);
  touched_queues_.clear();
}

void Auditor::check_memory() {
  memory_is_stale = false;
  is_checked_ = true;
  touched_queues_.clear();
  const TimePoint now = clock_.now();
  for (const auto& [id, schedule] : model_.schedules) {
    const auto map = look_(live_->catalog().picture()->schedules.at(id));
    if (map == nullptr) return report_.broken("S4", "schedule {} cannot be looked at", id.value);
    check_schedule(id, now, map);
  }
  for (const auto& [id, concert] : model_.concerts) check_counts(id);
  const auto due = live_->deadlines().due(TimePoint::max(), model_.held.size() + 1);
  if (!std::ranges::equal(due, model_.held, {}, {}, [](const auto& entry) { return entry.second; }))
    report_.broken("S4", "{} holds are waited for, {} are held", due.size(), model_.held.size());
}

void Auditor::check_nothing_is_due(TimePoint now) {
  if (!model_.held.empty() && model_.held.begin()->first <= now)
    report_.broken("S4", "hold {} is not settled after a round of the worker", model_.held.begin()->second.value);
}

void Auditor::keys_forgotten(TimePoint before) {
  std::erase_if(model_.keys, [&](const auto& entry) { return entry.second.at < before; });
}

}  // namespace frontrow::sim
