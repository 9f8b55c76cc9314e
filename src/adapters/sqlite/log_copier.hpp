// A thread that copies the WAL into the database beside the writer, on its own connection: one pass at a time, on
// request.
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
  // First waits for the end of the pass under way.
  ~LogCopier();

  // All calls come from one thread, the writer's. Begins a pass over the present log; only if no pass is under way.
  void start();
  // Waits at most `time`. False if the pass is still under way.
  bool wait(Duration time);
  bool is_busy();
  // The result of the last pass; see copy_log().
  int copied();

 private:
  void run(std::stop_token stop);

  Connection connection_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  bool is_busy_ GUARDED_BY(mutex_) = false;
  int copied_ GUARDED_BY(mutex_) = 0;
  std::jthread thread_;  // declared last: starts when everything else is there
};

}  // namespace frontrow::sqlite
