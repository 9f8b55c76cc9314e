#include "app/live/shared_state.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr int kLooksAfterAsking = 60;  // one a second
constexpr int kReadRoundAtOnce = 16;   // concerts
constexpr int kReadRoundEvery = 2;     // seconds
constexpr int kRoundsToAppear = 100;   // ten seconds

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
  StoredCatalog news = version_ ? reader_.catalog_since(*version_) : reader_.catalog();
  const bool was_restored = version_ && news.version < *version_;
  if (was_restored) news = reader_.catalog();
  take(news);
  version_ = news.version;
  if (++catalog_rounds_ % kReadRoundEvery != 0) return look_at_versions(news.schedules);
  const StoredCatalog stretch = reader_.catalog_after(read_upto_, kReadRoundAtOnce);
  take(stretch);
  read_upto_ = std::ssize(stretch.concerts) < kReadRoundAtOnce ? ConcertId{} : stretch.concerts.back().id;
  look_at_versions(stretch.schedules);
}

void SharedState::take(const StoredCatalog& stored) {
  if (stored.concerts.empty()) return;
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
}

// The dates that were read with the catalogue just now, and those that somebody has asked for.
void SharedState::look_at_versions(const std::vector<Schedule>& read) {
  auto versions = reader_.seat_map_versions(asked_for());
  for (const Schedule& schedule : read) versions[schedule.id] = std::max(versions[schedule.id], schedule.version);
  const MutexLock lock(followed_mutex_);
  stored_ = std::move(versions);
  ++looks_;
}

std::vector<ScheduleId> SharedState::asked_for() {
  std::vector<ScheduleId> asked;
  const MutexLock lock(followed_mutex_);
  for (auto& [id, followed] : followed_) {
    if (followed.map->take_asked()) followed.looks_left = kLooksAfterAsking;
    if (followed.looks_left > 0) asked.push_back(id), --followed.looks_left;
  }
  return asked;
}

// False: the cache is away. What it has named stays named until it was read.
bool SharedState::read_news() {
  try {
    const SeatMapCache::News news = cache_.news(news_upto_);
    news_upto_ = news.upto;
    for (const ScheduleId id : news.schedules) changed_[id] = kRoundsToAppear;
    if (!cache_is_up_.exchange(true)) log_info("the seat cache is back");
    return true;
  } catch (const Unavailable& lost) {
    lost_cache(lost);
    return false;
  }
}

void SharedState::lost_cache(const Unavailable& lost) {
  if (lost.component != "redis") throw Unavailable{lost};
  news_upto_ = 0;  // the server that answers next may have another clock
  if (cache_is_up_.exchange(false)) log_warn("the seat cache is away", {{"reason", lost.what()}});
}

std::vector<SharedState::Followed*> SharedState::to_be_synced(std::map<ScheduleId, std::int64_t>& stored, std::int64_t& look) {
  std::vector<Followed*> found;
  const MutexLock lock(followed_mutex_);
  look = looks_;
  stored = stored_;
  for (const auto& [id, version] : stored)
    if (const auto at = followed_.find(id); at != followed_.end() && at->second.seen < version) doubtful_.insert(id);
  std::set<ScheduleId> ids = doubtful_;
  for (const auto& [id, rounds] : changed_) ids.insert(id);
  for (const ScheduleId id : ids)
    if (const auto at = followed_.find(id); at != followed_.end()) found.push_back(&at->second);
  // A date that was made elsewhere a moment ago: its map may be under way, from rows as they were before.
  for (auto at = changed_.begin(); at != changed_.end();)
    at = followed_.contains(at->first) || --at->second > 0 ? std::next(at) : changed_.erase(at);
  return found;
}

void SharedState::sync_seats() {
  bool is_up = read_news();
  std::map<ScheduleId, std::int64_t> versions;
  std::int64_t look = 0;
  for (Followed* const followed : to_be_synced(versions, look)) {
    const ScheduleId id = followed->map->schedule();
    const auto at = versions.find(id);
    const std::int64_t stored = at == versions.end() ? 0 : at->second;
    if (is_up) {
      try {
        sync(*followed, stored, look);
        changed_.erase(id);
      } catch (const Unavailable& lost) {
        lost_cache(lost);
        is_up = false;
      }
    }
    if (!is_up && followed->seen < std::max(stored, followed->missing)) fill(*followed, false);
    if (followed->seen >= std::max(stored, followed->missing)) doubtful_.erase(id);
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
