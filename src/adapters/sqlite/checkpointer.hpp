// Moves committed pages from the WAL into the database, on the writer's thread between batches.
//
// SQLite copies a whole WAL in one go, so a slice is made by doing it often: each time the WAL has grown by `slice_bytes`. When all
// of it has been copied and no reader still needs it, the next commit starts over at its beginning, and the file stops growing. A
// reader in the way only postpones that to the next slice; at a half of `limit_bytes` readers are waited for, briefly. (A
// checkpoint from another thread never catches up with the writer, and the WAL passes 1 GB in seconds.)
#pragma once

#include <cstdint>

#include "adapters/sqlite/connection.hpp"

namespace frontrow::sqlite {

struct CheckpointSettings {
  std::int64_t slice_bytes = std::int64_t{32} << 20;  // at most a quarter of the limit
  std::int64_t limit_bytes = std::int64_t{256} << 20;
};

class Checkpointer {
 public:
  Checkpointer(Connection& connection, const CheckpointSettings& settings, Duration busy_timeout);
  // Cheap when there is nothing to do. A checkpoint that fails has lost nothing: it is tried again a slice later.
  void tend();
  // Everything, for a clean end.
  void finish();

 private:
  static int on_commit(void* self, sqlite3* db, const char* name, int frames);

  Connection& connection_;
  const Duration busy_timeout_;
  const int slice_;  // frames
  const int limit_;
  int frames_ = 0;   // in the WAL, after the last commit
  int next_at_ = 0;  // frames at which the next slice is due
};

}  // namespace frontrow::sqlite
