#include "ports/working_set.hpp"

#include <algorithm>

namespace frontrow {

const TicketRow* QueueChange::find(TicketNumber number) const {
  const auto at = tickets.find(number);
  return at == tickets.end() ? nullptr : &at->second;
}

const TicketRow* QueueChange::find_live(UserId user) const {
  const auto at = last_of_user_.find(user);
  if (at == last_of_user_.end()) return nullptr;
  const TicketRow* row = find(at->second);
  return row->state == TicketState::ended ? nullptr : row;
}

void QueueChange::put(const TicketRow& row) {
  tickets.insert_or_assign(row.number, row);
  TicketNumber& last = last_of_user_[row.user];
  last = std::max(last, row.number);
}

bool QueueChange::is_row_changed() const {
  if (!is_stored_row) return false;
  QueueRow same_habits = row;
  same_habits.flow = before.flow;
  same_habits.without_seats_at = before.without_seats_at;
  return !promises.empty() || same_habits != before;
}

const Concert* WorkingSet::concert(ConcertId id) const {
  const Concert* known = find(concerts, id);
  return known == nullptr || known->is_deleted ? nullptr : known;
}

const Account& WorkingSet::account(UserId id) const {
  const AccountRecord* record = find(accounts, id);
  CHECK(record != nullptr);
  return record->account;
}

const IdempotencyRecord* WorkingSet::idempotency(const IdempotencyKey& key) const { return find(known_keys, key); }

std::vector<const Reservation*> WorkingSet::reservations_of(UserId user) const {
  std::vector<const Reservation*> found;
  const auto [first, last] = by_user_.equal_range(user);
  for (auto at = first; at != last; ++at) found.push_back(&reservations.at(at->second).reservation);
  return found;
}

std::int64_t WorkingSet::take_id(IdKind kind) {
  IdRange& range = ids[static_cast<std::size_t>(kind)];
  CHECK(range.next < range.end);
  return range.next++;
}

Seat& WorkingSet::change_seat(SeatId id) {
  SeatRecord& record = seats.at(id);
  if (!record.changed) record.was_available = record.seat.status == SeatStatus::available;
  record.changed = true;
  versions.try_emplace(record.seat.place.schedule, 0);
  return record.seat;
}

Reservation& WorkingSet::change_reservation(ReservationId id) {
  ReservationRecord& record = reservations.at(id);
  record.changed = true;
  return record.reservation;
}

void WorkingSet::load_reservation(ReservationRecord record) {
  const ReservationId id = record.reservation.id;
  const UserId user = record.reservation.user;
  if (reservations.try_emplace(id, std::move(record)).second) by_user_.emplace(user, id);
}

void WorkingSet::add_reservation(Reservation reservation) {
  load_reservation({.reservation = std::move(reservation), .stored = {}, .changed = true});
}

void WorkingSet::add_payment(const Payment& payment) {
  ReservationRecord& record = reservations.at(payment.reservation);
  record.payment = payment;
  record.changed = record.has_new_payment = true;
}

void WorkingSet::add_ledger_entry(LedgerEntry entry) {
  AccountRecord& record = accounts.at(entry.user);
  record.account.balance += entry.signed_amount();
  record.changed = true;
  ledger.push_back(std::move(entry));
}

const Concert& WorkingSet::change_concert(const Concert& concert) {
  Concert& stored = concerts.at(concert.id);
  const std::int64_t version = stored.version + 1;
  stored = concert;
  stored.version = version;
  return changed_concerts.emplace_back(stored);
}

void WorkingSet::change_schedule(const Schedule& schedule) {
  schedules.at(schedule.id) = schedule;
  changed_schedules.insert_or_assign(schedule.id, schedule);
  versions.try_emplace(schedule.id, 0);
}

void WorkingSet::rename_section(SectionId id, ScheduleId schedule, const std::string& name) {
  Section& section = *std::ranges::find(sections.at(schedule), id, &Section::id);
  section.name = name;
  renamed_sections.push_back(section);
  change_schedule(schedules.at(schedule));
}

bool WorkingSet::has_sales(ConcertId concert) const {
  if (concerts_with_sales.contains(concert)) return true;
  return std::ranges::any_of(seats, [&](const auto& entry) {
    const Seat& seat = entry.second.seat;
    const Schedule* date = schedule(seat.place.schedule);
    return date != nullptr && date->concert == concert && seat.status != SeatStatus::available;
  });
}

std::vector<Schedule> WorkingSet::dates_of(ConcertId concert) const {
  std::vector<Schedule> found;
  for (const auto& [id, schedule] : schedules)
    if (schedule.concert == concert) found.push_back(schedule);
  for (const Schedule& schedule : new_schedules)
    if (schedule.concert == concert && !schedules.contains(schedule.id)) found.push_back(schedule);
  return found;
}

const Concert& WorkingSet::add_concert(Concert concert, std::string changes) {
  deeds.push_back({.at = now, .kind = DeedKind::concert_created, .concert = concert.id, .changes = std::move(changes)});
  return new_concerts.emplace_back(std::move(concert));
}

void WorkingSet::add_change(const Concert& changed, std::string changes) {
  deeds.push_back({.at = now,
                   .kind = changed.is_deleted ? DeedKind::concert_deleted : DeedKind::concert_changed,
                   .concert = changed.id,
                   .concert_version = concerts.at(changed.id).version + 1,
                   .changes = changes});
  events.push_back({.type = EventType::concert_changed,
                    .occurred_at = now,
                    .seq = change_concert(changed).version,
                    .concert = changed.id,
                    .changes = std::move(changes)});
}

void WorkingSet::add_change(ConcertId concert, ScheduleId schedule, std::string changes) {
  deeds.push_back({.at = now,
                   .kind = DeedKind::schedule_changed,
                   .concert = concert,
                   .concert_version = concerts.at(concert).version + 1,
                   .schedule = schedule,
                   .changes = changes});
  events.push_back({.type = EventType::schedule_changed,
                    .occurred_at = now,
                    .seq = change_concert(Concert{concerts.at(concert)}).version,
                    .concert = concert,
                    .schedule = schedule,
                    .changes = std::move(changes)});
}

void WorkingSet::finish_draft(ConcertId draft, ConcertId concert, const std::vector<Schedule>& dates) {
  FinishedDraft& finished = finished_drafts.emplace_back(FinishedDraft{.draft = draft, .concert = concert, .dates = dates});
  for (Schedule& date : finished.dates) {
    date.concert = concert;
    schedules.insert_or_assign(date.id, date);
  }
  drafts.erase(draft);
}

void WorkingSet::add_dates(ConcertId concert, ScheduleId first, std::string changes) {
  add_change(concerts.at(concert), std::move(changes));
  deeds.back().kind = DeedKind::schedules_added;
  deeds.back().schedule = first;
}

void WorkingSet::add_operator(const Operator& account, std::string changes) {
  operators.emplace(account.id, account);
  new_operators.push_back(account);
  deeds.push_back({.at = now, .kind = DeedKind::operator_added, .subject = {account.id.value}, .changes = std::move(changes)});
}

void WorkingSet::revoke_operator(OperatorId id, std::string changes) {
  Operator& account = operators.at(id);
  account.revoked_at = now;
  const auto made_here = std::ranges::find(new_operators, id, &Operator::id);
  if (made_here == new_operators.end())
    revoked_operators.push_back(account);
  else
    made_here->revoked_at = now;
  deeds.push_back({.at = now, .kind = DeedKind::operator_revoked, .subject = {id.value}, .changes = std::move(changes)});
}

void WorkingSet::add_cancelling(const Reservation& cancelled, std::string changes) {
  deeds.push_back({.at = now,
                   .kind = DeedKind::reservation_cancelled,
                   .schedule = cancelled.schedule,
                   .subject = {cancelled.id.value},
                   .changes = std::move(changes)});
}

void WorkingSet::add_removal(UserId user, ConcertId concert, TicketNumber number) {
  const auto gone = [](std::int64_t id) { return "{\"from\":" + std::to_string(id) + ",\"to\":null}"; };
  deeds.push_back({.at = now,
                   .kind = DeedKind::ticket_removed,
                   .subject = {user.value},
                   .changes = "{\"concertId\":" + gone(concert.value) + ",\"number\":" + gone(number.value) + "}"});
}

void WorkingSet::add_idempotency(const IdempotencyRecord& record) {
  known_keys.emplace(record.key, record);
  new_keys.push_back(record);
}

void WorkingSet::add_subject(const Subject& subject, UserId user) {
  CHECK(users.emplace(subject, user).second);
  new_subjects.push_back(subject);
}

void WorkingSet::add_event(EventType type, ReservationId id) {
  Reservation& reservation = change_reservation(id);
  events.push_back({.type = type, .occurred_at = now, .reservation = id, .seq = ++reservation.last_seq});
}

void WorkingSet::add_admission(ConcertId concert, const TicketRow& admitted) {
  events.push_back({.type = EventType::queue_activated,
                    .occurred_at = now,
                    .concert = concert,
                    .ticket = admitted.number,
                    .user = admitted.user});
}

QueueChange& WorkingSet::queue(ConcertId concert, const QueueRow& row) {
  const auto [at, is_new] = queues.try_emplace(concert);
  QueueChange& change = at->second;
  if (is_new) {
    change.row = row;
    change.before = row;
  }
  return change;
}

const TicketRow* WorkingSet::ticket(const Holder& holder) const {
  const auto at = tickets.find(holder);
  return at == tickets.end() ? nullptr : &at->second;
}

void WorkingSet::change_ticket(ConcertId concert, const TicketRow& row) {
  tickets.at({row.user, concert}) = row;
  queues[concert].put(row);
}

std::map<ScheduleId, std::int64_t> WorkingSet::changes_of_available_seats() const {
  std::map<ScheduleId, std::int64_t> changes;
  for (const auto& [id, record] : seats) {
    const bool is_available = record.seat.status == SeatStatus::available;
    if (record.changed && record.was_available != is_available) changes[record.seat.place.schedule] += is_available ? 1 : -1;
  }
  std::erase_if(changes, [](const auto& entry) { return entry.second == 0; });
  return changes;
}

bool WorkingSet::is_catalog_changed() const {
  return !new_concerts.empty() || !changed_concerts.empty() || !new_schedules.empty() || !changed_schedules.empty() ||
         !finished_drafts.empty();
}

bool WorkingSet::is_changed() const {
  const auto touched = [](const auto& entry) { return entry.second.changed; };
  return !events.empty() || !ledger.empty() || !new_keys.empty() || !new_subjects.empty() || !versions.empty() ||
         !new_seats.empty() || !deeds.empty() || is_catalog_changed() || std::ranges::any_of(reservations, touched) ||
         std::ranges::any_of(accounts, touched) ||
         std::ranges::any_of(queues, [](const auto& entry) { return entry.second.is_changed(); });
}

bool WorkingSet::moves_time() const {
  const auto has_come = [](const auto& entry) { return entry.second.state != TicketState::ended; };
  const auto has_comers = [&](const auto& entry) { return std::ranges::any_of(entry.second.tickets, has_come); };
  return !events.empty() || !ledger.empty() || !new_keys.empty() || !new_subjects.empty() ||
         std::ranges::any_of(queues, has_comers);
}

}  // namespace frontrow
