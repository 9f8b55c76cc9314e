#include "support/fakes/model_store.hpp"

#include <algorithm>
#include <set>

#include "domain/hoarding.hpp"

namespace frontrow {

namespace {

bool is_live(ReservationStatus status) { return status == ReservationStatus::held || status == ReservationStatus::confirmed; }

void require(bool holds, const char* what) {
  if (!holds) throw ConstraintBroken{what};
}

class ModelReader final : public StoreReader {
 public:
  explicit ModelReader(ModelState& state) : state_(state) {}

  std::optional<Reservation> reservation(ReservationId id) override {
    const std::lock_guard lock(state_.mutex);
    const auto at = state_.reservations.find(id);
    return at == state_.reservations.end() ? std::nullopt : std::optional{at->second};
  }

  std::vector<Reservation> reservations_of(UserId user, std::optional<std::pair<TimePoint, ReservationId>> before,
                                           int limit) override {
    const std::lock_guard lock(state_.mutex);
    std::vector<Reservation> found;
    for (const auto& [id, reservation] : state_.reservations)
      if (reservation.user == user && (!before || std::pair{reservation.created_at, id} < *before)) found.push_back(reservation);
    std::ranges::sort(found, std::ranges::greater{}, [](const Reservation& r) { return std::pair{r.created_at, r.id}; });
    if (found.size() > static_cast<std::size_t>(limit)) found.resize(static_cast<std::size_t>(limit));
    return found;
  }

  std::vector<Reservation> reservations_of_schedule(ScheduleId schedule, ReservationId after, int limit) override {
    const std::lock_guard lock(state_.mutex);
    std::vector<Reservation> found;
    for (auto at = state_.reservations.upper_bound(after); at != state_.reservations.end() && std::ssize(found) < limit; ++at)
      if (at->second.schedule == schedule && is_live(at->second.status)) found.push_back(at->second);
    return found;
  }

  Account account(UserId user) override {
    const std::lock_guard lock(state_.mutex);
    const auto at = state_.balances.find(user);
    return {user, at == state_.balances.end() ? Points{} : at->second};
  }

  std::optional<UserId> user_of(const Subject& subject) override {
    const std::lock_guard lock(state_.mutex);
    const auto at = state_.users.find(subject);
    return at == state_.users.end() ? std::nullopt : std::optional{at->second};
  }

  std::vector<LedgerEntry> ledger_of(UserId user, LedgerEntryId before, int limit) override {
    const std::lock_guard lock(state_.mutex);
    std::vector<LedgerEntry> found;
    for (auto at = state_.ledger.rbegin(); at != state_.ledger.rend() && static_cast<int>(found.size()) < limit; ++at)
      if (at->second.user == user && (!before || at->first < before)) found.push_back(at->second);
    return found;
  }

  std::optional<Payment> payment_of(ReservationId id) override {
    const std::lock_guard lock(state_.mutex);
    const auto at = state_.payments.find(id);
    return at == state_.payments.end() ? std::nullopt : std::optional{at->second};
  }

  std::optional<StoredSeatMap> seat_map(ScheduleId id) override {
    const std::lock_guard lock(state_.mutex);
    const auto schedule = state_.schedules.find(id);
    if (schedule == state_.schedules.end()) return {};
    StoredSeatMap map{
        .version = schedule->second.version, .sections_version = schedule->second.sections_version, .sections = {}, .seats = {}};
    for (const auto& [section_id, section] : state_.sections)
      if (section.schedule == id) map.sections.push_back(section);
    for (const auto& [seat_id, seat] : state_.seats) {
      if (seat.place.schedule != id) continue;
      map.seats.push_back(seat);
      if (seat.status == SeatStatus::held) map.holders[seat.reservation] = state_.reservations.at(seat.reservation).user;
    }
    return map;
  }

  std::vector<SeatLabel> seat_labels(std::span<const SeatId> seats) override {
    const std::lock_guard lock(state_.mutex);
    std::vector<SeatLabel> labels;
    for (const SeatId id : seats) {
      const auto seat = state_.seats.find(id);
      if (seat == state_.seats.end()) continue;
      const SeatPlace& place = seat->second.place;
      labels.push_back({.seat = id, .section = state_.sections.at(place.section).name, .row = place.row});
    }
    return labels;
  }

  DeedHead deed_head() override {
    const std::lock_guard lock(state_.mutex);
    if (state_.deeds.empty()) return {};
    return {.last = state_.deeds.back().id, .hash = state_.deeds.back().hash};
  }

