// Faults of a Redis behind Sentinel. Each destructor mends its fault, so that the next test finds three nodes again.
#pragma once

#include <gtest/gtest.h>

#include "support/services/redis_services.hpp"
#include "support/wait.hpp"

namespace frontrow::test {

inline std::string info_of(redis::Client& client, std::string_view field) {
  const redis::Reply reply = ask(client, {"INFO"});
  const std::string_view info = reply.text();
  const std::size_t at = info.find(std::string(field) + ":");
  return at == std::string_view::npos
             ? ""
             : std::string(info.substr(at + field.size() + 1, info.find('\r', at) - at - field.size() - 1));
}

// "redis-2": the service that is the primary now.
inline std::string primary_service(redis::Client& client) {
  const std::string id = info_of(client, "process_id");
  for (const std::string number : {"1", "2", "3"})
    if (service("REDIS_" + number + "_PID") == id) return "redis-" + number;
  throw std::runtime_error("no service has the primary's process id");
}

inline void wait_for_replicas(redis::Client& client) {
  EXPECT_TRUE(eventually([&] {
    try {
      return info_of(client, "slave1").find("state=online") != std::string::npos &&
             ask(client, {"WAIT", "2", "2000"}).integer() == 2;
    } catch (const Unavailable&) {
      return false;
    }
  })) << "two replicas that have everything";
}

// From now on the primary acknowledges writes that no replica gets. Then it dies, and a replica takes over.
class ForgetfulFailover {
 public:
  explicit ForgetfulFailover(redis::Client& client) : primary_(primary_service(client)) {
    wait_for_replicas(client);
    for (const std::string name : {"redis-1", "redis-2", "redis-3"})
      if (name != primary_) replicas_.push_back(name);
    for (const std::string& name : replicas_) pause_service(name);
    ask(client, {"CLIENT", "KILL", "TYPE", "replica"});
  }
  void happens() {
    kill_service(primary_);
    is_dead_ = true;
    resume();
  }
  ~ForgetfulFailover() {
    resume();
    if (!is_dead_) return;
    revive_service(primary_);
    redis::Client client(redis_settings());
    wait_for_replicas(client);
  }
  ForgetfulFailover(const ForgetfulFailover&) = delete;
  ForgetfulFailover& operator=(const ForgetfulFailover&) = delete;

 private:
  void resume() {
    for (const std::string& name : replicas_) resume_service(name);
    replicas_.clear();
  }
  const std::string primary_;
  std::vector<std::string> replicas_;
  bool is_dead_ = false;
};

}  // namespace frontrow::test
