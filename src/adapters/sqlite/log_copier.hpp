// A thread that copies the WAL into the database beside the writer, on a connection of its own, a pass at a time and only when
// told.
#pragma once

#include <condition_variable>
#include <string>
#include <thread>

#include "adapters/sqlite/connection.hpp"
#include "base/mutex.hpp"

namespace frontrow::sqlite {

class LogCopier {
 public:
  LogCopier(const std::string& location, ConnectionSettings settings);
  // Ends the pass under way first.
  ~LogCopier();

  // All by one thread, the writer's. Begins a pass over what is in the log now; only when none is under way.
  void start();
  // At most `time`. False when a pass is under way still.
  bool wait(Duration time);
  bool is_busy();
  // What the last pass said; see copy_log().
  int copied();

 private:
  void run(std::stop_token stop);

  Connection connection_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  bool is_busy_ GUARDED_BY(mutex_) = false;
  int copied_ GUARDED_BY(mutex_) = 0;
  std::jthread thread_;  // last: starts when all else is there
};

}  // namespace frontrow::sqlite
