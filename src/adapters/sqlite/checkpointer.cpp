#include "adapters/sqlite/checkpointer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "adapters/sqlite/log_copy.hpp"

namespace frontrow::sqlite {

namespace {

constexpr int kFrameHeader = 24;
constexpr int kLittle = 1'024;  // the writer itself may copy so many frames: 2 MiB, a few milliseconds
constexpr Duration kWaitForReaders{20};
constexpr Duration kWaitForCopier{1'000};

int frames_in(std::int64_t bytes, std::int64_t page) { return std::max(1, static_cast<int>(bytes / (page + kFrameHeader))); }

}  // namespace

Checkpointer::Checkpointer(Connection& connection, const std::string& location, const CheckpointSettings& settings,
                           const ConnectionSettings& writer)
    : connection_(connection),
      busy_timeout_(writer.busy_timeout),
      slice_(frames_in(std::min(settings.slice_bytes, settings.limit_bytes / 4), connection.integer("PRAGMA page_size"))),
      limit_(frames_in(settings.limit_bytes, connection.integer("PRAGMA page_size"))) {
  if (!connection.has_wal()) return;
  copier_ = std::make_unique<LogCopier>(location, writer);
  sqlite3_wal_hook(connection.raw(), &Checkpointer::on_commit, this);
}

int Checkpointer::on_commit(void* self, sqlite3*, const char*, int frames) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  if (frames < checkpointer.frames_) {  // the log has started over
    checkpointer.copied_ = checkpointer.not_before_ = 0;
    checkpointer.left_before_ = std::numeric_limits<int>::max();
    checkpointer.has_pass_ = false;
  }
  checkpointer.frames_ = frames;
  return SQLITE_OK;
}

void Checkpointer::tend() {
  if (!copier_ || frames_ < slice_ || frames_ < not_before_) return;
  const bool is_urgent = frames_ >= limit_ / 2;
  if (is_urgent ? !copier_->wait(kWaitForCopier) : copier_->is_busy()) return;
  note_pass();
  const int left = frames_ - copied_;
  // Frames that are added during each pass would keep a rest for ever.
  const bool has_shrunk = left <= left_before_ - left_before_ / 4;
  if (is_urgent || left <= kLittle || (!has_shrunk && left <= slice_)) return finish_log(is_urgent);
  if (frames_ >= not_before_) start_pass(left);
}

void Checkpointer::start_pass(int left) {
  has_pass_ = true;
  left_before_ = left;
  copier_->start();
}

void Checkpointer::note_pass() {
  if (!std::exchange(has_pass_, false)) return;
  const int copied = copier_->copied();
  if (copied <= copied_) not_before_ = frames_ + slice_;  // a reader or the disk is in the way
  copied_ = copied;
}

void Checkpointer::finish_log(bool is_urgent) {
  if (is_urgent) sqlite3_busy_timeout(connection_.raw(), static_cast<int>(kWaitForReaders.count()));
  copied_ = copy_log(connection_, is_urgent ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE);
  if (is_urgent) sqlite3_busy_timeout(connection_.raw(), static_cast<int>(busy_timeout_.count()));
  left_before_ = std::numeric_limits<int>::max();
  not_before_ = frames_ + slice_ / 4;  // in case a reader keeps the log from starting over
}

void Checkpointer::finish() {
  copier_.reset();
  if (connection_.has_wal()) copy_log(connection_, SQLITE_CHECKPOINT_TRUNCATE);
}

}  // namespace frontrow::sqlite
