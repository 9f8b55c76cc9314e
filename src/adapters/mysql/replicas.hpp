// Which read replicas are fit to be asked: those that answer and are not too far behind, in turns.
//
// How far behind is measured with the primary's time alone: a heartbeat is written there, by one of all pods at a time, and read on
// the replica. A replica may be behind by the interval between two heartbeats more than it looks, so the limit is to be well above
// the interval between two calls of measure().
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mysql/pool.hpp"

namespace frontrow::mysql {

struct ReplicaSettings {
  std::vector<Endpoint> endpoints;
  ConnectionSettings connection = {};
  std::size_t connections_each = 4;
  Duration most_behind{2'000};
};

struct ReplicaState {
  std::string address;
  bool is_fit = false;
  std::optional<Duration> behind;  // nothing: it did not answer
};

class Replicas {
 public:
  Replicas(std::shared_ptr<Pool> primary, ReplicaSettings settings);

  // Writes a heartbeat, where the last is old, and looks at every replica, at all of them at the same time: one that hangs is left
  // out after a moment and delays neither the next heartbeat nor the look at the others. One thread, every half second or so.
  // Throws Unavailable when the primary is away: the replicas stay as they were found last.
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
  Duration beat_every() const;
  std::optional<TimePoint> write_heartbeat(Connection& connection) const;
  void look_at(Replica& replica, TimePoint now, std::chrono::steady_clock::time_point until) const;

  const Duration most_behind_;
  const std::shared_ptr<Pool> primary_;
  bool is_beating_ = true;                          // this process wrote the last heartbeat; measure()'s own
  std::vector<std::unique_ptr<Replica>> replicas_;  // never changes
  std::atomic<std::size_t> turn_{0};
};

}  // namespace frontrow::mysql