  std::vector<Deed> deeds_after(DeedId after, int limit) override {
    const std::lock_guard lock(state_.mutex);
    std::vector<Deed> found;
    for (auto i = static_cast<std::size_t>(after.value); i < state_.deeds.size() && static_cast<int>(found.size()) < limit; ++i)
      found.push_back(state_.deeds[i]);
    return found;
  }

  std::vector<Operator> operators() override {
    const std::lock_guard lock(state_.mutex);
    std::vector<Operator> found;
    for (const auto& [id, account] : state_.operators) found.push_back(account);
    return found;
  }

  std::vector<AuditLine> audit() override { return {}; }  // the model is the standard of the audit

  std::vector<FeedEvent> events_after(EventId after, int limit) override {
    const std::lock_guard lock(state_.mutex);
    std::vector<FeedEvent> found;
    const std::int64_t begin = std::max(after.value, state_.horizon.first.value - 1);
    for (std::size_t i = static_cast<std::size_t>(begin); i < state_.events.size() && static_cast<int>(found.size()) < limit; ++i) {
      const Event& event = state_.events[i];
      FeedEvent& told = found.emplace_back(FeedEvent{.id = {static_cast<std::int64_t>(i) + 1}, .event = event, .reservation = {}});
      if (event.reservation) told.reservation = state_.reservations.at(event.reservation);
      if (event.type == EventType::payment_completed) told.payment = state_.payments.at(event.reservation);
    }
    return found;
  }

  EventHorizon event_horizon() override {
    const std::lock_guard lock(state_.mutex);
    return state_.horizon;
  }

  SalesSummary sales(ConcertId concert) override {
    const std::lock_guard lock(state_.mutex);
    SalesSummary sales;
    for (const auto& [id, seat] : state_.seats) {
      if (state_.schedules.at(seat.place.schedule).concert != concert) continue;
      ++sales.seats;
      sales.held += seat.status == SeatStatus::held;
      sales.sold += seat.status == SeatStatus::sold;
    }
    for (const auto& [id, reservation] : state_.reservations) {
      if (reservation.concert != concert) continue;
      ++sales.reservations;
      sales.confirmed += reservation.status == ReservationStatus::confirmed;
      sales.expired += reservation.status == ReservationStatus::expired;
      sales.cancelled += reservation.status == ReservationStatus::cancelled;
      if (reservation.status == ReservationStatus::confirmed) sales.revenue += reservation.amount;
    }
    return sales;
  }

