#include "app/live/shared_state.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace frontrow {

namespace {

CachedSeat cached(const Seat& seat, UserId holder) {
  return {.id = seat.place.id, .status = seat.status, .held_until = seat.held_until, .holder = holder, .price = seat.price};
}

// The part of a seat that memory shows needs no reservation.
SeatMap::Change change_of(const SeatPlace& place, const CachedSeat& seat) {
  return {.seat = {.place = place, .price = seat.price, .status = seat.status, .held_until = seat.held_until},
          .holder = seat.holder};
}

}  // namespace

// The commits of this pod.

void SharedState::apply(const WorkingSet& set) {
  const CommittedChanges changes = committed_changes(set);
  if (set.is_catalog_changed()) apply_catalog(set);
  apply_seats(changes);
  apply_holds(changes);
  apply_queues(set);
  count(set, changes, metrics_);
}

// Maps are made before the lock is taken: a hall may have 100,000 seats.
void SharedState::apply_catalog(const WorkingSet& set) {
  std::map<ScheduleId, std::vector<Section>> sections;
  std::map<ScheduleId, std::vector<Seat>> seats;
  for (const Section& section : set.new_sections) sections[section.schedule].push_back(section);
  for (const Seat& seat : set.new_seats) seats[seat.place.schedule].push_back(seat);
  std::map<ConcertId, News> news;
  NewMaps maps;
  for (const Schedule& schedule : set.new_schedules) {
    auto map = std::make_shared<SeatMap>(schedule, std::move(sections[schedule.id]), seats[schedule.id]);
    maps[schedule.id] = {.map = std::move(map), .version = schedule.version};
    news[schedule.concert].schedules.push_back(schedule);
  }
  for (auto [id, schedule] : set.changed_schedules) {
    schedule.version = set.versions.at(id);
    news[schedule.concert].schedules.push_back(schedule);
  }
  for (const Concert& concert : set.new_concerts) news[concert.id].concert = concert;
  // A concert that another pod has made a moment ago is not known here, and neither are its dates: the next look brings all of it.
  const auto picture = catalog_.picture();
  for (const Concert& concert : set.changed_concerts)
    if (picture->find(concert.id) != nullptr) news[concert.id].concert = concert;
  take_in(news, maps);
  rename_sections(set, *picture);
}

// If two rows of one version differ, the later arrival is taken: a pod of an older release does not raise the version.
bool SharedState::News::is_news_to(const ConcertEntry* known) const {
  if (known == nullptr) return concert.has_value();
  if (concert && concert->version >= known->concert.version && *concert != known->concert) return true;
  return std::ranges::any_of(schedules, [&](const Schedule& schedule) { return known->is_news(schedule); });
}

void SharedState::take_in(const std::map<ConcertId, News>& news, const NewMaps& maps) {
  std::vector<ConcertId> ids;  // mostly none: looked for before the lock
  const auto picture = catalog_.picture();
  for (const auto& [id, one] : news)
    if (one.is_news_to(picture->find(id))) ids.push_back(id);
  if (ids.empty()) return;
  const MutexLock lock(catalog_mutex_);
  std::vector<std::shared_ptr<const ConcertEntry>> changed;
  for (const ConcertId id : ids) {
    auto entry = taken_in(id, news.at(id), maps);
    if (entry == nullptr) continue;
    if (!entry->concert.is_deleted) {
      changed.push_back(std::move(entry));
      continue;
    }
    deleted_.insert(id);
    catalog_.drop(id);
  }
  if (!changed.empty()) catalog_.put(changed);
}

// Null: that says nothing new any more.
std::shared_ptr<const ConcertEntry> SharedState::taken_in(ConcertId id, const News& news, const NewMaps& maps) {
  const auto picture = catalog_.picture();
  const ConcertEntry* known = picture->find(id);
  // A replica that is behind must not bring a deleted concert back.
  if (known == nullptr && (!news.concert || news.concert->is_deleted || deleted_.contains(id))) return nullptr;
  ConcertEntry entry = known == nullptr ? ConcertEntry{.concert = {}, .schedules = {}, .queue = nullptr} : *known;
  bool is_news = false;
  if (news.concert && (known == nullptr || (news.concert->version >= known->concert.version && *news.concert != known->concert))) {
    entry.concert = *news.concert;
    is_news = true;
  }
  for (const Schedule& schedule : news.schedules) {
    const auto made = maps.find(schedule.id);
    if (entry.find(schedule.id) != nullptr) {
      is_news |= entry.change(schedule);
    } else if (made != maps.end()) {
      is_news |= entry.add({.schedule = schedule, .seats = made->second.map});
      follow(schedule.id, made->second);
    }
  }
  if (!is_news) return nullptr;
  const auto queue = rooms_.queue(entry.concert, limits_);
  queue->change_concert(for_queue(entry));
  entry.queue = queue;
  return std::make_shared<const ConcertEntry>(std::move(entry));
}

void SharedState::follow(ScheduleId schedule, const NewMap& added) {
  const MutexLock lock(followed_mutex_);
  followed_.try_emplace(schedule, Followed{.map = added.map, .seen = added.version});
}

void SharedState::apply_seats(const CommittedChanges& changes) {
  const auto picture = catalog_.picture();
  for (const auto& [schedule, seats] : changes.seats) {
    if (SeatMap* map = picture->find(schedule)) map->apply(seats.changes, seats.version);
    std::vector<CachedSeat> told;
    for (const SeatMap::Change& change : seats.changes) told.push_back(cached(change.seat, change.holder));
    try {
      cache_.put(schedule, seats.version, told);
    } catch (const Unavailable&) {
      cache_is_up_ = false;  // the others will notice by the version in the store
    }
  }
}

