#include "app/live/shared_state.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace frontrow {

namespace {

constexpr Duration kLookedAtAfterAsking{60'000};
constexpr int kReadRoundAtOnce = 16;  // concerts
constexpr int kReadRoundEvery = 2;    // seconds
constexpr int kRoundsToAppear = 100;  // ten seconds

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
  CommittedChanges changes = committed_changes(set);
  if (set.is_catalog_changed()) apply_catalog(set);
  apply_seats(changes);
  apply_holds(changes);
  apply_queues(set);
  count(set, changes, metrics_);
}

void SharedState::apply_catalog(const WorkingSet& set) {
  std::map<ConcertId, News> news;
  for (const Schedule& date : new_dates(set)) news[date.concert].schedules.push_back(date);
  for (auto [id, schedule] : set.changed_schedules) {
    schedule.version = set.versions.at(id);
    news[schedule.concert].schedules.push_back(schedule);
  }
  for (const Concert& concert : set.new_concerts) news[concert.id].concert = concert;
  // A concert that another pod has made a moment ago is not known here, and neither are its dates: the next look brings all of it.
  const auto picture = catalog_.picture();
  for (const Concert& concert : set.changed_concerts)
    if (picture->find(concert.id) != nullptr) news[concert.id].concert = concert;
  take_in(news);
  rename_sections(set, *picture);
}

// If two rows of one version differ, the later arrival is taken: a pod of an older release does not raise the version.
bool SharedState::News::is_news_to(const ConcertEntry* known) const {
  if (known == nullptr) return concert.has_value();
  if (concert && concert->version >= known->concert.version && *concert != known->concert) return true;
  return std::ranges::any_of(schedules, [&](const Schedule& schedule) { return known->is_news(schedule); });
}

void SharedState::take_in(const std::map<ConcertId, News>& news) {
  std::vector<ConcertId> ids;  // mostly none: looked for before the lock
  const auto picture = catalog_.picture();
  for (const auto& [id, one] : news)
    if (one.is_news_to(picture->find(id))) ids.push_back(id);
  if (ids.empty()) return;
  const MutexLock lock(catalog_mutex_);
  std::vector<std::shared_ptr<const ConcertEntry>> changed;
  for (const ConcertId id : ids) {
    auto entry = taken_in(id, news.at(id));
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
std::shared_ptr<const ConcertEntry> SharedState::taken_in(ConcertId id, const News& news) {
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
  for (const Schedule& schedule : news.schedules)
    is_news |= entry.find(schedule.id) != nullptr ? entry.change(schedule)
                                                  : entry.add({.schedule = schedule, .hall = std::make_shared<Hall>(schedule)});
  if (!is_news) return nullptr;
  const auto queue = rooms_.queue(entry.concert, limits_);
  queue->change_concert(for_queue(entry));
  entry.queue = queue;
  return std::make_shared<const ConcertEntry>(std::move(entry));
}

// Another pod may end the holds that begin here: only those that are over count, as the store tells them.
void SharedState::apply_seats(CommittedChanges& changes) {
  const auto picture = catalog_.picture();
  for (auto& [schedule, seats] : changes.seats) {
    seats.begun.clear();
    if (Hall* hall = picture->find(schedule)) hall->apply(seats);
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

// Names that another pod has given to sections.
void SharedState::read_new_names() {
  const auto picture = catalog_.picture();
  for (const std::shared_ptr<Hall>& hall : halls_->in_memory()) {
    const ConcertEntry* concert = picture->find(hall->concert());
    const ScheduleEntry* date = concert == nullptr ? nullptr : concert->find(hall->id());
    const auto map = hall->present_map();
    if (date == nullptr || map == nullptr || map->sections_version() >= date->schedule.sections_version) continue;
    if (const auto stored = stored_seats(hall->id())) map->rename(stored->sections, stored->sections_version);
  }
}

void SharedState::refresh_catalog() {
  StoredCatalog news = version_ ? reader_.catalog_since(*version_) : reader_.catalog();
  const bool was_restored = version_ && news.version < *version_;
  if (was_restored) news = reader_.catalog();
  take(news);
  version_ = news.version;
  looked_at_ = news.version;
  if (++catalog_rounds_ % kReadRoundEvery == 0) {
    const StoredCatalog stretch = reader_.catalog_after(read_upto_, kReadRoundAtOnce);
    take(stretch);
    read_upto_ = std::ssize(stretch.concerts) < kReadRoundAtOnce ? ConcertId{} : stretch.concerts.back().id;
    look_at_heads(stretch.schedules);
  } else {
    look_at_heads(news.schedules);
  }
  read_new_names();
}

void SharedState::take(const StoredCatalog& stored) {
  std::map<ConcertId, News> news;
  for (const Concert& concert : stored.concerts) news[concert.id].concert = concert;
  for (const Schedule& schedule : stored.schedules)
    if (const auto at = news.find(schedule.concert); at != news.end() && !at->second.concert->is_deleted)
      at->second.schedules.push_back(schedule);
  take_in(news);
  const auto picture = catalog_.picture();
  for (const Schedule& schedule : stored.schedules)
    if (Hall* hall = picture->find(schedule.id)) hall->take_row(schedule.version, schedule.available_seats);
}

// Of the dates that were read with the catalogue just now the versions are known. The others: those that somebody has asked for,
// and those of which the cache says that they have changed.
void SharedState::look_at_heads(const std::vector<Schedule>& read) {
  const auto picture = catalog_.picture();
  std::vector<ScheduleId> asked = asked_for(*picture);
  std::set<ScheduleId> named;
  {
    const MutexLock lock(looks_mutex_);
    named.swap(named_);
    if (std::exchange(is_all_named_, false))
      for (const auto& [id, hall] : picture->schedules) named.insert(id);
  }
  named.insert(asked.begin(), asked.end());
  std::map<ScheduleId, StoredHead> heads;
  try {
    heads = reader_.heads(std::vector(named.begin(), named.end()), clock_.now());
  } catch (...) {
    const MutexLock lock(looks_mutex_);
    named_.insert(named.begin(), named.end());
    throw;
  }
  std::map<ScheduleId, std::int64_t> versions;
  for (const auto& [id, head] : heads) {
    versions[id] = head.version;
    if (Hall* hall = picture->find(id)) {
      hall->take_row(head.version, head.available);
      hall->take_lapsed(head.over);
    }
  }
  for (const Schedule& schedule : read) versions[schedule.id] = std::max(versions[schedule.id], schedule.version);
  const MutexLock lock(looks_mutex_);
  stored_ = std::move(versions);
  ++looks_;
}

std::vector<ScheduleId> SharedState::asked_for(const CatalogPicture& picture) {
  const TimePoint lately = clock_.now() - kLookedAtAfterAsking;
  std::vector<ScheduleId> asked;
  for (const auto& [id, hall] : picture.schedules)
    if (std::max(hall->looked_at(), hall->listed_at()) > lately) asked.push_back(id);
  return asked;
}

// Maps come and go as clients look; one that was read anew begins at the version that it was read with.
void SharedState::follow_halls() {
  std::map<ScheduleId, Followed> followed;
  for (std::shared_ptr<Hall>& hall : halls_->in_memory()) {
    const auto map = hall->present_map();
    if (map == nullptr) continue;
    const auto before = followed_.find(hall->id());
    if (before != followed_.end() && before->second.map == map)
      followed.insert(followed_.extract(before));
    else
      followed[hall->id()] = {.hall = hall, .map = map, .seen = map->stamp({}).complete()};
  }
  followed_ = std::move(followed);
}

// False: the cache is away. What it has named stays named until it was read.
bool SharedState::read_news() {
  try {
    const SeatMapCache::News news = cache_.news(news_upto_);
    news_upto_ = news.upto;
    for (const ScheduleId id : news.schedules) changed_[id] = kRoundsToAppear;
    const bool was_away = !cache_is_up_.exchange(true);
    if (was_away) log_info("the seat cache is back");
    const MutexLock lock(looks_mutex_);
    named_.insert(news.schedules.begin(), news.schedules.end());
    is_all_named_ |= was_away;
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
  const MutexLock lock(looks_mutex_);
  look = looks_;
  stored = stored_;
  for (const auto& [id, version] : stored)
    if (const auto at = followed_.find(id); at != followed_.end() && at->second.seen < version) doubtful_.insert(id);
  std::set<ScheduleId> ids = doubtful_;
  for (const auto& [id, rounds] : changed_) ids.insert(id);
  for (const ScheduleId id : ids)
    if (const auto at = followed_.find(id); at != followed_.end()) found.push_back(&at->second);
  // Its map may be under way, from rows as they were before.
  for (auto at = changed_.begin(); at != changed_.end();)
    at = followed_.contains(at->first) || --at->second > 0 ? std::next(at) : changed_.erase(at);
  return found;
}

void SharedState::sync_seats() {
  follow_halls();
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
        if (followed->hall->present_map() == followed->map) changed_.erase(id);
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
