#include "http/server.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "http/loop.hpp"

namespace frontrow::http {

namespace {

tcp::endpoint resolve(const std::string& host, std::uint16_t port) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  if (!ec) return {address, port};
  asio::io_context io;
  return *tcp::resolver{io}.resolve(host, std::to_string(port)).begin();
}

// With SO_REUSEPORT a second server could take half of our connections silently. A socket without it finds that server.
void ensure_free(const tcp::endpoint& endpoint) {
  asio::io_context io;
  tcp::acceptor probe{io};
  probe.open(endpoint.protocol());
  probe.set_option(tcp::acceptor::reuse_address(true));
  probe.bind(endpoint);
}

}  // namespace

Server::Server(ServerSettings settings, Router router, Hooks hooks)
    : settings_(std::move(settings)),
      router_(std::move(router)),
      hooks_(std::move(hooks)),
      waiting_(settings_.limits.slow_readers),
      clients_(settings_.clients),
      by_address_(settings_.max_connections_per_address > 0 ? 2 * settings_.max_connections : 0) {}

Server::~Server() { stop(std::chrono::milliseconds{0}); }

void Server::start() {
  CHECK(threads_.empty() && settings_.threads > 0);
  try {
    tcp::endpoint endpoint = resolve(settings_.host, settings_.port);
    if (settings_.port != 0) ensure_free(endpoint);
    for (unsigned i = 0; i < settings_.threads; ++i) {
      loops_.push_back(
          std::make_unique<Loop>(Loop::Shared{settings_, router_, hooks_, count_, waiting_, clients_, by_address_, loops_}));
      endpoint = loops_.back()->listen(endpoint);
    }
    port_ = endpoint.port();
  } catch (const boost::system::system_error& error) {
    loops_.clear();
    throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", settings_.host, settings_.port, error.code().message()));
  }
  for (const auto& loop : loops_) threads_.emplace_back([&loop = *loop] { loop.run(); });
}

void Server::announce_stop() {
  for (const auto& loop : loops_) loop->announce_stop();
}

void Server::stop(std::chrono::milliseconds drain) {
  const auto until = steady_now() + drain;
  for (const auto& loop : loops_) loop->start_drain();
  for (const auto& loop : loops_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_now());
    if (!loop->wait_ended(std::max(left, std::chrono::milliseconds{0}))) loop->close_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  loops_.clear();
}

std::size_t affordable_connections() {
  constexpr std::size_t kMost = 65'000, kForOthers = 256;
  rlimit limit{};
  CHECK(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  const std::size_t files = limit.rlim_cur == RLIM_INFINITY ? kMost + kForOthers : static_cast<std::size_t>(limit.rlim_cur);
  return files <= kForOthers ? 1 : std::min(kMost, files - kForOthers);
}

}  // namespace frontrow::http
