#include "app/live/halls.hpp"

#include <algorithm>

#include "base/boundary.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

Refusal unavailable() { return {.code = ErrorCode::store_unavailable, .retry_after = std::chrono::seconds{1}}; }

Result<Halls::MapPtr> made_of(const Hall& hall, const StoredSeatMap& rows) {
  if (const auto why = why_no_map(hall.id(), rows.sections, rows.seats)) {
    log_error("the seats of a schedule cannot be shown", {{"schedule", hall.id().value}, {"reason", *why}});
    return refuse(unavailable());
  }
  const Schedule row{
      .id = hall.id(), .concert = hall.concert(), .version = rows.version, .sections_version = rows.sections_version};
  auto map = std::make_shared<SeatMap>(row, rows.sections, rows.seats);
  for (const Seat& seat : rows.seats) {
    if (seat.status == SeatStatus::available) continue;
    const auto holder = rows.holders.find(seat.reservation);
    map->load(seat, holder == rows.holders.end() ? UserId{} : holder->second);
  }
  return map;
}

}  // namespace

void Halls::look(const std::shared_ptr<Hall>& hall, Then then) {
  MapPtr map = hall->map(clock_.now());
  bool must_read = false;
  if (map == nullptr) {
    const MutexLock lock(hall->mutex_);
    map = hall->map_;
    if (map == nullptr) {
      must_read = hall->load_ == nullptr;
      if (must_read) hall->load_ = std::make_unique<Hall::Load>();
      hall->load_->waiting.push_back(std::move(then));
    }
  }
  if (map != nullptr) return then(std::move(map));
  if (must_read) read(hall);
}

void Halls::read(const std::shared_ptr<Hall>& hall) {
  bool is_taken = false;
  metrics_.hall_loads.Increment();
  contained("read of a hall", [&] { is_taken = read_(hall->id(), [this, hall](Rows rows) { take(hall, std::move(rows)); }); });
  if (!is_taken) answer(hall, refuse(Refusal{.code = ErrorCode::overloaded, .retry_after = std::chrono::seconds{1}}));
}

// Rows may be anything, and memory may be short: those who wait are answered in any case.
void Halls::take(const std::shared_ptr<Hall>& hall, Rows rows) {
  Result<MapPtr> made = refuse(unavailable());
  contained("seats of a hall", [&] {
    if (!rows)
      made = std::unexpected(std::move(rows.error()));
    else if (!*rows)
      made = refuse(ErrorCode::schedule_not_found);
    else
      made = made_of(*hall, **rows);
  });
  answer(hall, std::move(made));
}

void Halls::answer(const std::shared_ptr<Hall>& hall, Result<MapPtr> made) {
  std::unique_ptr<Hall::Load> load;
  {
    const MutexLock lock(hall->mutex_);
    if (made && hall->load_->is_stale && hall->load_->reads < kReadsAtMost) {
      ++hall->load_->reads;
      hall->load_->is_stale = false;
      hall->load_->kept.clear();
    } else {
      load = std::move(hall->load_);
      if (made && load->is_stale) made = refuse(unavailable());
      if (made) hall->install(*made, *load);
    }
  }
  if (load == nullptr) return read(hall);
  if (made && !contained("list of halls", [&] { remember(hall, (*made)->bytes()); })) take_map(*hall);
  for (Then& then : load->waiting) contained("look at a hall", [&] { then(made); });
}

Halls::MapPtr Halls::take_map(Hall& hall) {
  const MutexLock lock(hall.mutex_);
  return hall.release();
}

void Halls::remember(const std::shared_ptr<Hall>& hall, std::size_t bytes) {
  std::vector<MapPtr> gone;  // destroyed without the lock
  const MutexLock lock(mutex_);
  const auto known = std::ranges::find(loaded_, hall, &Loaded::hall);
  if (known != loaded_.end()) {
    bytes_ -= known->bytes;
    loaded_.erase(known);
  }
  loaded_.push_back({.hall = hall, .bytes = bytes});
  bytes_ += bytes;
  let_go_of_oldest(gone);
  publish();
}

// Of those that were looked at at the same moment, the one that was read first.
void Halls::let_go_of_oldest(std::vector<MapPtr>& gone) {
  while (bytes_ > limits_.bytes && loaded_.size() > 1) {
    const auto oldest =
        std::ranges::min_element(loaded_.begin(), loaded_.end() - 1, {}, [](const Loaded& each) { return each.hall->looked_at(); });
    gone.push_back(take_map(*oldest->hall));
    bytes_ -= oldest->bytes;
    loaded_.erase(oldest);
  }
}

void Halls::publish() {
  metrics_.halls_in_memory.Set(static_cast<double>(loaded_.size()));
  metrics_.hall_bytes.Set(static_cast<double>(bytes_));
}

void Halls::tidy(TimePoint unasked_renderings) {
  const TimePoint unasked = clock_.now() - limits_.unasked;
  std::vector<MapPtr> gone;
  for (const std::shared_ptr<Hall>& hall : in_memory())
    if (const MapPtr map = hall->present_map()) map->forget_renderings(unasked_renderings);
  const MutexLock lock(mutex_);
  bytes_ = 0;
  std::erase_if(loaded_, [&](Loaded& each) REQUIRES(mutex_) {
    if (each.hall->looked_at() <= unasked) gone.push_back(take_map(*each.hall));
    const MapPtr map = each.hall->present_map();
    if (map == nullptr) return true;
    each.bytes = map->bytes();
    bytes_ += each.bytes;
    return false;
  });
  let_go_of_oldest(gone);
  publish();
}

Halls::Usage Halls::usage() {
  const MutexLock lock(mutex_);
  return {.halls = loaded_.size(), .bytes = bytes_};
}

std::vector<std::shared_ptr<Hall>> Halls::in_memory() {
  std::vector<std::shared_ptr<Hall>> halls;
  const MutexLock lock(mutex_);
  for (const Loaded& each : loaded_) halls.push_back(each.hall);
  return halls;
}

}  // namespace frontrow
