#include "app/shared_state.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace frontrow {

namespace {

CachedSeat cached(const Seat& seat, UserId holder) {
  return {.id = seat.place.id, .status = seat.status, .held_until = seat.held_until, .holder = holder};
}

// What memory shows of a seat needs no reservation.
SeatMap::Change change_of(const SeatPlace& place, const CachedSeat& seat) {
  return {.seat = {.place = place, .status = seat.status, .held_until = seat.held_until}, .holder = seat.holder};
}

}  // namespace

// --- what this pod has committed ----------------------------------------------------------------------------------------------------

void SharedState::apply(const WorkingSet& set) {
  if (!set.new_concerts.empty() || !set.changed_concerts.empty() || !set.new_schedules.empty()) {
    try {
      refresh_catalog();
    } catch (const Unavailable& lost) {
      log_warn("the catalog will be late", {{"reason", lost.what()}});
    }
  }
  apply_seats(set);
  apply_holds(set);
  if (!set.events.empty()) metrics_.events_last_id.Set(static_cast<double>(set.last_event.value));
}

void SharedState::apply_seats(const WorkingSet& set) {
  std::map<ScheduleId, std::vector<SeatMap::Change>> changes;
  for (const auto& [id, record] : set.seats) {
    if (!record.changed) continue;
    const ReservationRecord* owner = record.seat.reservation ? set.reservation(record.seat.reservation) : nullptr;
    changes[record.seat.place.schedule].push_back({record.seat, owner == nullptr ? UserId{} : owner->reservation.user});
  }
  const auto picture = catalog_.picture();
  for (const auto& [schedule, seats] : changes) {
    const std::int64_t version = set.versions.at(schedule);
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
    if (reservation.status == ReservationStatus::held) queue->hold_began(reservation.ticket, reservation.expires_at);
    else queue->hold_ended(reservation.ticket, reservation.user);
    if (reservation.status == ReservationStatus::expired) {
      metrics_.holds_expired.Increment();
      metrics_.expiry_lag_seconds.Set(std::chrono::duration<double>(set.now - reservation.expires_at).count());
    }
  }
}

// --- what others have stored --------------------------------------------------------------------------------------------------------

std::shared_ptr<SeatMap> SharedState::make_map(const Schedule& schedule) {
  const StoredSeatMap stored = stored_seats(schedule.id);
  std::vector<SeatPlace> places;
  for (const Seat& seat : stored.seats) places.push_back(seat.place);
  Schedule as_read = schedule;
  as_read.version = stored.version;
  auto map = std::make_shared<SeatMap>(as_read, reader_.sections(schedule.id), std::move(places));
  for (const Seat& seat : stored.seats) map->load(seat, UserId{});
  const std::lock_guard lock(followed_mutex_);
  followed_[schedule.id] = {.map = map, .seen = stored.version};
  return map;
}

void SharedState::put_concert(const Concert& concert, const std::vector<Schedule>& schedules) {
  const auto known = catalog_.picture();
  const auto queue = rooms_.queue(concert, limits_);
  queue->change_concert(concert);
  ConcertEntry entry{.concert = concert, .schedules = {}, .queue = queue};
  for (const Schedule& schedule : schedules) {
    const auto before = known->schedules.find(schedule.id);
    entry.schedules.push_back(before == known->schedules.end() ? make_map(schedule) : before->second);
  }
  const ConcertEntry* before = known->find(concert.id);
  if (before != nullptr && before->concert == concert && before->schedules.size() == entry.schedules.size()) return;
  catalog_.put(std::make_shared<const ConcertEntry>(std::move(entry)));
}

void SharedState::refresh_catalog() {
  const std::lock_guard lock(catalog_mutex_);
  for (const Concert& concert : reader_.concerts()) put_concert(concert, reader_.schedules(concert.id));
  auto versions = reader_.seat_map_versions();
  const std::lock_guard followed_lock(followed_mutex_);
  stored_ = std::move(versions);
}

void SharedState::sync_seats() {
  std::vector<std::pair<Followed*, std::int64_t>> all;
  {
    const std::lock_guard lock(followed_mutex_);
    for (auto& [id, followed] : followed_) all.emplace_back(&followed, stored_[id]);
  }
  for (auto& [followed, stored] : all) {
    try {
      sync(*followed, stored);
      cache_is_up_ = true;
    } catch (const Unavailable& lost) {
      if (lost.component != "redis") throw;
      if (cache_is_up_.exchange(false)) log_warn("the seat cache is away", {{"reason", lost.what()}});
      if (followed->seen < stored) fill(*followed, false);
    }
  }
}

void SharedState::sync(Followed& followed, std::int64_t stored) {
  const ScheduleId schedule = followed.map->schedule().id;
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
  // A change the store has had for a second and the cache still has not will not come any more.
  if (followed.seen < followed.missing && followed.missing < stored) fill(followed, true);
  if (followed.seen >= followed.missing) followed.missing = stored;
}

// The version is the primary's, and asked first: a replica that has not reached it is passed over.
StoredSeatMap SharedState::stored_seats(ScheduleId schedule) {
  const auto version = reader_.seat_map_version(schedule);
  auto seats = reader_.seat_map(schedule, version.value_or(0));
  if (!version || !seats) throw Unavailable{"store", "a schedule's seats cannot be read"};
  return std::move(*seats);
}

void SharedState::fill(Followed& followed, bool is_cached) {
  const ScheduleId schedule = followed.map->schedule().id;
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
