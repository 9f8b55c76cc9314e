// The loops of the cluster profile that deal in events: one delivers them, one hears from the stream which holds are due, one tells
// who was let in.
#pragma once

#include <atomic>

#include "app/announcer.hpp"
#include "app/delay_line.hpp"
#include "app/relay.hpp"
#include "base/periodic.hpp"

namespace frontrow {

inline constexpr Duration kRelayInterval{100};
inline constexpr int kRelayRounds = 10;           // in a row, while there is something to deliver
inline constexpr Duration kStreamBackoff{2'000};  // they go on soon after the stream is back
inline constexpr Duration kDelayLinePoll{100};

class EventWorkers {
 public:
  EventWorkers(Relay& relay, DelayLine& line, Announcer& announcer)
      : relay_work_(relay),
        relay_(
            "relay", kRelayInterval, [this, &relay] { watched([&] { repeat(relay); }); }, kStreamBackoff),
        line_(
            "delay-line", Duration{1}, [&line] { line.run_once(kDelayLinePoll); }, kStreamBackoff),
        announcer_("announcer", kRelayInterval, [&announcer] { repeat(announcer); }, kStreamBackoff) {}
  // False while the last round of the relay has failed.
  bool is_up() const { return is_up_.load(std::memory_order_relaxed); }
  // Gives the relay's shards back, so that another pod goes on at once.
  void stop() {
    line_.stop();
    announcer_.stop();
    relay_.stop();
    relay_work_.release();
  }

 private:
  template <class Work>
  void watched(Work work) {
    try {
      work();
      is_up_ = true;
    } catch (const Unavailable&) {
      is_up_ = false;
      throw;
    }
  }
  static void repeat(auto& work) {
    for (int round = 0; round < kRelayRounds && work.run_once(); ++round) {
    }
  }

  std::atomic<bool> is_up_{true};
  Relay& relay_work_;
  Periodic relay_;
  Periodic line_;
  Periodic announcer_;
};

}  // namespace frontrow
