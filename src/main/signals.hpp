// What the world outside asks of a running program by signal.
#pragma once

#include <signal.h>

namespace frontrow {

enum class Asked { to_stop, to_read_keys_again };

// From its construction on the signals are blocked in every thread and seen by wait() only. Make it before any thread.
//
// SIGTERM and SIGINT ask to stop. SIGHUP asks the same where a terminal controls the program, since it is sent when that closes;
// else, and under nohup, it asks to read the keys again. It never ends the program undrained.
class Signals {
 public:
  Signals();
  Asked wait();

 private:
  sigset_t awaited_;
  bool hangup_stops_;
};

}  // namespace frontrow
