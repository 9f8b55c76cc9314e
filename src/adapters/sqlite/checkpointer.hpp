// Keeps the WAL short: its pages are copied into the database, and then it starts over.
//
// The bulk is copied beside the writer, by a thread of its own, whenever the WAL has grown to `slice_bytes`. That alone never ends:
// a WAL starts over only when every page in it has been copied, and meanwhile the writer adds some. So when little is left, or a
// pass leaves no less than the one before, the writer copies the rest itself, between two batches; the next commit starts over at the WAL's beginning, and the file grows
// no more. A reader in the way only postpones that. At half of `limit_bytes` the writer waits: for the pass under way, and briefly
// for readers.
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

// The writer's thread only.
class Checkpointer {
 public:
  // `connection` is the writer's, on the database at `location`.
  Checkpointer(Connection& connection, const std::string& location, const CheckpointSettings& settings,
               const ConnectionSettings& writer);
  // Cheap when there is nothing to do. A checkpoint that fails has lost nothing: it is tried again a slice later.
  void tend();
  // Everything, for a clean end.
  void finish();

 private:
  static int on_commit(void* self, sqlite3* db, const char* name, int frames);
  void note_pass();
  void start_pass(int left);
  void finish_log(bool is_urgent);

  Connection& connection_;
  const Duration busy_timeout_;
  const int slice_, limit_;            // frames
  std::unique_ptr<LogCopier> copier_;  // none for a database without a WAL
  int frames_ = 0;                     // in the WAL, after the last commit
  int copied_ = 0;                     // of them, known to be in the database
  int not_before_ = 0;                 // frames at which to try again what led nowhere
  int left_before_ = std::numeric_limits<int>::max();  // uncopied when the last pass over this WAL began; most: there was none
  bool has_pass_ = false;              // one was started, of this WAL, whose result is not known yet
};

}  // namespace frontrow::sqlite
