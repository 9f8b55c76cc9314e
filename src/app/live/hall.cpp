#include "app/live/hall.hpp"

#include <utility>

namespace frontrow {

Hall::MapPtr Hall::map(TimePoint now) {
  looked_at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  const MutexLock lock(mutex_);
  return map_;
}

Hall::MapPtr Hall::present_map() {
  const MutexLock lock(mutex_);
  return map_;
}

std::int64_t Hall::available(TimePoint now) {
  listed_at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  const MutexLock lock(mutex_);
  return map_ == nullptr ? head_.available(now) : map_->stamp(now).available;
}

SeatMap::Stamp Hall::head(TimePoint now) {
  const MutexLock lock(mutex_);
  return {.version = head_.version(), .lapsed = head_.lapsed(now), .available = head_.available(now)};
}

std::int64_t Hall::version() {
  const MutexLock lock(mutex_);
  return head_.version();
}

void Hall::load(std::span<const HallHead::Holds> holds) {
  const MutexLock lock(mutex_);
  for (const HallHead::Holds& each : holds) head_.begin(each);
}

void Hall::apply(const Kept& kept, SeatMap& map) {
  if (kept.names.empty())
    map.apply(kept.commit.changes, kept.commit.version);
  else
    map.rename(kept.names, kept.commit.version);
}

void Hall::install(MapPtr map, const Load& load) {
  for (const Kept& kept : load.kept) apply(kept, *map);
  map_ = std::move(map);
}

void Hall::apply(const Commit& commit) {
  const MutexLock lock(mutex_);
  head_.apply(commit.version, commit.freed);
  for (const HallHead::Holds& holds : commit.begun) head_.begin(holds);
  for (const HallHead::Holds& holds : commit.ended) head_.end(holds);
  if (map_ != nullptr)
    map_->apply(commit.changes, commit.version);
  else if (load_ != nullptr)
    load_->kept.push_back({.commit = commit});
}

void Hall::rename(const std::vector<Section>& sections, std::int64_t version) {
  const MutexLock lock(mutex_);
  if (map_ != nullptr)
    map_->rename(sections, version);
  else if (load_ != nullptr)
    load_->kept.push_back({.commit = {.version = version}, .names = sections});
}

// Commits of other writers may be in the map and not in the head yet. The rule of a stamp: without the lapsed seats, the free ones
// are those of the version if no earlier version is missing.
Hall::MapPtr Hall::release() {
  if (map_ != nullptr)
    if (const SeatMap::Stamp stamp = map_->stamp({}); stamp.ahead == 0) head_.take(stamp.version, stamp.available - stamp.lapsed);
  return std::exchange(map_, nullptr);
}

void Hall::take_row(std::int64_t version, std::int64_t available) {
  const MutexLock lock(mutex_);
  head_.take(version, available);
}

void Hall::take_lapsed(std::span<const HallHead::Holds> over) {
  const MutexLock lock(mutex_);
  head_.replace(over);
}

void Hall::start_anew(const Schedule& row, std::span<const HallHead::Holds> holds) {
  MapPtr gone;  // destroyed without the lock
  const MutexLock lock(mutex_);
  head_ = HallHead{row.version, row.available_seats};
  for (const HallHead::Holds& each : holds) head_.begin(each);
  gone = std::move(map_);
  map_ = nullptr;
  if (load_ != nullptr) load_->is_stale = true;
}

}  // namespace frontrow
