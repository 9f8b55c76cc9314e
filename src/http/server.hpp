// The HTTP server: N threads, each with its own listener on the same port (SO_REUSEPORT) and its own connections. A
// connection never changes its thread.
//
// It knows no use case: it serves the given table of routes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/tally.hpp"
#include "domain/error.hpp"
#include "http/clients.hpp"
#include "http/cors.hpp"
#include "http/limits.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/waiting_bytes.hpp"

namespace frontrow::http {

struct ServerSettings {
  std::string host = "127.0.0.1";  // an address, or a name that resolves to one
  std::uint16_t port = 8080;       // 0: any free one
  unsigned threads = 1;
  std::size_t max_connections = 1024;
  std::size_t max_connections_per_address = 0;  // 0: no limit
  ClientSettings clients;
  std::vector<std::string> allowed_hosts;  // names in Host, without port; empty: any
  Limits limits;
  Timeouts timeouts;
  Cors cors;
};

// One answered request, for metrics and logs.
struct Answered {
  const Route* route;  // null: the request reached no route
  int status;
  std::chrono::nanoseconds duration;  // from the whole head to the answer, without sending it
  std::string_view trace_id;
  std::optional<ErrorCode> refusal = {};
};

// Called on HTTP threads, several at once; must not block.
struct Hooks {
  // Judges a request by its head, before its body is read: a refusal saves that reading.
  std::function<std::optional<Refusal>(const Request&)> before_body;
  std::function<void(const Answered&)> on_answered;
};

// Shared by the threads of a server.
struct ConnectionCount {
  std::atomic<std::size_t> open{0};
  std::atomic<std::uint64_t> refused{0};  // since the start, because the limit was reached
  std::atomic<std::uint64_t> evicted{0};  // idle ones that were closed to make room
  std::atomic<std::uint64_t> limited{0};  // refused because their address had too many
  std::atomic<std::uint64_t> dropped{0};  // slow readers that were closed because too many bytes waited for them
};

class Loop;

class Server {
 public:
  Server(ServerSettings settings, Router router, Hooks hooks = {});
  // Stops at once if stop() was not called.
  ~Server();

  // Listens and serves. Throws std::runtime_error with the reason if it cannot listen there, for example because
  // another server has the port.
  void start();
  std::uint16_t port() const { return port_; }

  // Goes on serving, and ends each connection with its next answer: a client's next request finds another server.
  void announce_stop();

  // Stops accepting, answers requests that have arrived, ends streams, and closes idle connections. After `drain` it
  // closes the rest. Returns when all threads have ended. To be called once.
  void stop(std::chrono::milliseconds drain);

  const Router& router() const { return router_; }
  std::size_t connections() const { return count_.open.load(std::memory_order_relaxed); }
  const ConnectionCount& count() const { return count_; }
  const Clients& clients() const { return clients_; }

 private:
  const ServerSettings settings_;
  const Router router_;
  const Hooks hooks_;
  ConnectionCount count_;
  WaitingBytes waiting_;
  Clients clients_;
  Tally by_address_;  // open connections
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
};

// Raises the limit of open files as far as the system allows. Returns the number of connections that fit: min(65,000,
// limit − 256), at least 1.
std::size_t affordable_connections();

}  // namespace frontrow::http
