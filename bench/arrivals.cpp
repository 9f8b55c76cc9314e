#include "bench/arrivals.hpp"

#include <cmath>
#include <limits>

namespace frontrow::bench {

Arrivals::Arrivals(double gap, bool poisson, std::uint64_t count, std::uint64_t seed)
    : gap_(gap), poisson_(poisson), left_(count), random_(seed), next_(0) {
  if (poisson_) next_ = draw_gap();
}

Arrivals Arrivals::at_rate(double per_second, bool poisson, std::uint64_t seed) {
  return {1e9 / per_second, poisson, std::numeric_limits<std::uint64_t>::max(), seed};
}

Arrivals Arrivals::of_crowd(std::uint64_t count, Offset ramp) {
  return {count == 0 ? 0.0 : static_cast<double>(ramp.count()) / static_cast<double>(count), false, count, 0};
}

double Arrivals::draw_gap() { return -std::log(1 - random_.unit()) * gap_; }

std::optional<Arrivals::Offset> Arrivals::peek() const {
  if (left_ == 0) return {};
  return Offset{static_cast<std::int64_t>(next_)};
}

void Arrivals::pop() {
  --left_;
  ++begun_;
  // Multiplied, not added up: a million rounded gaps would drift.
  next_ = poisson_ ? next_ + draw_gap() : gap_ * static_cast<double>(begun_);
}

}  // namespace frontrow::bench