void SharedState::apply_holds(const CommittedChanges& changes) {
  for (const Reservation* begun : changes.begun)
    if (const auto queue = queue_of(begun->concert)) queue->hold_began(begun->ticket, begun->expires_at);
  for (const Reservation* ended : changes.ended)
    if (const auto queue = queue_of(ended->concert)) queue->hold_ended(ended->ticket);
}

void SharedState::apply_queues(const WorkingSet& set) {
  std::set<ConcertId> concerts;
  for (const auto& [holder, row] : set.tickets) concerts.insert(holder.concert);
  for (const auto& [concert, change] : set.queues) concerts.insert(concert);
  for (const ConcertId concert : concerts)
    if (const auto queue = queue_of(concert)) queue->apply(set);
}

// Null while the concert is not known here.
std::shared_ptr<SharedQueue> SharedState::queue_of(ConcertId concert) {
  const auto picture = catalog_.picture();
  const ConcertEntry* entry = picture->find(concert);
  return entry == nullptr ? nullptr : rooms_.queue(entry->concert, limits_);
}

// The rows that other pods have stored.

// Nothing: the schedule is gone meanwhile, or its rows cannot be shown. The others go on.
std::optional<SharedState::NewMap> SharedState::read_map(const Schedule& schedule) {
  const auto stored = stored_seats(schedule.id);
  if (!stored) return {};
  if (const auto why = why_no_map(schedule.id, stored->sections, stored->seats)) {
    if (without_map_.insert(schedule.id).second)
      log_error("the seats of a schedule cannot be shown", {{"schedule", schedule.id.value}, {"reason", *why}});
    return {};
  }
  without_map_.erase(schedule.id);
  Schedule as_read = schedule;
  as_read.version = stored->version;
  auto map = std::make_shared<SeatMap>(as_read, stored->sections, stored->seats);
  for (const Seat& seat : stored->seats) map->load(seat, UserId{});
  return NewMap{.map = std::move(map), .version = stored->version};
}

// Adds the maps of those that are not known here yet, and stops where the store is lost.
std::optional<Unavailable> SharedState::read_new_maps(const std::vector<Schedule>& schedules, NewMaps& maps) {
  const auto picture = catalog_.picture();
  for (const Schedule& schedule : schedules) {
    if (picture->schedules.contains(schedule.id)) continue;
    try {
      if (auto map = read_map(schedule)) maps.emplace(schedule.id, std::move(*map));
    } catch (const Unavailable& lost) {
      return lost;
    }
  }
  return {};
}

// Names that another pod has given to sections.
void SharedState::read_new_names(const std::vector<Schedule>& schedules) {
  const auto picture = catalog_.picture();
  for (const Schedule& schedule : schedules) {
    SeatMap* map = picture->find(schedule.id);
    if (map == nullptr || map->sections_version() >= schedule.sections_version) continue;
    if (auto stored = stored_seats(schedule.id)) map->rename(std::move(stored->sections), schedule.sections_version);
  }
}

void SharedState::refresh_catalog() {
  const StoredCatalog stored = reader_.catalog();
  std::set<ConcertId> gone;
  for (const Concert& concert : stored.concerts)
    if (concert.is_deleted) gone.insert(concert.id);
  std::vector<Schedule> schedules;
  for (const Schedule& schedule : stored.schedules)
    if (!gone.contains(schedule.concert)) schedules.push_back(schedule);
  NewMaps maps;
  const auto lost = read_new_maps(schedules, maps);
  std::map<ConcertId, News> news;
  for (const Concert& concert : stored.concerts) news[concert.id].concert = concert;
  for (const Schedule& schedule : schedules) news[schedule.concert].schedules.push_back(schedule);
  // With the store lost half way, a concert that is new here waits until all its dates can be shown.
  const auto picture = catalog_.picture();
  if (lost) std::erase_if(news, [&](const auto& one) { return picture->find(one.first) == nullptr; });
  take_in(news, maps);
  if (lost) throw Unavailable{*lost};
  read_new_names(schedules);
  auto versions = reader_.seat_map_versions();
  const MutexLock lock(followed_mutex_);
  stored_ = std::move(versions);
  ++looks_;
}

void SharedState::sync_seats() {
  std::vector<std::pair<Followed*, std::int64_t>> all;
  std::int64_t look = 0;
  {
    const MutexLock lock(followed_mutex_);
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

// The version is the primary's, and asked first: a replica that has not reached it is passed over. Nothing: no such schedule.
std::optional<StoredSeatMap> SharedState::stored_seats(ScheduleId schedule) {
  const auto version = reader_.seat_map_version(schedule);
  return version ? reader_.seat_map(schedule, *version) : std::nullopt;
}

void SharedState::fill(Followed& followed, bool is_cached) {
  const ScheduleId schedule = followed.map->schedule();
  std::optional<std::string> permit;
  if (is_cached && !(permit = cache_.begin_fill(schedule))) return;  // another pod is at it
  const auto stored = stored_seats(schedule);
  if (!stored) throw Unavailable{"store", "a schedule's seats cannot be read"};
  std::vector<SeatMap::Change> seats;
  std::vector<CachedSeat> told;
  for (const Seat& seat : stored->seats) {
    if (followed.map->place(seat.place.id) == nullptr) continue;
    seats.push_back({.seat = seat, .holder = {}});
    told.push_back(cached(seat, {}));
  }
  followed.map->merge(seats, std::vector<std::int64_t>(seats.size(), stored->version), stored->version);
  followed.seen = std::max(followed.seen, stored->version);
  if (permit) cache_.fill(schedule, *permit, stored->version, told);
}

}  // namespace frontrow
