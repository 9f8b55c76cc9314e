// A Redis server of a test's own, without a password, on a free port of this machine. It dies with the test's thread.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "adapters/redis/connection.hpp"
#include "ports/unavailable.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/services/tls_redis.hpp"
#include "support/wait.hpp"

namespace frontrow::test {

class PlainRedis {
 public:
  PlainRedis() : port_(static_cast<std::uint16_t>(free_port())), pid_(::fork()) {
    const std::string port = std::to_string(port_), folder = folder_.path().string();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execlp("redis-server",
               "redis-server",
               "--port",
               port.c_str(),
               "--bind",
               "127.0.0.1",
               "--dir",
               folder.c_str(),
               "--save",
               "",
               "--logfile",
               (folder + "/log").c_str(),
               nullptr);
      ::_exit(127);
    }
    if (!eventually([&] { return answers(); })) throw std::runtime_error("redis-server does not answer");
  }
  ~PlainRedis() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  PlainRedis(const PlainRedis&) = delete;
  PlainRedis& operator=(const PlainRedis&) = delete;

  std::uint16_t port() const { return port_; }
  // On a connection of its own.
  std::string ask(std::vector<std::string> words) const {
    redis::Connection connection({"127.0.0.1", port_}, {}, Secret(""), redis::Settings{});
    return std::string(connection.run(std::move(words), std::chrono::seconds{5}).text());
  }

 private:
  bool answers() const {
    try {
      return ask({"PING"}) == "PONG";
    } catch (const Unavailable&) {
      return false;
    }
  }

  TempDirectory folder_;
  const std::uint16_t port_;
  const pid_t pid_;
};

}  // namespace frontrow::test
