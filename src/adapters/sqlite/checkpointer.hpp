// Keeps the WAL short: copies its pages into the database, so that it can start over.
//
// A thread of its own copies the bulk beside the writer, each time the WAL has grown by `slice_bytes`. That alone never
// ends: a WAL starts over only when all its pages are copied, and meanwhile the writer adds some. So the writer copies
// the rest itself, between two batches, when little is left or when a pass leaves no less than the pass before. Then
// the next commit starts over at the WAL's beginning, and the file does not grow. A reader in the way only delays that.
// At half of `limit_bytes` the writer waits: for the pass under way, and briefly for readers.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "adapters/sqlite/log_copier.hpp"

namespace frontrow::sqlite {

struct CheckpointSettings {
  std::int64_t slice_bytes = std::int64_t{32} << 20;  // at most a quarter of the limit
  std::int64_t limit_bytes = std::int64_t{256} << 20;
};

// For the writer's thread only.
class Checkpointer {
 public:
  // `connection` is the writer's connection to the database at `location`.
  Checkpointer(Connection& connection, const std::string& location, const CheckpointSettings& settings,
               const ConnectionSettings& writer);
  // Cheap if there is nothing to do. A failed checkpoint loses nothing: it is tried again a slice later.
  void tend();
  // Copies everything, for a clean end.
  void finish();

 private:
  static int on_commit(void* self, sqlite3* db, const char* name, int frames);
  void note_pass();
  void start_pass(int left);
  void finish_log(bool is_urgent);

  Connection& connection_;
  const Duration busy_timeout_;
  const int slice_, limit_;                            // frames
  std::unique_ptr<LogCopier> copier_;                  // null for a database without a WAL
  int frames_ = 0;                                     // in the WAL, after the last commit
  int copied_ = 0;                                     // frames that are surely in the database
  int not_before_ = 0;                                 // the count of frames from which a fruitless copy is tried again
  int left_before_ = std::numeric_limits<int>::max();  // frames to copy when the last pass over this WAL began; max: no pass yet
  bool has_pass_ = false;                              // a pass over this WAL was started, and its result is not known yet
};

}  // namespace frontrow::sqlite
