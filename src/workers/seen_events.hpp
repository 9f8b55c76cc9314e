// Remembers the events that have already had their effect, so that a repeated one is dropped. It knows only the newest
// reservations, at most twice `kGeneration`. An older event that is repeated has its effect again, which does no harm.
#pragma once

#include <algorithm>
#include <unordered_map>

#include "domain/ids.hpp"

namespace frontrow {

class SeenEvents {
 public:
  static constexpr std::size_t kGeneration = 50'000;

  bool contains(ReservationId reservation, int seq) const {
    const auto is_in = [&](const Generation& generation) {
      const auto at = generation.find(reservation);
      return at != generation.end() && at->second >= seq;
    };
    return is_in(newer_) || is_in(older_);
  }
  void add(ReservationId reservation, int seq) {
    if (newer_.size() >= kGeneration) {
      older_ = std::move(newer_);
      newer_.clear();
    }
    int& last = newer_[reservation];
    last = std::max(last, seq);
  }

 private:
  using Generation = std::unordered_map<ReservationId, int>;
  Generation newer_;
  Generation older_;
};

}  // namespace frontrow
