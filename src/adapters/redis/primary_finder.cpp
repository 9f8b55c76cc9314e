#include "adapters/redis/primary_finder.hpp"

#include "ports/unavailable.hpp"

namespace frontrow::redis {

Address PrimaryFinder::ask(const Address& sentinel) const {
  Connection connection(sentinel, {}, settings_.sentinel_password, settings_);
  const Reply reply = connection.run({"SENTINEL", "get-master-addr-by-name", settings_.primary}, settings_.connect_timeout);
  if (reply.is_error()) throw Unavailable("redis", std::string(reply.text()));
  if (reply.size() != 2) throw Unavailable("redis", "the sentinel knows no primary named \"" + settings_.primary + "\"");
  return {std::string(reply.at(0).text()), static_cast<int>(reply.at(1).integer())};
}

Address PrimaryFinder::ask() {
  if (settings_.sentinels.empty()) return settings_.server;
  std::string reasons;
  for (std::size_t i = 0; i < settings_.sentinels.size(); ++i) {
    const std::size_t index = (first_ + i) % settings_.sentinels.size();
    try {
      const Address found = ask(settings_.sentinels[index]);
      first_ = index;
      return found;
    } catch (const Unavailable& lost) {
      if (const std::string reason = lost.what(); reasons.find(reason) == std::string::npos)  // mostly all say the same
        reasons += (reasons.empty() ? "" : "; ") + reason;
    }
  }
  throw Unavailable("redis", "no sentinel knows the primary (" + reasons + ")");
}

std::unique_ptr<Connection> PrimaryFinder::connect() {
  auto connection = std::make_unique<Connection>(ask(), settings_.user, settings_.password, settings_);
  connection->require_primary(settings_.connect_timeout);
  return connection;
}

std::unique_ptr<Connection> PrimaryFinder::subscribe() const {
  const Address& sentinel = settings_.sentinels[first_];
  auto connection = std::make_unique<Connection>(sentinel, std::string{}, settings_.sentinel_password, settings_);
  const Reply reply = connection->run({"SUBSCRIBE", "+switch-master"}, settings_.connect_timeout);
  if (reply.is_error()) throw Unavailable("redis", std::string(reply.text()));
  return connection;
}

bool PrimaryFinder::hears_of_failover(Duration patience) {
  if (settings_.sentinels.empty()) return false;
  try {
    const bool is_new = subscription_ == nullptr;
    if (is_new) subscription_ = subscribe();
    return subscription_->next(patience) != nullptr || is_new;
  } catch (const Unavailable&) {
    subscription_.reset();
    first_ = (first_ + 1) % settings_.sentinels.size();
    throw;
  }
}

}  // namespace frontrow::redis
