#include "adapters/mysql/pool.hpp"

#include "adapters/mysql/failure.hpp"

namespace frontrow::mysql {

Pool::Lease Pool::take() {
  MutexLock lock(mutex_);
  if (settings_.grows_after > Duration{0})
    given_back_.wait_for(lock, settings_.grows_after, [&]() REQUIRES(mutex_) { return in_use_ == 0 || !idle_.empty(); });
  if (!given_back_.wait_for(lock, settings_.patience, [&]() REQUIRES(mutex_) { return in_use_ < settings_.most; }))
    throw Unavailable{kStore, "all " + std::to_string(settings_.most) + " connections of the pool are in use"};
  idle_.reserve(settings_.most);  // so that giving back, which a destructor does, never needs memory
  std::unique_ptr<Session> session;
  if (!idle_.empty()) {
    session = std::move(idle_.back());
    idle_.pop_back();
  }
  if (!session) session = std::make_unique<Session>(settings_.endpoint, Role::reader, settings_.connection);
  ++in_use_;
  return {*this, std::move(session)};
}

void Pool::give_back(std::unique_ptr<Session> session) {
  std::unique_ptr<Session> stale;  // closed without the lock
  {
    const MutexLock lock(mutex_);
    if (!idle_.empty() && idle_.front()->is_stale()) {
      stale = std::move(idle_.front());
      idle_.erase(idle_.begin());
    }
    idle_.push_back(std::move(session));
    --in_use_;
  }
  given_back_.notify_one();
}

PoolUsage Pool::usage() const {
  const MutexLock lock(mutex_);
  return {.in_use = in_use_, .most = settings_.most};
}

}  // namespace frontrow::mysql
