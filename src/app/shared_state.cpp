#include "app/shared_state.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr std::chrono::seconds kReplicaMayLag{10};

CachedSeat cached(const Seat& seat, UserId holder) {
  return {.id = seat.place.id, .status = seat.status, .held_until = seat.held_until, .holder = holder, .price = seat.price};
}

// What memory shows of a seat needs no reservation.
SeatMap::Change change_of(const SeatPlace& place, const CachedSeat& seat) {
  return {.seat = {.place = place, .price = seat.price, .status = seat.status, .held_until = seat.held_until},
          .holder = seat.holder};
}

}  // namespace

// --- what this pod has committed
// ----------------------------------------------------------------------------------------------------

void SharedState::apply(const WorkingSet& set) {
  if (set.is_catalog_changed()) apply_catalog(set);
  apply_seats(set);
  apply_holds(set);
  if (!set.events.empty()) metrics_.events_last_id.Set(static_cast<double>(set.last_event.value));
}

void SharedState::apply_catalog(const WorkingSet& set) {
  const std::lock_guard lock(catalog_mutex_);
  std::map<ScheduleId, std::vector<Section>> sections;
  std::map<ScheduleId, std::vector<Seat>> seats;
  for (const Section& section : set.new_sections) sections[section.schedule].push_back(section);
  for (const Seat& seat : set.new_seats) seats[seat.place.schedule].push_back(seat);
  std::map<ConcertId, std::vector<ScheduleEntry>> added;
  for (const Schedule& schedule : set.new_schedules) {
    auto map = std::make_shared<SeatMap>(schedule, std::move(sections[schedule.id]), seats[schedule.id]);
    added[schedule.concert].push_back({.schedule = schedule, .seats = follow(std::move(map), schedule.version)});
  }
  std::map<ConcertId, Concert> concerts;
  for (const Concert& concert : set.new_concerts) concerts.insert_or_assign(concert.id, concert);
  for (const Concert& concert : set.changed_concerts) concerts.insert_or_assign(concert.id, concert);
  const auto picture = catalog_.picture();
  for (const auto& [id, maps] : added)
    if (const ConcertEntry* known = picture->find(id); known != nullptr) concerts.try_emplace(id, known->concert);
  for (const auto& [id, concert] : concerts) put_own(concert, std::move(added[id]));
  for (auto [id, schedule] : set.changed_schedules) {
    schedule.version = set.versions.at(id);
    put_own(schedule);
  }
  for (const Section& section : set.renamed_sections)
    if (SeatMap* map = picture->find(section.schedule))
      map->rename(set.sections.at(section.schedule), set.versions.at(section.schedule));
}

// Of a concert nobody has told us of yet, the next look at the store will.
void SharedState::put_own(const Schedule& schedule) {
  const auto picture = catalog_.picture();
  const ConcertEntry* known = picture->find(schedule.concert);
  if (known == nullptr) return;
  ConcertEntry entry = *known;
  entry.change(schedule);
  rooms_.queue(entry.concert, limits_)->change_concert(for_queue(entry));
  catalog_.put(std::make_shared<const ConcertEntry>(std::move(entry)));
}

void SharedState::put_own(const Concert& concert, std::vector<ScheduleEntry> added) {
  if (concert.is_deleted) return drop(concert.id);
  own_until_[concert.id] = steady_now() + kReplicaMayLag;
  const auto queue = rooms_.queue(concert, limits_);
  const auto picture = catalog_.picture();
  const ConcertEntry* known = picture->find(concert.id);
  ConcertEntry entry{
      .concert = concert, .schedules = known == nullptr ? std::vector<ScheduleEntry>{} : known->schedules, .queue = queue};
  entry.schedules.insert(entry.schedules.end(), added.begin(), added.end());
  queue->change_concert(for_queue(entry));
  catalog_.put(std::make_shared<const ConcertEntry>(std::move(entry)));
}

