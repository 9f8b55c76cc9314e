// The way to Redis for all threads of this process: a few connections to the server that is the primary now.
//
// A caller waits for a free connection and for the answer, each at most the command timeout, and once in a while for a connection
// to be made. It never looks for a primary: a thread of ours does, from the first sign of trouble until it has one; meanwhile the
// breaker refuses at once. Thread safe.
#pragma once

#include <condition_variable>
#include <optional>
#include <thread>

#include "adapters/redis/breaker.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/primary_finder.hpp"
#include "base/mutex.hpp"
#include "ports/unavailable.hpp"

namespace frontrow::redis {

class Client {
 public:
  // Throws Unavailable when there is no primary to be found or it does not let us in, in a sentence for the operator.
  explicit Client(Settings settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // All commands in one round trip, a reply each. Throws Unavailable("redis"); a reply may be an error the script itself gave.
  std::vector<Reply> run(std::span<const Command> commands, std::optional<Duration> timeout = {});
  Reply run(Command command, std::optional<Duration> timeout = {});

  bool is_up() const;
  Address primary() const;

 private:
  class Lease;

  std::unique_ptr<Connection> take(Deadline deadline);
  void put_back(std::unique_ptr<Connection> connection);
  bool knows(const Connection& connection) const;
  void suspect();
  void adopt(std::unique_ptr<Connection> connection);
  void keep_watch(const std::stop_token& stop);
  void watch_once(const std::stop_token& stop);

  const Settings settings_;
  Breaker breaker_;
  PrimaryFinder finder_;  // the watching thread's

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  Address primary_ GUARDED_BY(mutex_);
  std::string run_id_ GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Connection>> idle_ GUARDED_BY(mutex_);
  int open_ GUARDED_BY(mutex_) = 0;  // idle ones included
  bool is_suspect_ GUARDED_BY(mutex_) = false;

  std::jthread watch_;
};

// The content of a reply that must not be an error, valid as long as the reply lives. Throws Unavailable.
ReplyView good(const Reply& reply);

}  // namespace frontrow::redis
