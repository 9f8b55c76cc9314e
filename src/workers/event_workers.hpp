// The loops of the cluster profile for events: one delivers events, the other reads due holds from the stream.
#pragma once

#include <atomic>

#include "base/periodic.hpp"
#include "workers/delay_line.hpp"
#include "workers/idle_pace.hpp"
#include "workers/relay.hpp"

namespace frontrow {

inline constexpr Duration kRelayInterval{100};
inline constexpr int kRelayPassesOver = 9;        // so without work it looks once a second; events of its own pod wake it
inline constexpr int kRelayRounds = 100;          // rounds in a row, while there is something to deliver
inline constexpr Duration kStreamBackoff{2'000};  // so both go on soon after the stream is back
inline constexpr Duration kDelayLinePoll{100};

class EventWorkers {
 public:
  EventWorkers(Relay& relay, DelayLine& line, IdlePace& pace)
      : relay_work_(relay),
        relay_(
            "relay", kRelayInterval, [this, &relay, &pace] { watched([&] { deliver(relay, pace); }); }, kStreamBackoff),
        line_("delay-line", Duration{1}, [&line] { line.run_once(kDelayLinePoll); }, kStreamBackoff) {}
  // False if the last round of the relay failed.
  bool is_up() const { return is_up_.load(std::memory_order_relaxed); }
  // Gives the relay's shards back, so that another pod can take them at once.
  void stop() {
    is_stopping_ = true;
    line_.stop();
    relay_.stop();
    relay_work_.release();
  }

 private:
  template <class Work>
  void watched(Work work) {
    try {
      work();
      is_up_ = true;
    } catch (...) {
      is_up_ = false;
      throw;
    }
  }
  void deliver(Relay& relay, IdlePace& pace) {
    if (!pace.is_turn()) return;
    int rounds = 0;
    // A stream that is slow must not hold up a stop.
    while (rounds < kRelayRounds && !is_stopping_ && relay.run_once()) ++rounds;
    pace.found(rounds > 0);
  }

  std::atomic<bool> is_up_{true};
  std::atomic<bool> is_stopping_{false};
  Relay& relay_work_;
  Periodic relay_;
  Periodic line_;
};

}  // namespace frontrow
