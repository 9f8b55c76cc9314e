// Which read replicas are fit to be asked: those that answer and are not too far behind, in turns.
//
// How far behind is measured with the primary's time alone: a heartbeat is written there and read on the replica. A replica looks
// behind by as much as passed since the last heartbeat, so the limit is to be well above the interval between two calls of
// measure().
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "adapters/mysql/pool.hpp"

namespace frontrow::mysql {

struct ReplicaSettings {
  std::vector<Endpoint> endpoints;
  ConnectionSettings connection = {};
  std::size_t connections_each = 4;
  Duration most_behind{2'000};
  std::shared_ptr<Pool> primary = {};  // for heartbeats; null: a pool of their own
};

struct ReplicaState {
  std::string address;
  bool is_fit = false;
  std::optional<Duration> behind;  // nothing: it did not answer
};

class Replicas {
 public:
  Replicas(const Endpoint& primary, ReplicaSettings settings);

  // Writes a heartbeat and looks at every replica, at all of them at the same time: one that hangs is left out after a moment and
  // delays neither the next heartbeat nor the look at the others. One thread, every half second or so. Throws Unavailable when the
  // primary is away: the replicas stay as they were found last.
  void measure();
  // The next fit one; null when there is none. Any thread.
  std::shared_ptr<Pool> next();
  // The replica did not answer a reader: left out until it is measured again. Any thread.
  void leave_out(const Pool& pool);
  std::vector<ReplicaState> states() const;

 private:
  struct Replica {
    std::string address;
    std::shared_ptr<Pool> pool;
    std::atomic<bool> is_fit{false};
    std::atomic<std::int64_t> behind_ms{-1};
    std::future<void> look;  // of measure(); it may take longer than one
  };
  TimePoint beat();
  void look_at(Replica& replica, TimePoint now, std::chrono::steady_clock::time_point until) const;

  const Duration most_behind_;
  const std::shared_ptr<Pool> primary_;
  std::vector<std::unique_ptr<Replica>> replicas_;  // never changes
  std::atomic<std::size_t> turn_{0};
};

}  // namespace frontrow::mysql
