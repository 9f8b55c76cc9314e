#include "adapters/mysql/session.hpp"

#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/server_check.hpp"

namespace frontrow::mysql {

Connection& Session::ready() {
  if (connection_ && connection_->is_lost()) connection_.reset();
  const auto now = steady_now();
  // A session that may have been ended for idling is asked first, so that nobody's batch finds out.
  if (connection_ && now - used_at_ > settings_.idle_timeout / 3 && !connection_->answers()) connection_.reset();
  if (!connection_) connect();
  used_at_ = now;
  return *connection_;
}

void Session::connect() {
  connection_.emplace(endpoint_, role_, settings_, &traffic_);
  if (role_ != Role::writer) return;
  try {
    check_server(*connection_, settings_);
  } catch (const std::exception& unfit) {  // a failover may have led to a server that would have been refused at start
    connection_.reset();
    throw Unavailable{kStore, unfit.what()};
  }
}

}  // namespace frontrow::mysql