void SharedState::apply_seats(const WorkingSet& set) {
  std::map<ScheduleId, std::vector<SeatMap::Change>> changes;
  for (const auto& [id, record] : set.seats) {
    if (!record.changed) continue;
    const ReservationRecord* owner = record.seat.reservation ? set.reservation(record.seat.reservation) : nullptr;
    changes[record.seat.place.schedule].push_back({record.seat, owner == nullptr ? UserId{} : owner->reservation.user});
  }
  const auto picture = catalog_.picture();
  for (const auto& [schedule, version] : set.versions) {
    const auto& seats = changes[schedule];
    if (SeatMap* map = picture->find(schedule)) map->apply(seats, version);
    std::vector<CachedSeat> told;
    for (const SeatMap::Change& change : seats) told.push_back(cached(change.seat, change.holder));
    try {
      cache_.put(schedule, version, told);
    } catch (const Unavailable&) {
      cache_is_up_ = false;  // the others will notice by the version in the store
    }
  }
}

void SharedState::apply_holds(const WorkingSet& set) {
  const auto picture = catalog_.picture();
  for (const auto& [id, record] : set.reservations) {
    const Reservation& reservation = record.reservation;
    if (!record.changed || record.stored == reservation.status || !reservation.ticket) continue;
    const ConcertEntry* entry = picture->find(reservation.concert);
    if (entry == nullptr) continue;
    const auto queue = rooms_.queue(entry->concert, limits_);
    if (reservation.status == ReservationStatus::held)
      queue->hold_began(reservation.ticket, reservation.expires_at);
    else
      queue->hold_ended(reservation.ticket, reservation.user);
    if (reservation.status == ReservationStatus::expired) {
      metrics_.holds_expired.Increment();
      metrics_.expiry_lag_seconds.Set(std::chrono::duration<double>(set.now - reservation.expires_at).count());
    }
  }
}

// --- what others have stored
// --------------------------------------------------------------------------------------------------------

std::shared_ptr<SeatMap> SharedState::make_map(const Schedule& schedule) {
  const StoredSeatMap stored = stored_seats(schedule.id);
  Schedule as_read = schedule;
  as_read.version = stored.version;
  auto map = std::make_shared<SeatMap>(as_read, reader_.sections(schedule.id), stored.seats);
  for (const Seat& seat : stored.seats) map->load(seat, UserId{});
  return follow(std::move(map), stored.version);
}

std::shared_ptr<SeatMap> SharedState::follow(std::shared_ptr<SeatMap> map, std::int64_t version) {
  const std::lock_guard lock(followed_mutex_);
  followed_[map->schedule()] = {.map = map, .seen = version};
  return map;
}

// A replica may not know yet what was changed here lately, and another pod may have changed it since: then the primary is asked. A
// schedule says itself how old its row is.
void SharedState::put_concert(const Concert& stored, const std::vector<Schedule>& schedules) {
  if (stored.is_deleted) return drop(stored.id);
  if (deleted_.contains(stored.id)) return;  // a replica that is behind
  const auto picture = catalog_.picture();
  const ConcertEntry* before = picture->find(stored.id);
  if (before != nullptr && schedules.size() < before->schedules.size()) return;  // a replica that is behind
  const auto own = own_until_.find(stored.id);
  const bool is_ours = before != nullptr && own != own_until_.end() && steady_now() < own->second;
  const Concert concert = is_ours ? reader_.concert(stored.id).value_or(before->concert) : stored;
  const auto queue = rooms_.queue(concert, limits_);
  ConcertEntry entry{.concert = concert, .schedules = {}, .queue = queue};
  bool is_news = before == nullptr || before->concert != concert;
  for (const Schedule& schedule : schedules) {
    const ScheduleEntry* known = before == nullptr ? nullptr : before->find(schedule.id);
    is_news |= known == nullptr;
    entry.schedules.push_back(known == nullptr ? ScheduleEntry{.schedule = schedule, .seats = make_map(schedule)} : *known);
    is_news |= entry.change(schedule);
    SeatMap& map = *entry.schedules.back().seats;
    if (map.sections_version() < schedule.sections_version) map.rename(reader_.sections(schedule.id), schedule.sections_version);
  }
  queue->change_concert(for_queue(entry));
  if (is_news) catalog_.put(std::make_shared<const ConcertEntry>(std::move(entry)));
}

