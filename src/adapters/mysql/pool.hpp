// A bounded number of connections for readers, shared by threads. They are made when first needed, checked after idling, closed
// when they have idled for long, and made again when lost. A reader that finds none free waits a little and is refused.
#pragma once

#include <condition_variable>
#include <memory>
#include <vector>

#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/session.hpp"
#include "base/mutex.hpp"

namespace frontrow::mysql {

struct PoolSettings {
  Endpoint endpoint;
  ConnectionSettings connection = {};
  std::size_t most = 8;
  Duration patience{500};  // for one to be given back
  // A reader waits so long for one that is in use before another is made. Work that may wait needs fewer connections by it: loops
  // that wake up at the same moment go one after another.
  Duration grows_after{0};
};

struct PoolUsage {
  std::size_t in_use = 0;
  std::size_t most = 0;
};

class Pool {
 public:
  explicit Pool(PoolSettings settings) : settings_(std::move(settings)) {}

  // A connection for one thread, given back when this is destroyed. The pool outlives it.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Session> session) : pool_(pool), session_(std::move(session)) {}
    ~Lease() { pool_.give_back(std::move(session_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    // Throws Unavailable.
    Connection& connection() const { return session_->ready(); }
    // Closes it: the next call makes another.
    void drop() const { session_->drop(); }

   private:
    Pool& pool_;
    std::unique_ptr<Session> session_;
  };

  // Throws Unavailable when none was given back in time.
  Lease take();
  PoolUsage usage() const;
  const PoolSettings& settings() const { return settings_; }

 private:
  void give_back(std::unique_ptr<Session> session);

  const PoolSettings settings_;
  mutable Mutex mutex_;
  std::condition_variable_any given_back_;
  std::vector<std::unique_ptr<Session>> idle_ GUARDED_BY(mutex_);  // the last used is used next
  std::size_t in_use_ GUARDED_BY(mutex_) = 0;
};

// Runs `read` on a connection of the pool; once more on a new one when the connection was lost meanwhile, since reading again is
// harmless. Both together have the time of one statement. Throws Unavailable only.
template <class Read>
auto read_from(Pool& pool, Read read) {
  return at_edge([&] {
    const Pool::Lease lease = pool.take();
    Connection& first = lease.connection();
    const auto begun = steady_now();
    ConnectionSettings settings = pool.settings().connection;
    try {
      return read(first);
    } catch (const Unavailable&) {
      const auto taken = std::chrono::duration_cast<Duration>(steady_now() - begun);
      if (!first.is_lost() || taken >= settings.statement_timeout) throw;
      settings.statement_timeout -= taken;
      lease.drop();  // so that there are never more of them than the pool may have
    }
    // A connection of its own, since its statement timeout is of no use to the next reader.
    Connection second{pool.settings().endpoint, Role::reader, settings};
    return read(second);
  });
}

}  // namespace frontrow::mysql
