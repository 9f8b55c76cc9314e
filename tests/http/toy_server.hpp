// A server with a handful of routes that know no concert: for behaviour that shows only through a socket.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/server.hpp"

namespace frontrow::http {

class ToyServer {
 public:
  static ServerSettings settings() {
    ServerSettings settings;
    settings.port = 0;
    settings.threads = 2;
    return settings;
  }

  explicit ToyServer(ServerSettings settings = ToyServer::settings());
  ~ToyServer();

  std::uint16_t port() const { return server_.port(); }
  Server& server() { return server_; }

  std::atomic<int> poisoned{0};  // requests that reached /poison
  std::atomic<int> handled{0};   // requests answered
  std::atomic<int> streams_closed{0};
  std::atomic<bool> is_gate_open{false};  // /gate blocks its HTTP thread until then
  std::atomic<bool> is_at_gate{false};
  std::atomic<int> marked{-1};  // `handled` when /mark was asked

  // Responders of /keep, in the order of arrival.
  std::size_t kept();
  Responder take_kept();
  // The stream of the last /stream.
  std::optional<EventStream> stream();

 private:
  std::vector<Route> routes();
  Hooks hooks();
  void later(Responder responder);

  std::mutex mutex_;
  std::vector<Responder> kept_;        // protected by mutex_
  std::vector<std::jthread> threads_;  // protected by mutex_
  std::optional<EventStream> stream_;  // protected by mutex_
  Server server_;
};

// Waits until the condition is true; false after ten seconds.
bool eventually(const std::function<bool()>& is_true);

}  // namespace frontrow::http
