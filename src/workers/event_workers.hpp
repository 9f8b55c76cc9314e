// The loops of the cluster profile that deal in events: one delivers them, one hears from the stream which holds are due.
#pragma once

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
  EventWorkers(Relay& relay, DelayLine& line)
      : relay_work_(relay),
        relay_(
            "relay", kRelayInterval, [&relay] { deliver(relay); }, kStreamBackoff),
        line_("delay-line", Duration{1}, [&line] { line.run_once(kDelayLinePoll); }, kStreamBackoff) {}
  // Gives the relay's shards back, so that another pod goes on at once.
  void stop() {
    line_.stop();
    relay_.stop();
    relay_work_.release();
  }

 private:
  static void deliver(Relay& relay) {
    for (int round = 0; round < kRelayRounds && relay.run_once(); ++round) {
    }
  }

  Relay& relay_work_;
  Periodic relay_;
  Periodic line_;
};

}  // namespace frontrow
