// A connection that is made when it is needed, kept awake, and made again when it was lost. One thread at a time.
#pragma once

#include <optional>

#include "adapters/mysql/connection.hpp"

namespace frontrow::mysql {

class Session {
 public:
  Session(Endpoint endpoint, Role role, const ConnectionSettings& settings)
      : endpoint_(std::move(endpoint)), role_(role), settings_(settings) {}

  // A connection that was fine a moment ago. Throws Unavailable when there is none to be had.
  Connection& ready();
  // Forgets the connection: the next ready() makes another.
  void drop() { connection_.reset(); }
  // It has said nothing for so long that the server has ended it.
  bool is_stale() const { return connection_ && steady_now() - connection_->heard_at() > settings_.idle_timeout; }
  const Traffic& traffic() const { return traffic_; }  // of all connections so far

 private:
  void connect();

  const Endpoint endpoint_;
  const Role role_;
  const ConnectionSettings settings_;
  Traffic traffic_;
  std::optional<Connection> connection_;
};

}  // namespace frontrow::mysql
