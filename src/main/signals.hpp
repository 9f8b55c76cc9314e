// The meaning of signals to a running program.
#pragma once

#include <signal.h>

#include <chrono>

namespace frontrow {

enum class Asked { to_stop, to_read_keys_again };

// From its construction on, the signals are blocked in every thread, and only wait() sees them. Construct it before any
// thread.
//
// SIGTERM and SIGINT ask to stop. SIGHUP asks the same if a terminal controls the program, because a closing terminal
// sends it. Otherwise, and under nohup, SIGHUP asks to read the keys again. It never ends the program undrained.
class Signals {
 public:
  Signals();
  Asked wait();
  // Until the time has passed or another signal asks to stop. Does not read the keys again.
  void wait_to_stop(std::chrono::seconds time);

 private:
  sigset_t awaited_;
  bool hangup_stops_;
};

}  // namespace frontrow