// For good: nothing brings a concert back.
void SharedState::drop(ConcertId concert) {
  deleted_.insert(concert);
  catalog_.drop(concert);
}

void SharedState::refresh_catalog() {
  const std::lock_guard lock(catalog_mutex_);
  for (const Concert& concert : reader_.concerts()) put_concert(concert, reader_.schedules(concert.id));
  auto versions = reader_.seat_map_versions();
  const std::lock_guard followed_lock(followed_mutex_);
  stored_ = std::move(versions);
  ++looks_;
}

void SharedState::sync_seats() {
  std::vector<std::pair<Followed*, std::int64_t>> all;
  std::int64_t look = 0;
  {
    const std::lock_guard lock(followed_mutex_);
    look = looks_;
    for (auto& [id, followed] : followed_) all.emplace_back(&followed, stored_[id]);
  }
  for (auto& [followed, stored] : all) {
    try {
      sync(*followed, stored, look);
      cache_is_up_ = true;
    } catch (const Unavailable& lost) {
      if (lost.component != "redis") throw;
      if (cache_is_up_.exchange(false)) log_warn("the seat cache is away", {{"reason", lost.what()}});
      if (followed->seen < stored) fill(*followed, false);
    }
  }
}

void SharedState::sync(Followed& followed, std::int64_t stored, std::int64_t look) {
  const ScheduleId schedule = followed.map->schedule();
  const auto changes = cache_.changes(schedule, followed.seen);
  if (!changes) return fill(followed, true);
  std::vector<SeatMap::Change> seats;
  std::vector<std::int64_t> versions;
  for (const CachedSeat& seat : changes->seats) {
    const SeatPlace* place = followed.map->place(seat.id);
    if (place == nullptr) continue;
    seats.push_back(change_of(*place, seat));
    versions.push_back(seat.version);
  }
  if (!seats.empty() || changes->version > followed.seen) followed.map->merge(seats, versions, changes->version);
  followed.seen = std::max(followed.seen, changes->version);
  // A change the store has had since the look before and the cache still has not will not come any more.
  if (followed.seen < followed.missing && followed.missed_at < look) fill(followed, true);
  if (followed.seen >= followed.missing && followed.missing < stored) {
    followed.missing = stored;
    followed.missed_at = look;
  }
}

// The version is the primary's, and asked first: a replica that has not reached it is passed over.
StoredSeatMap SharedState::stored_seats(ScheduleId schedule) {
  const auto version = reader_.seat_map_version(schedule);
  auto seats = reader_.seat_map(schedule, version.value_or(0));
  if (!version || !seats) throw Unavailable{"store", "a schedule's seats cannot be read"};
  return std::move(*seats);
}

void SharedState::fill(Followed& followed, bool is_cached) {
  const ScheduleId schedule = followed.map->schedule();
  std::optional<std::string> permit;
  if (is_cached && !(permit = cache_.begin_fill(schedule))) return;  // another pod is at it
  const StoredSeatMap stored = stored_seats(schedule);
  std::vector<SeatMap::Change> seats;
  std::vector<CachedSeat> told;
  for (const Seat& seat : stored.seats) {
    seats.push_back({.seat = seat, .holder = {}});
    told.push_back(cached(seat, {}));
  }
  followed.map->merge(seats, std::vector<std::int64_t>(seats.size(), stored.version), stored.version);
  followed.seen = std::max(followed.seen, stored.version);
  if (permit) cache_.fill(schedule, *permit, stored.version, told);
}

}  // namespace frontrow
