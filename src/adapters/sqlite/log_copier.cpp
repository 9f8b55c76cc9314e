#include "adapters/sqlite/log_copier.hpp"

#include "adapters/sqlite/log_copy.hpp"
#include "base/boundary.hpp"

namespace frontrow::sqlite {

namespace {

constexpr std::int64_t kCacheBytes = 64 << 10;  // a copy needs no larger cache

ConnectionSettings with_little_cache(ConnectionSettings settings) {
  settings.cache_bytes = kCacheBytes;
  return settings;
}

}  // namespace

LogCopier::LogCopier(const std::string& location, ConnectionSettings settings)
    : connection_(location, Access::read_write, with_little_cache(settings)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

LogCopier::~LogCopier() = default;

void LogCopier::start() {
  {
    const MutexLock lock(mutex_);
    is_busy_ = true;
  }
  changed_.notify_all();
}

bool LogCopier::wait(Duration time) {
  MutexLock lock(mutex_);
  return changed_.wait_for(lock, time, [this]() REQUIRES(mutex_) { return !is_busy_; });
}

bool LogCopier::is_busy() {
  const MutexLock lock(mutex_);
  return is_busy_;
}

int LogCopier::copied() {
  const MutexLock lock(mutex_);
  return copied_;
}

void LogCopier::run(std::stop_token stop) {
  MutexLock lock(mutex_);
  while (changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return is_busy_; })) {
    lock.unlock();
    int copied = 0;
    contained("log copier", [&] { copied = copy_log(connection_, SQLITE_CHECKPOINT_PASSIVE); });
    lock.lock();
    copied_ = copied;
    is_busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace frontrow::sqlite
