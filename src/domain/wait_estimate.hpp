// The time that people will wait: a range learned from real departures, or nothing while too little has happened.
//
// Places are freed by people who leave. The length of a stay is known from two sides. The average stay of those who have left is at
// most as long as that of all people, because the brief ones leave first. All the time spent inside over the number of people who
// left is at least as long. Both converge on the truth, so the first gives the range's lower end and the second its upper end.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/queue.hpp"

namespace frontrow {

struct Inside {
  std::int64_t people = 0;
  double seconds = 0;  // since their admissions, all together
  friend bool operator==(const Inside&, const Inside&) = default;
};

// The facts that a queue has learned by watching, most recent first in weight.
class Flow {
 public:
  // At each tick.
  void observe(const Inside& found, std::int64_t admitted_ever, TimePoint now);
  // `people` were called together, and `missing` among them did not come.
  void settled(std::int64_t people, std::int64_t missing);
  // The share of called people who do not come, of the last hundred or so; 0 until something was settled.
  double no_show() const { return missed / (called + kDoubt); }
  friend bool operator==(const Flow&, const Flow&) = default;

  double left = 0;            // people who left
  double stays = 0;           // seconds those stayed, all together
  double inside_seconds = 0;  // seconds that all people together spent inside
  double called = 0, missed = 0;
  // As the last tick found it:
  TimePoint at{};
  Inside inside;
  std::int64_t admitted = 0;

 private:
  static constexpr double kDoubt = 10;  // people who came, before any ticket was called
};

struct WaitRange {
  Duration from{}, to{};
  friend bool operator==(const WaitRange&, const WaitRange&) = default;
};

// The time until the person at `position` (1 is next) is let in. `free`: places that are empty and for which no person is expected.
// Nothing while too few people have left for an estimate.
std::optional<WaitRange> estimate_wait(const QueueSettings& settings, const Flow& flow, std::int64_t position, std::int64_t free,
                                       Duration until_open);

}  // namespace frontrow
