// The start times of journeys, decided before the run: an open loop does not slow down because the server does.
//
// Not for a closed loop, which begins the next journey when one has ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/random.hpp"

namespace frontrow::bench {

class Arrivals {
 public:
  using Offset = std::chrono::nanoseconds;  // from the start of the run

  // Even gaps, or exponential gaps of the same mean (a Poisson process: people come independently).
  static Arrivals at_rate(double per_second, bool poisson, std::uint64_t seed);
  // `count` people spread evenly over `ramp`; 0 is all at once.
  static Arrivals of_crowd(std::uint64_t count, Offset ramp);
  // No people.
  static Arrivals none() { return of_crowd(0, Offset{0}); }

  // The start of the next journey; empty once all have begun. Never goes back.
  std::optional<Offset> peek() const;
  void pop();

 private:
  Arrivals(double gap, bool poisson, std::uint64_t count, std::uint64_t seed);
  double draw_gap();

  double gap_;  // nanoseconds on average
  bool poisson_;
  std::uint64_t left_;
  std::uint64_t begun_ = 0;
  SeededRandom random_;
  double next_;  // nanoseconds; a double keeps them to the microsecond for 285 years
};

}  // namespace frontrow::bench
