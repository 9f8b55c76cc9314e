// Finds the primary through whichever sentinel answers, and hears of a failover from one.
#pragma once

#include <memory>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/settings.hpp"

namespace frontrow::redis {

// One thread at a time.
class PrimaryFinder {
 public:
  explicit PrimaryFinder(const Settings& settings) : settings_(settings) {}

  // A connection to the present primary, which must say itself that it is one. Throws Unavailable, with every sentinel's reason.
  std::unique_ptr<Connection> connect();
  // Where the sentinels say it is.
  Address ask();
  // Listens for at most so long; true when a failover was published, or might have been missed.
  bool hears_of_failover(Duration patience);

 private:
  Address ask(const Address& sentinel) const;
  std::unique_ptr<Connection> subscribe() const;

  const Settings& settings_;
  std::size_t first_ = 0;  // the sentinel that answered last
  std::unique_ptr<Connection> subscription_;
};

}  // namespace frontrow::redis