 private:
  ModelState& state_;
};

}  // namespace

void ModelStore::execute(std::span<Command* const> batch, WorkingSet& set, std::vector<Command*>& again) {
  Keys keys;
  for (const Command* command : batch) command->declare(keys);
  for (std::size_t i = 0; i < kIdKinds; ++i) set.ids[i] = {.next = state_.next_ids[i], .end = state_.next_ids[i] + keys.new_ids[i]};
  set.now = clock_.now();
  load_rows(keys, set);
  std::vector<Command*> undecided;
  for (Command* command : batch)
    if (decide(*command, set) == Verdict::again) undecided.push_back(command);
  if (set.is_changed()) {
    check(set);
    const std::lock_guard lock(state_.mutex);
    apply(set);
  }
  again.insert(again.end(), undecided.begin(), undecided.end());
}

void ModelStore::load_rows(const Keys& keys, WorkingSet& set) const {
  for (const ConcertId id : keys.concerts)
    if (state_.concerts.contains(id)) set.concerts.emplace(id, state_.concerts.at(id));
  for (const ConcertId id : keys.changed_concerts) {
    if (state_.concerts.contains(id)) set.concerts.emplace(id, state_.concerts.at(id));
    for (const auto& [date, schedule] : state_.schedules)
      if (schedule.concert == id) set.schedules.emplace(date, schedule);
  }
  for (const ConcertId id : keys.drafts)
    if (state_.drafts.contains(id)) set.drafts.emplace(id, state_.drafts.at(id));
  for (const ConcertId id : keys.sales_of)
    for (const auto& [seat, row] : state_.seats)
      if (row.status != SeatStatus::available && state_.schedules.at(row.place.schedule).concert == id)
        set.concerts_with_sales.insert(id);
  for (const ScheduleId id : keys.sections_of) {
    std::vector<Section>& sections = set.sections[id];
    sections.clear();
    for (const auto& [key, section] : state_.sections)
      if (section.schedule == id) sections.push_back(section);
  }
  for (const ScheduleId id : keys.schedules)
    if (state_.schedules.contains(id)) set.schedules.emplace(id, state_.schedules.at(id));
  if (keys.operators) set.operators = state_.operators;
  for (const UserId user : keys.accounts)
    set.accounts.emplace(user,
                         AccountRecord{.account = {user, state_.balances.contains(user) ? state_.balances.at(user) : Points{}}});
  for (const Subject& subject : keys.subjects)
    if (state_.users.contains(subject)) set.users.emplace(subject, state_.users.at(subject));
  for (const ReservationId id : keys.reservations) load_reservation(id, true, set);
  for (const IdempotencyKey& key : keys.idempotency) {
    if (!state_.keys.contains(key)) continue;
    const IdempotencyRecord& record = state_.keys.at(key);
    set.known_keys.emplace(key, record);
    if (key.operation == Operation::hold || key.operation == Operation::pay) load_reservation({record.result}, false, set);
  }
  for (const Holder& holder : keys.holders)
    for (const auto& [id, reservation] : state_.reservations)
      if (reservation.user == holder.user && reservation.concert == holder.concert && is_live(reservation.status))
        load_reservation(id, false, set);
  for (const Holder& holder : keys.unpaid_of)
    for (const auto& [id, reservation] : state_.reservations)
      if (reservation.user == holder.user && reservation.concert == holder.concert && !is_live(reservation.status) &&
          reservation.ended_at > set.now - kUnpaidWindow)
        load_reservation(id, false, set);
  for (const SeatId id : keys.seats) {
    load_seat(id, set);
    const SeatRecord* record = set.seat(id);
    if (record != nullptr && record->seat.status == SeatStatus::held && record->seat.held_until <= set.now)
      load_reservation(record->seat.reservation, true, set);
  }
  for (const SeatId id : keys.seat_rows) load_seat(id, set);
}

void ModelStore::load_reservation(ReservationId id, bool with_seat_rows, WorkingSet& set) const {
  const auto at = state_.reservations.find(id);
  if (at == state_.reservations.end()) return;
  ReservationRecord record{.reservation = at->second, .stored = at->second.status};
  if (state_.payments.contains(id)) record.payment = state_.payments.at(id);
  set.load_reservation(std::move(record));
  if (!with_seat_rows) return;
  for (const ReservedSeat& seat : at->second.seats) load_seat(seat.id, set);
}

void ModelStore::load_seat(SeatId id, WorkingSet& set) const {
  if (state_.seats.contains(id)) set.seats.emplace(id, SeatRecord{.seat = state_.seats.at(id)});
}

// Constraints that a database's schema would enforce.
void ModelStore::check(const WorkingSet& set) const {
  std::map<SeatId, ReservationId> live = state_.live;
  for (const auto& [id, record] : set.reservations) {
    if (!record.changed || !record.stored) continue;
    require(state_.reservations.at(id).status == ReservationStatus::held && record.reservation.status != ReservationStatus::held,
            "a reservation may only leave TEMPORARY, and once");
    if (is_live(record.reservation.status)) continue;
    for (const ReservedSeat& seat : record.reservation.seats) live.erase(seat.id);
  }
  for (const auto& [id, record] : set.reservations) {
    if (!record.changed || record.stored) continue;
    require(!state_.reservations.contains(id), "a reservation twice");
    if (!is_live(record.reservation.status)) continue;
    for (const ReservedSeat& seat : record.reservation.seats) require(live.emplace(seat.id, id).second, "a seat sold twice");
  }
  for (const auto& [id, record] : set.reservations) {
    if (!record.has_new_payment) continue;
    require(!state_.payments.contains(id), "a reservation paid twice");
    require(record.payment->balance >= Points{}, "a payment beyond the balance");
  }
  for (const auto& [id, record] : set.seats) {
    const Seat& seat = record.seat;
    require((seat.status == SeatStatus::available) == !seat.reservation, "a seat of two minds");
    require(seat.price >= kMinAmount && seat.price <= kMaxAmount, "a price out of bounds");
  }
  for (const auto& [user, record] : set.accounts)
    require(record.account.balance >= Points{} && record.account.balance <= kMaxBalance, "a balance out of bounds");
  for (const Subject& subject : set.new_subjects) require(!state_.users.contains(subject), "a subject with two users");
  std::set<std::string> names;
  for (const auto& [id, account] : state_.operators) {
    const bool ends_now = std::ranges::find(set.revoked_operators, id, &Operator::id) != set.revoked_operators.end();
    if (!account.is_revoked() && !ends_now) names.insert(account.name);
  }
  for (const Operator& account : set.new_operators)
    require(!state_.operators.contains(account.id) && (account.is_revoked() || names.insert(account.name).second),
            "an account twice");
  std::set<IdempotencyKey> keys;
  for (const IdempotencyRecord& record : set.new_keys)
    require(!state_.keys.contains(record.key) && keys.insert(record.key).second, "a key twice");
}

void ModelStore::apply_catalog(const WorkingSet& set) {
  for (const Concert& concert : set.new_concerts) state_.concerts[concert.id] = concert;
  for (const Concert& concert : set.changed_concerts) state_.concerts[concert.id] = concert;
  for (const Schedule& schedule : set.new_schedules) {
    Schedule& made = state_.schedules[schedule.id] = schedule;
    made.seat_count = made.available_seats = 0;  // its seats follow
    const auto is_its = [&](const Seat& seat) { return seat.place.schedule == schedule.id; };
    if (const auto first = std::ranges::find_if(set.new_seats, is_its); first != set.new_seats.end())
      made.first_seat = first->place.id;
  }
  for (const Draft& draft : set.new_drafts) state_.drafts[draft.concert] = draft;
  for (const Section& section : set.new_sections) state_.sections[section.id] = section;
  for (const Seat& seat : set.new_seats) {
    Schedule& schedule = state_.schedules.at(seat.place.schedule);
    require(seat.place.id.value == schedule.first_seat.value + schedule.seat_count, "a seat that does not follow the last one");
    ++schedule.seat_count;
    ++schedule.available_seats;
    state_.seats[seat.place.id] = seat;
  }
  for (const FinishedDraft& finished : set.finished_drafts) {
    state_.drafts.erase(finished.draft);
    for (const Schedule& date : finished.dates) state_.schedules.at(date.id).concert = finished.concert;
    if (finished.concert != finished.draft) state_.concerts.erase(finished.draft);
  }
}

void ModelStore::apply(WorkingSet& set) {
  apply_catalog(set);
  for (const auto& [id, schedule] : set.changed_schedules) state_.schedules.at(id).starts_at = schedule.starts_at;
  for (const Section& section : set.renamed_sections) {
    state_.sections[section.id] = section;
    state_.schedules.at(section.schedule).sections_version = state_.schedules.at(section.schedule).version + 1;
  }
  for (const auto& [id, record] : set.reservations) {
    if (!record.changed) continue;
    Reservation& reservation = state_.reservations[id] = record.reservation;
    std::ranges::sort(reservation.seats, {}, &ReservedSeat::id);
    if (record.has_new_payment) state_.payments[id] = *record.payment;
    for (const ReservedSeat& seat : reservation.seats)
      if (record.stored && !is_live(reservation.status)) state_.live.erase(seat.id);
  }
  for (const auto& [id, record] : set.reservations)
    if (record.changed && !record.stored && is_live(record.reservation.status))
      for (const ReservedSeat& seat : record.reservation.seats) state_.live[seat.id] = id;
  for (const auto& [id, record] : set.seats)
    if (record.changed) state_.seats[id] = record.seat;
  for (const auto& [user, record] : set.accounts)
    if (record.changed) state_.balances[user] = record.account.balance;
  for (const LedgerEntry& entry : set.ledger) state_.ledger[entry.id] = entry;
  for (const IdempotencyRecord& record : set.new_keys) state_.keys[record.key] = record;
  for (const Subject& subject : set.new_subjects) state_.users.emplace(subject, set.users.at(subject));
  for (const auto& [concert, change] : set.queues) {
    if (!change.is_changed()) continue;
    state_.queues[concert] = {.concert = concert, .tail = change.row.tail, .front = change.row.front};
    for (const auto& [number, row] : change.tickets) {
      if (row.state == TicketState::ended)
        state_.tickets.erase({concert, number});
      else
        state_.tickets[{concert, number}] = row;
    }
  }
  for (const Operator& account : set.new_operators) state_.operators[account.id] = account;
  for (const Operator& account : set.revoked_operators) state_.operators[account.id] = account;
  for (Deed& deed : set.deeds) {
    deed.id = {std::ssize(state_.deeds) + 1};
    deed.previous = state_.deeds.empty() ? Sha256{} : state_.deeds.back().hash;
    deed.hash = hash_of(deed);
    state_.deeds.push_back(deed);
  }
  for (const Event& event : set.events) state_.events.push_back(event);
  set.last_event = {static_cast<std::int64_t>(state_.events.size())};
  for (auto& [schedule, version] : set.versions) version = ++state_.schedules.at(schedule).version;
  for (const auto& [schedule, freed] : set.changes_of_available_seats()) state_.schedules.at(schedule).available_seats += freed;
  for (std::size_t i = 0; i < kIdKinds; ++i) state_.next_ids[i] = set.ids[i].next;
}

void ModelStore::load(const LoadVisitor& visitor) {
  const auto tell = [](const auto& callback, const auto& value) {
    if (callback) callback(value);
  };
  for (const auto& [id, concert] : state_.concerts) tell(visitor.concert, concert);
  for (const auto& [id, schedule] : state_.schedules) tell(visitor.schedule, schedule);
  for (const auto& [id, section] : state_.sections) tell(visitor.section, section);
  for (const auto& [id, seat] : state_.seats) tell(visitor.seat, seat);
  for (const auto& [id, reservation] : state_.reservations)
    if (reservation.status == ReservationStatus::held) tell(visitor.held_reservation, reservation);
  for (const auto& [concert, queue] : state_.queues) tell(visitor.queue, queue);
  for (const auto& [key, row] : state_.tickets)
    if (visitor.ticket) visitor.ticket(key.first, row);
  for (const auto& [key, row] : state_.tickets) {
    const auto is_paid_with = [&](const auto& entry) {
      const Reservation& reservation = entry.second;
      return reservation.status == ReservationStatus::confirmed && reservation.concert == key.first &&
             reservation.ticket == row.number && reservation.user == row.user;
    };
    if (visitor.completed_ticket && std::ranges::any_of(state_.reservations, is_paid_with))
      visitor.completed_ticket(key.first, row.number);
  }
}

std::unique_ptr<StoreReader> ModelStore::open_reader() { return std::make_unique<ModelReader>(state_); }

int ModelStore::forget_draft(TimePoint before, int limit) {
  const auto is_old = [&](const auto& entry) { return entry.second.is_going || entry.second.begun_at < before; };
  const auto old = std::ranges::find_if(state_.drafts, is_old);
  if (old == state_.drafts.end()) return 0;
  old->second.is_going = true;
  const ConcertId draft = old->first;
  const auto date = std::ranges::find_if(
      state_.schedules.rbegin(), state_.schedules.rend(), [&](const auto& entry) { return entry.second.concert == draft; });
  if (date == state_.schedules.rend()) {
    state_.drafts.erase(draft);
    state_.concerts.erase(draft);
    return 1;
  }
  auto& [id, schedule] = *date;
  int deleted = 0;
  for (; deleted < limit && schedule.seat_count > 0; ++deleted)
    state_.seats.erase({schedule.first_seat.value + --schedule.seat_count}), --schedule.available_seats;
  if (deleted > 0) return deleted;
  std::erase_if(state_.sections, [gone = id](const auto& entry) { return entry.second.schedule == gone; });
  state_.schedules.erase(ScheduleId{id});
  return 1;
}

Forgotten ModelStore::forget(const KeptSince& since, int limit) {
  const std::lock_guard lock(state_.mutex);
  Forgotten forgotten;
  for (auto at = state_.keys.begin(); at != state_.keys.end() && forgotten.keys < limit;) {
    const bool is_old = at->second.created_at < since.keys;
    at = is_old ? state_.keys.erase(at) : std::next(at);
    forgotten.keys += is_old;
  }
  EventHorizon& horizon = state_.horizon;
  while (forgotten.events < limit && horizon.first.value < std::ssize(state_.events)) {
    const TimePoint at = state_.events[static_cast<std::size_t>(horizon.first.value - 1)].occurred_at;
    if (at >= since.events) break;
    horizon = {.first = {horizon.first.value + 1}, .gone_until = std::max(horizon.gone_until, at)};
    ++forgotten.events;
  }
  forgotten.drafts = forget_draft(since.drafts, limit);
  forgotten.has_more = forgotten.drafts > 0 || forgotten.keys == limit || forgotten.events == limit;
  forgotten.first_event = horizon.first;
  return forgotten;
}

}  // namespace frontrow
