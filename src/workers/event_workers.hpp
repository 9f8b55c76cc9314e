// The loops of the cluster profile that deal in events: one delivers them, one hears from the stream which holds are due, one tells
// who was let in.
#pragma once

#include "app/announcer.hpp"
#include "app/delay_line.hpp"
#include "app/relay.hpp"
#include "base/periodic.hpp"

namespace frontrow {

inline constexpr Duration kRelayInterval{100};
inline constexpr int kRelayRounds = 100;          // in a row, while there is something to deliver
inline constexpr Duration kStreamBackoff{2'000};  // both go on soon after the stream is back
inline constexpr Duration kDelayLinePoll{100};

class EventWorkers {
 public:
  EventWorkers(Relay& relay, DelayLine& line, Announcer& announcer)
      : relay_work_(relay),
        relay_(
            "relay", kRelayInterval, [&relay] { repeat(relay); }, kStreamBackoff),
        line_(
            "delay-line", Duration{1}, [&line] { line.run_once(kDelayLinePoll); }, kStreamBackoff),
        announcer_("announcer", kRelayInterval, [&announcer] { repeat(announcer); }, kStreamBackoff) {}
  // Gives the relay's shards back, so that another pod goes on at once.
  void stop() {
    line_.stop();
    announcer_.stop();
    relay_.stop();
    relay_work_.release();
  }

 private:
  static void repeat(auto& work) {
    for (int round = 0; round < kRelayRounds && work.run_once(); ++round) {
    }
  }

  Relay& relay_work_;
  Periodic relay_;
  Periodic line_;
  Periodic announcer_;
};

}  // namespace frontrow
