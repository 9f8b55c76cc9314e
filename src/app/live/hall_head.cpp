#include "app/live/hall_head.hpp"

namespace frontrow {

// A deadline is noted once and for all, as in the seat map.
void HallHead::lapse(TimePoint now) {
  if (now <= counted_upto_) return;
  for (auto at = until_.upper_bound(counted_upto_); at != until_.end() && is_over(at->first, now); ++at) lapsed_ += at->second;
  counted_upto_ = now;
}

std::int64_t HallHead::lapsed(TimePoint now) {
  lapse(now);
  return lapsed_;
}

std::int64_t HallHead::available(TimePoint now) {
  std::int64_t seats = available_ + lapsed(now);
  for (const auto& [version, freed] : early_) seats += freed;
  return seats;
}

void HallHead::apply(std::int64_t version, std::int64_t freed) {
  if (version <= version_) return;
  early_.emplace(version, freed);
  reach();
}

void HallHead::take(std::int64_t version, std::int64_t available) {
  if (version <= version_) return;
  version_ = version;
  available_ = available;
  early_.erase(early_.begin(), early_.upper_bound(version));
  reach();
}

void HallHead::reach() {
  for (auto at = early_.begin(); at != early_.end() && at->first == version_ + 1; at = early_.erase(at)) {
    ++version_;
    available_ += at->second;
  }
}

void HallHead::begin(const Holds& holds) {
  until_[holds.until] += holds.seats;
  if (is_over(holds.until, counted_upto_)) lapsed_ += holds.seats;
}

void HallHead::end(const Holds& holds) {
  const auto at = until_.find(holds.until);
  if (at == until_.end()) return;
  if (is_over(holds.until, counted_upto_)) lapsed_ -= holds.seats;
  if ((at->second -= holds.seats) <= 0) until_.erase(at);
}

void HallHead::replace(std::span<const Holds> holds) {
  until_.clear();
  lapsed_ = 0;
  for (const Holds& each : holds) begin(each);
}

}  // namespace frontrow
