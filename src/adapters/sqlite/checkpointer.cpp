#include "adapters/sqlite/checkpointer.hpp"

#include <algorithm>

namespace frontrow::sqlite {

namespace {

constexpr int kFrameHeader = 24;
constexpr Duration kWaitForReaders{20};

int frames_in(std::int64_t bytes, std::int64_t page) { return static_cast<int>(bytes / (page + kFrameHeader)); }

}  // namespace

Checkpointer::Checkpointer(Connection& connection, const CheckpointSettings& settings, Duration busy_timeout)
    : connection_(connection),
      busy_timeout_(busy_timeout),
      slice_(std::max(1, frames_in(std::min(settings.slice_bytes, settings.limit_bytes / 4), connection.integer("PRAGMA page_size")))),
      limit_(frames_in(settings.limit_bytes, connection.integer("PRAGMA page_size"))),
      next_at_(slice_) {
  sqlite3_wal_hook(connection.raw(), &Checkpointer::on_commit, this);
}

int Checkpointer::on_commit(void* self, sqlite3*, const char*, int frames) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  if (frames < checkpointer.frames_) checkpointer.next_at_ = checkpointer.slice_;  // started over
  checkpointer.frames_ = frames;
  return SQLITE_OK;
}

void Checkpointer::tend() {
  if (frames_ < next_at_) return;
  const bool is_urgent = frames_ >= limit_ / 2;
  if (is_urgent) sqlite3_busy_timeout(connection_.raw(), static_cast<int>(kWaitForReaders.count()));
  sqlite3_wal_checkpoint_v2(
      connection_.raw(), nullptr, is_urgent ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (is_urgent) sqlite3_busy_timeout(connection_.raw(), static_cast<int>(busy_timeout_.count()));
  next_at_ = frames_ + slice_;
}

void Checkpointer::finish() {
  if (connection_.has_wal()) sqlite3_wal_checkpoint_v2(connection_.raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

}  // namespace frontrow::sqlite
