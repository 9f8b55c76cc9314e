// The connection to the fixture's Redis, and ids that no other test uses there.
#pragma once

#include <atomic>
#include <sstream>

#include "adapters/redis/client.hpp"
#include "base/random.hpp"
#include "support/services/services.hpp"

namespace frontrow::test {

inline redis::Settings redis_settings(Duration command_timeout = std::chrono::seconds{5}) {
  redis::Settings settings{.primary = service("REDIS_MASTER"),
                           .password = Secret(service_password("REDIS_PASSWORD_FILE")),
                           .command_timeout = command_timeout,
                           .connect_timeout = std::chrono::seconds{5}};
  std::istringstream list(service("REDIS_SENTINELS"));
  for (std::string address; std::getline(list, address, ',');) {
    const std::size_t colon = address.find(':');
    settings.sentinels.push_back({address.substr(0, colon), std::stoi(address.substr(colon + 1))});
  }
  return settings;
}

// The first of a thousand ids.
inline std::int64_t unused_ids() {
  static std::atomic<std::int64_t> next{static_cast<std::int64_t>(SystemRandom().below(2'000'000)) * 1'000 + 1};
  return next.fetch_add(1'000);
}

inline redis::Reply ask(redis::Client& client, std::vector<std::string> words) { return client.run({.words = std::move(words)}); }

}  // namespace frontrow::test
