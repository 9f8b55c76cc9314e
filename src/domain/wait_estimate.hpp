// How long people will wait: from what really happens, as a range, or not at all while too little has happened.
//
// Places are freed by people who leave. How long people stay is known from two sides: those who have left stayed at least as
// briefly as everybody will (the brief ones leave first), and all the time spent inside over the number who left is at least as
// long. Both converge on the truth, so the first gives the range's lower end and the second its upper end.
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

// What a queue has learned by watching, most recent first in weight.
class Flow {
 public:
  // At each tick.
  void observe(const Inside& found, std::int64_t admitted_ever, TimePoint now);
  // Of `people` called together, `missing` did not come.
  void settled(std::int64_t people, std::int64_t missing);
  // The share of called people who do not come, of the last hundred or so; 0 until something was settled.
  double no_show() const { return missed / (called + kDoubt); }
  friend bool operator==(const Flow&, const Flow&) = default;

  double left = 0;            // people who left
  double stays = 0;           // seconds those stayed, all together
  double inside_seconds = 0;  // seconds everybody spent inside
  double called = 0, missed = 0;
  // As the last tick found it:
  TimePoint at{};
  Inside inside;
  std::int64_t admitted = 0;

 private:
  static constexpr double kDoubt = 10;  // people who came, before anybody was called
};

struct WaitRange {
  Duration from{}, to{};
  friend bool operator==(const WaitRange&, const WaitRange&) = default;
};

// Until the person at `position` (1 is next) is let in. `free`: places nobody has and nobody is expected for. Nothing while too
// few have left to tell.
std::optional<WaitRange> estimate_wait(const QueueSettings& settings, const Flow& flow, std::int64_t position, std::int64_t free,
                                       Duration until_open);

}  // namespace frontrow
