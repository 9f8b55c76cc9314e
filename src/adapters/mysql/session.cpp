#include "adapters/mysql/session.hpp"

#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/server_check.hpp"

namespace frontrow::mysql {

Connection& Session::ready() {
  if (connection_ && connection_->is_lost()) connection_.reset();
  // A session that the server may have ended for idling is checked first, so that no batch meets a dead one.
  if (connection_ && steady_now() - connection_->heard_at() > settings_.idle_timeout / 3 && !connection_->answers())
    connection_.reset();
  if (!connection_) connect();
  return *connection_;
}

void Session::connect() {
  connection_.emplace(endpoint_, role_, settings_, &traffic_);
  if (role_ != Role::writer) return;
  try {
    server_ = check_server(*connection_, settings_);
  } catch (const std::exception& unfit) {  // a failover may have led to a server that would have been refused at start
    connection_.reset();
    throw before_commit(unfit);
  }
}

}  // namespace frontrow::mysql
